"""The words files use for the values of coded fields, in Chinese and English."""

import re
from collections.abc import Mapping
from enum import StrEnum

from services.intake.synonyms import header_key
from terms.clients import ClientType, IdType, LifecycleStage, RiskLevel, Sex
from terms.intake import ImportField as F
from terms.people import Department, Language, Role
from terms.policies import Line, PaymentMode, PolicyStatus
from terms.renewals import ContactChannel

_YES = frozenset(["yes", "y", "true", "1", "是", "有", "t"])
_NO = frozenset(["no", "n", "false", "0", "否", "无", "f"])


def _table(words: Mapping[StrEnum, str]) -> dict[str, StrEnum]:
    table: dict[str, StrEnum] = {}
    for code, text in words.items():
        for word in (code.value, *text.split("|")):
            table[header_key(word)] = code
    return table


CODES: dict[F, dict[str, StrEnum]] = {
    F.CLIENT_TYPE: _table(
        {
            ClientType.INDIVIDUAL: "个人|个人客户|个险|自然人|person|personal|个",
            ClientType.GROUP: "团体|团体客户|企业|企业客户|机构|法人|单位|团险|company|corporate"
            "|organisation|organization|团",
        }
    ),
    F.SEX: _table({Sex.MALE: "男|m|男性|先生|mr", Sex.FEMALE: "女|f|女性|女士|ms|mrs|小姐"}),
    F.ID_TYPE: _table(
        {
            IdType.RESIDENT_ID: "身份证|居民身份证|二代身份证|id card|resident identity card",
            IdType.PASSPORT: "护照|中国护照|外国护照",
            IdType.HK_MACAO_PERMIT: "港澳通行证|港澳居民来往内地通行证|回乡证|港澳居民居住证",
            IdType.TAIWAN_PERMIT: "台胞证|台湾居民来往大陆通行证|台湾居民居住证",
            IdType.FOREIGN_PERMANENT: "外国人永久居留身份证|外国人永久居留证|永居证|green card",
            IdType.MILITARY_ID: "军官证|军人证|士兵证|警官证|军人身份证",
            IdType.BIRTH_CERTIFICATE: "出生证|出生医学证明|出生证明",
            IdType.UNIFIED_CREDIT_CODE: "统一社会信用代码|营业执照|组织机构代码|组织机构代码证"
            "|business licence|business license",
            IdType.OTHER: "其他|其它|户口本|户口簿|驾驶证|driving licence|driver license",
        }
    ),
    F.STAGE: _table(
        {
            LifecycleStage.TARGET: "目标客户|目标|潜在客户|lead",
            LifecycleStage.PROSPECT: "准客户|意向客户",
            LifecycleStage.FORMAL: "正式客户|正式|签约客户|active|在保客户",
            LifecycleStage.LOST: "流失客户|流失|失效客户|inactive|former",
        }
    ),
    F.PREFERRED_CHANNEL: _table(
        {
            ContactChannel.PHONE: "电话|手机|call|telephone|致电",
            ContactChannel.WECHAT: "微信|企业微信|企微|wecom|weixin",
            ContactChannel.SMS: "短信|text|text message",
            ContactChannel.EMAIL: "邮件|电子邮件|邮箱|mail",
            ContactChannel.VISIT: "上门|拜访|面访|面谈|in person|meeting",
            ContactChannel.COUNTER: "柜面|柜台|网点|到店|branch",
        }
    ),
    F.PREFERRED_LANGUAGE: _table(
        {
            Language.MANDARIN: "普通话|国语|中文|chinese|putonghua|汉语",
            Language.CANTONESE: "粤语|广东话|白话",
            Language.ENGLISH: "英语|英文|en",
        }
    ),
    F.RISK_PREFERENCE: _table(
        {
            RiskLevel.LOW: "低|保守|保守型|稳健|conservative",
            RiskLevel.MID: "中|平衡|平衡型|medium|moderate|balanced",
            RiskLevel.HIGH: "高|进取|进取型|激进|aggressive",
        }
    ),
    F.LINE: _table(
        {
            Line.MOTOR: "车险|机动车|机动车辆|机动车辆保险|机动车辆险|商业车险|交强险|汽车险|机动车险"
            "|家用车|auto|car|vehicle|automobile",
            Line.PROPERTY: "财产险|财产保险|企财险|企业财产|企业财产险|企业财产保险"
            "|commercial property",
            Line.HOME: "家财险|家庭财产|家庭财产险|家庭财产保险|homeowners|household",
            Line.LIABILITY: "责任险|责任保险|公众责任险|产品责任险|职业责任险",
            Line.EMPLOYERS: "雇主责任险|雇主责任|雇主险|employers liability|workers compensation"
            "|employer liability",
            Line.CARGO: "货运险|货物运输险|货物运输保险|marine|marine cargo",
            Line.ACCIDENT: "意外险|意外伤害险|意外伤害保险|人身意外险|意外|团意险"
            "|personal accident|pa",
            Line.MEDICAL: "医疗险|医疗保险|健康险|健康保险|短期健康险|百万医疗|百万医疗险|health"
            "|health insurance|医疗|团体医疗",
            Line.CRITICAL_ILLNESS: "重疾险|重大疾病|重大疾病保险|重疾|重大疾病险|ci",
            Line.LIFE: "寿险|人寿保险|终身寿险|定期寿险|两全保险|增额终身寿|人寿|whole life"
            "|term life|life insurance|endowment",
            Line.ANNUITY: "年金险|年金|年金保险|养老年金|养老保险|pension",
            Line.OTHER: "其他|其它|misc",
        }
    ),
    F.PAYMENT_MODE: _table(
        {
            PaymentMode.SINGLE: "趸缴|趸交|一次性|一次缴清|一次交清|single premium|lump sum|once",
            PaymentMode.ANNUAL: "年缴|年交|按年|每年|yearly|year|per year|annually",
            PaymentMode.SEMIANNUAL: "半年缴|半年交|按半年|half yearly|semi annual|semiannually"
            "|half-yearly",
            PaymentMode.QUARTERLY: "季缴|季交|按季|每季|quarter|per quarter",
            PaymentMode.MONTHLY: "月缴|月交|按月|每月|month|per month",
        }
    ),
    F.POLICY_STATUS: _table(
        {
            PolicyStatus.IN_FORCE: "有效|生效|承保|在保|正常|有效中|active|inforce|valid|in-force",
            PolicyStatus.GRACE: "宽限期|宽限期内|grace period",
            PolicyStatus.SUSPENDED: "中止|效力中止|失效中止",
            PolicyStatus.EXPIRED: "到期|已到期|满期|过期|期满|matured",
            PolicyStatus.LAPSED: "失效|已失效|lapse",
            PolicyStatus.SURRENDERED: "退保|已退保|surrender|cancelled by client",
            PolicyStatus.ENDED: "终止|已终止|注销|结束|terminated|cancelled|canceled",
        }
    ),
    F.ROLES: _table(
        {
            Role.SPECIALIST: "续保专员|专员|业务员|renewal specialist|agent",
            Role.TEAM_LEAD: "团队主管|主管|组长|lead|team leader|supervisor",
            Role.MANAGER: "续保团队经理|经理|团队经理",
            Role.CLIENT_MANAGER: "客户经理|client manager|account manager",
            Role.COMPLAINT_OFFICER: "投诉专员|投诉处理专员|complaints officer|officer",
            Role.EXECUTIVE: "高管|总经理|领导|director",
            Role.COMPLIANCE: "合规|合规专员|compliance officer",
            Role.ADMINISTRATOR: "管理员|系统管理员|admin",
            Role.LEGAL: "法务|法务专员|lawyer",
            Role.HR: "人力资源|人事|人力|human resources",
        }
    ),
    F.DEPARTMENT: _table(
        {
            Department.BUSINESS: "业务|业务部|业务部门|sales|销售部",
            Department.SERVICE: "客服|客服部|客户服务部|服务部|customer service|续保部",
            Department.CLAIMS: "理赔|理赔部",
            Department.LEGAL: "法务|法务部|法律部",
            Department.HR: "人力资源部|人力资源|人事部|human resources",
            Department.COMPLIANCE: "合规|合规部",
        }
    ),
}
CODES[F.RISK_TOLERANCE] = CODES[F.RISK_PREFERENCE]
CODES[F.LINES] = CODES[F.LINE]
CODES[F.LANGUAGES] = CODES[F.PREFERRED_LANGUAGE]

