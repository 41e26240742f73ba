"""Longer values that rules begin with: texts of engagements, services by star, lists."""

ENGAGEMENT_TEXTS = {
    "authorisation_letter": (
        "授权书\n"
        "兹授权{company}作为本人/本单位的保险经纪人，代为办理保险询价、投保、续保、批改、索赔及"
        "保险咨询等事宜。\n"
        "授权期限：自{day}起，至双方书面终止之日止。\n"
        "授权人：{client}"
    ),
    "engagement_agreement": (
        "委托协议书\n"
        "甲方（委托人）：{client}\n"
        "乙方（受托人）：{company}\n"
        "一、甲方自{day}起委托乙方为其提供保险经纪服务，乙方接受委托。\n"
        "二、乙方成立服务团队，指定客户经理，制定客户服务计划并按计划提供服务。\n"
        "三、乙方的服务承诺以本协议所列为限，量力而行。\n"
        "四、乙方对甲方的资料负保密义务。\n"
        "五、客户归属及终止后的安排按双方约定办理。"
    ),
    "cooperation_agreement": (
        "合作协议书\n"
        "甲方：{client}\n"
        "乙方：{company}\n"
        "双方自{day}起就渠道客户的保险服务开展合作：乙方提供保险经纪服务，甲方提供必要的资料和协助；"
        "服务内容、费用与信息保护按双方约定办理。"
    ),
    "other_written": (
        "委托确认函\n"
        "{client}自{day}起委托{company}提供保险经纪服务，服务内容以双方往来书面文件为准。"
    ),
}
"""R14, by kind of engagement; ``{client}``, ``{company}`` and ``{day}`` are filled in."""

_STANDARDS = (
    (1, "phone_visit", "phone", 1, "manager", 2_000),
    (1, "renewal_proposal", "phone", 1, "manager", 5_000),
    (2, "phone_visit", "phone", 2, "manager", 2_000),
    (2, "policy_review", "phone", 1, "member", 5_000),
    (2, "renewal_proposal", "phone", 1, "manager", 5_000),
    (3, "needs_talk", "phone", 1, "manager", 2_000),
    (3, "phone_visit", "phone", 4, "manager", 2_000),
    (3, "policy_review", "phone", 1, "member", 5_000),
    (3, "handbook", "email", 1, "deputy", 3_000),
    (3, "renewal_proposal", "visit", 1, "manager", 20_000),
    (4, "needs_talk", "visit", 1, "manager", 20_000),
    (4, "phone_visit", "phone", 6, "deputy", 2_000),
    (4, "site_visit", "visit", 2, "manager", 30_000),
    (4, "policy_review", "visit", 1, "member", 20_000),
    (4, "handbook", "email", 1, "deputy", 10_000),
    (4, "risk_survey", "visit", 1, "member", 80_000),
    (4, "renewal_proposal", "visit", 1, "manager", 30_000),
    (5, "needs_talk", "visit", 1, "manager", 20_000),
    (5, "phone_visit", "phone", 12, "deputy", 2_000),
    (5, "site_visit", "visit", 4, "manager", 30_000),
    (5, "meeting", "visit", 2, "manager", 60_000),
    (5, "policy_review", "visit", 2, "member", 20_000),
    (5, "handbook", "visit", 1, "deputy", 20_000),
    (5, "risk_survey", "visit", 1, "member", 150_000),
    (5, "training", "visit", 1, "member", 200_000),
    (5, "client_review", "visit", 1, "manager", 50_000),
    (5, "renewal_proposal", "visit", 1, "manager", 50_000),
)
"""Star, service, channel, times a year, who, cost of one in fen."""

PLAN_STANDARDS = [
    {
        "stars": stars,
        "kind": kind,
        "channel": channel,
        "times": times,
        "role": role,
        "cost_fen": cost_fen,
    }
    for stars, kind, channel, times, role, cost_fen in _STANDARDS
]

FILE_PAPERS = {
    "individual": [
        "engagement",
        "basic_situation",
        "identity",
        "correspondence",
        "insurance_plan",
        "application",
        "policy",
        "premium_invoice",
        "handbook",
    ],
    "group": [
        "engagement",
        "basic_situation",
        "identity",
        "correspondence",
        "consulting_agreement",
        "power_of_attorney",
        "risk_report",
        "proposal",
        "insurance_plan",
        "quotation_request",
        "quotation_analysis",
        "application",
        "policy",
        "premium_invoice",
        "handbook",
        "reinsurance_slip",
        "contract",
    ],
}
"""R19, by type of client."""

FILE_ITEMS = {
    "individual": [
        "name",
        "phone",
        "id_number",
        "birth_on",
        "sex",
        "occupation",
        "address",
        "preferred_channel",
        "risk_preference",
        "risk_tolerance",
        "needs",
        "policy",
    ],
    "group": [
        "name",
        "phone",
        "id_number",
        "address",
        "contact_person",
        "needs",
        "policy",
    ],
}
"""What a complete file holds, by type of client."""

LIKENESS_WEIGHTS = {
    "id_number": {"same": 25, "close": 8, "different": -12},
    "phone": {"same": 15, "different": -1},
    "email": {"same": 15, "different": -1},
    "name": {
        "same": 12,
        "sounds_same": 7,
        "close": 10.5,
        "partly": 4.5,
        "different": -11,
    },
    "company_name": {"same": 20, "sounds_same": 12, "close": 9, "different": -9},
    "birth_on": {"same": 12.5, "close": 5, "different": -6},
    "address": {"same": 12.5, "close": 12.5, "partly": 12, "different": -4.5},
    "sex": {"same": 1, "different": -5},
}
"""Bits for and against two records being one client."""

_FORBIDDEN = (
    (
        ("guaranteed_return", "every", "refused"),
        "保证收益、保本、保底收益、稳赚、只赚不赔、刚性兑付、零风险、guaranteed return, "
        "capital guaranteed, risk-free, no risk at all",
    ),
    (
        ("rebate", "every", "refused"),
        "返佣、返现、返点、返还佣金、回扣、现金返还、送礼、送油卡、送购物卡、送礼品、赠送礼品、"
        "保费打折、cash back, cashback, rebate, kickback, gift card, free gift",
    ),
    (
        ("legal_threat", "long_term", "refused"),
        "起诉、法院、律师函、强制执行、失信、征信、违法、lawsuit, sue you, court, legal action, "
        "credit record",
    ),
    (
        ("exaggeration", "every", "refused"),
        "什么都赔、全部都赔、百分百赔、百分之百赔付、covers everything, pays everything",
    ),
    (
        ("exaggeration", "every", "warned"),
        "最低价、全网最低、最便宜、最好的、第一名、lowest price, cheapest, the best",
    ),
    (("disparagement", "every", "warned"), "骗人、骗子、不靠谱、倒闭、垃圾、swindle, bankrupt"),
    (
        ("pressure", "every", "warned"),
        "最后一天、马上停售、即将停售、限时、不买就、last chance, last day, off the market",
    ),
    (
        ("surrender", "long_term", "refused"),
        "代理退保、全额退保、退旧买新、退保换、surrender and buy",
    ),
)
"""Category, lines and weight; the words."""

FORBIDDEN_WORDS = [
    {"category": category, "lines": lines, "weight": weight, "words": words}
    for (category, lines, weight), words in _FORBIDDEN
]
