"""What columns are called in Chinese and English files, per meaning; edit here to teach more.

Names are compared in their normal form (``header_key``), so case, spaces, underscores,
full-width letters and a unit in brackets make no difference.
"""

import re
import unicodedata

from terms.intake import ImportField as F

_BRACKETS = re.compile(r"[(\[{【〔<].*?[)\]}】〕>]")
_NOT_WORD = re.compile(r"[\W_]+")


def header_key(header: str) -> str:
    """The normal form of a column's name."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return _NOT_WORD.sub("", _BRACKETS.sub("", plain)) or _NOT_WORD.sub("", plain)


def extra_key(header: str) -> str:
    """What an unmapped column is kept under; ``Vehicle_Class`` and ``Vehicle Class`` are one."""
    return " ".join(unicodedata.normalize("NFKC", header).replace("_", " ").split())[:80]


_NAMES: dict[F, str] = {
    F.CLIENT_NUMBER: """
        客户号 客户编号 客户代码 客户编码 客户ID 客户No 投保人编号 投保人客户号 会员号
        客户账号 客户
        customer|client|customer number|customer no|customer id|customer code|client number
        client no|client id|client code|cust id|cust no|custno|account number|member id
        policyholder id|policyholder number
    """,
    F.CLIENT_NAME: """
        姓名 客户姓名 客户名称 投保人 投保人姓名 投保人名称 名称 单位名称 公司名称 企业名称
        客户名 客户
        name|full name|customer name|client name|policyholder|policyholder name|insured name
        applicant|applicant name|company name|organisation|organization|holder name|customer
        client
    """,
    F.CLIENT_TYPE: """
        客户类型 客户类别 客户性质 投保人类型 个团标识 个团 个人团体
        client type|customer type|client kind|individual or group|type of client
        customer category
    """,
    F.SEX: """
        性别 客户性别 投保人性别
        sex|gender
    """,
    F.BIRTH_ON: """
        出生日期 生日 出生年月日 出生年月 客户生日 投保人出生日期
        birth date|date of birth|birthday|dob|birthdate|born|born on
    """,
    F.ID_TYPE: """
        证件类型 证件类别 证件种类 投保人证件类型
        id type|document type|identity type|id document type
    """,
    F.ID_NUMBER: """
        证件号 证件号码 身份证 身份证号 身份证号码 证件编号 投保人证件号 投保人证件号码
        统一社会信用代码 社会信用代码 组织机构代码
        id number|id no|id card|identity number|national id|resident id|passport number
        passport no|document number|id card number|credit code
    """,
    F.PHONE: """
        手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 客户手机 客户电话
        投保人手机 投保人电话 投保人手机号 联系手机
        phone|mobile|phone number|mobile number|telephone|tel|cell|cell phone|cellphone
        mobile phone|contact number|contact phone|phone no|mobile no
    """,
    F.EMAIL: """
        邮箱 电子邮箱 电子邮件 邮件地址 邮箱地址
        email|e mail|email address|mail
    """,
    F.ADDRESS: """
        地址 住址 联系地址 通讯地址 家庭住址 家庭地址 通信地址 单位地址 详细地址 居住地址
        邮寄地址
        address|home address|mailing address|street address|contact address|postal address
    """,
    F.REGION: """
        地区 省份 省市 所在地区 所在省市 城市 所属地区 客户地区 区域
        region|state|province|city|area|state or province
    """,
    F.OCCUPATION: """
        职业 职业名称 工作 职务
        occupation|job|profession|job title
    """,
    F.OWNER: """
        归属人 业务员 客户经理 服务人员 续保专员 专员 负责人 经办人 归属业务员 服务专员
        代理人 业务员工号 服务人员工号 归属人工号
        owner|agent|client manager|account manager|specialist|agent code|agent name
        servicing agent|assigned to|account owner|sales person|salesperson|producer
    """,
    F.TEAM: """
        团队 小组 所属团队 业务团队 组别 团队名称
        team|team name|group name|sales team
    """,
    F.BRANCH: """
        机构 分公司 支公司 营业部 所属机构 分支机构 机构名称 归属机构 管理机构
        branch|branch name|office|branch office
    """,
    F.STAGE: """
        客户阶段 生命周期 客户状态
        stage|lifecycle stage|client stage|client status|customer status|lifecycle
    """,
    F.CLIENT_SINCE_ON: """
        开户日期 建档日期 成为客户日期 首次投保日期 入会日期 客户创建日期
        client since|customer since|since|start of relationship|joined|join date
    """,
    F.PREFERRED_CHANNEL: """
        偏好渠道 联系渠道 偏好联系方式 首选联系方式
        preferred channel|contact channel|preferred contact|preferred contact channel
        contact preference
    """,
    F.PREFERRED_TIME: """
        偏好时间 方便联系时间 联系时间 方便时间
        preferred time|best time to call|preferred contact time
    """,
    F.PREFERRED_LANGUAGE: """
        语言 偏好语言 沟通语言
        preferred language|language|spoken language
    """,
    F.DO_NOT_CONTACT: """
        免打扰 勿扰 拒绝联系 请勿联系
        do not contact|do not call|dnc|opt out|no contact
    """,
    F.RISK_PREFERENCE: """
        风险偏好
        risk preference|risk appetite
    """,
    F.RISK_TOLERANCE: """
        风险承受能力 风险承受力
        risk tolerance|risk capacity
    """,
    F.NEEDS: """
        需求 保险需求 客户需求
        needs|needs profile|insurance needs
    """,
    F.SPECIAL_CIRCUMSTANCES: """
        特殊情况 特殊需求 爱好
        special circumstances|special needs|hobbies
    """,
    F.POLICY_NUMBER: """
        保单号 保单号码 保险单号 保单编号 合同号 保险合同号 保险单号码
        policy number|policy no|policy id|policynumber|contract number|contract no
        certificate number|policy|policy ref|policy reference
    """,
    F.LINE: """
        险种 险类 险种类别 险种大类 产品线 业务类型 保险类型 险种名称
        line|line of business|lob|policy type|product line|insurance type|type of insurance
        class of business
    """,
    F.PRODUCT: """
        产品 产品名称 保险产品 险种产品 主险名称 主险 条款 方案名称
        product|product name|policy|plan|plan name|policy name|insurance product
    """,
    F.INSURER: """
        保险公司 承保公司 保险人 承保机构 承保保险公司
        insurer|carrier|insurance company|underwriter|company
    """,
    F.INCEPTION_ON: """
        生效日 生效日期 起保日期 起保日 保险起期 保单起期 起期 开始日期 保险起始日期
        保单生效日 保单生效日期
        inception|inception date|effective date|start date|policy start|policy start date
        effective from|effective from date|effective|commencement date|from date|valid from
    """,
    F.EXPIRY_ON: """
        到期日 到期日期 满期日 终保日期 保险止期 保单止期 止期 结束日期 终止日期 保险到期日
        满期日期 保单到期日 保单到期日期
        expiry|expiry date|expiration date|expiration|end date|effective to
        effective to date|policy end|policy end date|renewal date|maturity date|valid to
        expires|policy expiry|policy expiry date
    """,
    F.PREMIUM: """
        保费 年保费 保险费 保费金额 应收保费 签单保费 总保费 年缴保费 年交保费 期缴保费
        保费合计 含税保费
        premium|annual premium|yearly premium|total premium|gross premium|premium amount
        written premium
    """,
    F.MONTHLY_PREMIUM: """
        月保费 月缴保费 月交保费 每月保费
        monthly premium|monthly premium auto|premium per month
    """,
    F.SUM_INSURED: """
        保额 保险金额 基本保额 总保额
        sum insured|sum assured|insured amount|coverage amount|face amount
        limit of liability
    """,
    F.PAYMENT_MODE: """
        缴费方式 交费方式 缴费频率 缴别 交费频率 缴费频次 缴费类型
        payment mode|payment frequency|premium mode|frequency|payment method frequency
    """,
    F.NEXT_DUE_ON: """
        应缴日 下期应缴日 应缴日期 下次缴费日 下次缴费日期 续期应缴日 缴至日 交至日 应交日
        next due|next due date|due date|premium due date|paid to date|paid to
    """,
    F.POLICY_STATUS: """
        保单状态 状态 合同状态
        policy status|status|contract status
    """,
    F.PREVIOUS_NUMBER: """
        上年保单号 上期保单号 原保单号 续保前保单号 上一年保单号 被续保保单号 前保单号
        previous policy number|previous policy|prior policy number|renewed from|renewal of
    """,
    F.COOLING_OFF_DAYS: """
        犹豫期 犹豫期天数
        cooling off|cooling off days|free look days
    """,
    F.USERNAME: """
        用户名 登录名 工号 员工工号 员工编号 账号 登录账号 人员工号 业务员代码
        username|user name|login|login name|user id|staff id|employee id|employee number
        staff number|staff no|employee no
    """,
    F.STAFF_NAME: """
        姓名 员工姓名 名字 人员姓名
        name|full name|staff name|employee name|employee|staff
    """,
    F.ROLES: """
        角色 岗位 职位 系统角色 岗位角色
        role|roles|position|job role
    """,
    F.DEPARTMENT: """
        部门 所属部门
        department|dept
    """,
    F.PROVINCE: """
        省份 省 所在省 所在省份
        province|state
    """,
    F.REGISTRATION_NUMBER: """
        执业证号 执业登记编号 资格证号 执业证编号 展业证号 登记编号 执业登记号
        registration number|registration no|licence number|license number|licence no
    """,
    F.LINES: """
        授权险种 可售险种 授权产品线 险种授权
        lines|authorised lines|authorized lines|product lines
    """,
    F.LANGUAGES: """
        语言 语种 会说语言
        languages|language|spoken languages
    """,
    F.WEEKLY_CAPACITY: """
        周容量 每周容量 周工作量 每周件数
        weekly capacity|capacity|cases per week
    """,
    F.IN_SERVICE_FROM: """
        入职日期 入司日期 在岗起 入职时间 入司时间
        hire date|hired|in service from|start date|joined|join date|entry date
    """,
    F.IN_SERVICE_TO: """
        离职日期 离司日期 在岗止 离职时间
        in service to|leave date|left|end date|termination date|last day
    """,
}


def _split(text: str) -> frozenset[str]:
    """Chinese names are separated by spaces, English ones (with spaces inside) by bars or lines."""
    names: set[str] = set()
    for line in text.splitlines():
        for part in line.split("|"):
            words = part.split()
            latin = [word for word in words if word.isascii()]
            names.update(header_key(word) for word in words if not word.isascii())
            if latin:
                names.add(header_key(" ".join(latin)))
    return frozenset(names - {""})


SYNONYMS: dict[F, frozenset[str]] = {field: _split(text) for field, text in _NAMES.items()}
"""Meaning → the normal forms of its names."""

PREFIXES = ("投保人", "客户", "保单", "policyholder", "customer", "client", "policy")
"""Taken off a name that is not known as a whole: 客户联系电话 → 联系电话."""