_LINE_WORDS: tuple[tuple[Line, str], ...] = (
    (Line.EMPLOYERS, "雇主 employer workers"),
    (Line.MOTOR, "车 机动 auto motor car vehicle truck"),
    (Line.CARGO, "货运 货物 运输 cargo marine freight"),
    (Line.HOME, "家财 家庭财产 home homeowner household renters"),
    (Line.CRITICAL_ILLNESS, "重疾 重大疾病 critical"),
    (Line.MEDICAL, "医疗 健康 门诊 住院 medical health dental"),
    (Line.ACCIDENT, "意外 accident travel 旅行 旅游"),
    (Line.ANNUITY, "年金 养老 annuity pension"),
    (Line.LIFE, "寿险 人寿 终身 两全 life endowment"),
    (Line.LIABILITY, "责任 liability indemnity"),
    (Line.PROPERTY, "财产 企财 工程 property fire building"),
)
_WORD = re.compile(r"[a-z]+")


def code_of(field: F, text: str) -> tuple[StrEnum | None, bool]:
    """The code a cell's words mean, and whether they mean nothing more.

    ``个人车险`` is motor but says more than that: the words are kept as well.
    """
    known = CODES[field].get(header_key(text))
    if known is not None:
        return known, True
    if field in (F.LINE, F.LINES):
        return line_in(text), False
    return None, False


def line_in(text: str) -> Line | None:
    """The product line a product's or a policy type's name speaks of."""
    lower = text.casefold()
    words = set(_WORD.findall(lower))
    for line, marks in _LINE_WORDS:
        for mark in marks.split():
            if mark in words if mark.isascii() else mark in lower:
                return line
    return None


def yes_no(text: str) -> bool | None:
    key = header_key(text)
    return True if key in _YES else False if key in _NO else None
