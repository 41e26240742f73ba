"""What the demo company's clients are covered by: invented products of invented insurers."""

from dataclasses import dataclass

from terms.policies import Line

PROPERTY_INSURERS = ("安澜财险", "恒岳财险", "东临财险", "信泽财险")
HEALTH_INSURERS = ("禾信健康",)
LIFE_INSURERS = ("瑞岭人寿", "恒岳人寿")

LOSING_PRODUCT = "康护百万医疗险（2023版）"
COMPLAINED_PRODUCT = "出行无忧意外险"


@dataclass(frozen=True, slots=True)
class Product:
    """``persons`` and ``groups`` are weights: how often each client type buys it."""

    name: str
    line: Line
    insurers: tuple[str, ...]
    code: str
    premium_yuan: int
    spread: float
    sums_wan: tuple[int, ...]
    persons: float
    groups: float
    renewal_rate: float
    commission: float
    claims_a_term: float
    covers: tuple[str, ...] = ()
    """Items of cover as JSON, one or more ways; ``@30`` is 30 per cent of the sum insured."""


PRODUCTS = (
    Product(
        "机动车商业保险",
        Line.MOTOR,
        PROPERTY_INSURERS,
        "MA",
        4600,
        0.32,
        (100, 150, 200, 300),
        34,
        13,
        0.87,
        0.10,
        0.19,
    ),
    Product(
        "家庭财产综合险",
        Line.HOME,
        PROPERTY_INSURERS[:2],
        "HA",
        680,
        0.40,
        (100, 150, 200, 300),
        6,
        0,
        0.84,
        0.20,
        0.04,
        (
            '{"房屋主体": @80, "室内财产": @20, "水暖管爆裂": 2000000}',
            '{"房屋主体": @75, "室内财产": @25, "水暖管爆裂": 3000000}',
        ),
    ),
    Product(
        "畅行综合意外险",
        Line.ACCIDENT,
        PROPERTY_INSURERS[1:],
        "AA",
        420,
        0.45,
        (30, 50, 100),
        9,
        0,
        0.83,
        0.22,
        0.05,
        (
            '{"意外身故": @100, "意外医疗": @10, "住院津贴": "150元/天"}',
            '{"意外身故": @100, "意外医疗": @8, "住院津贴": "200元/天"}',
        ),
    ),
    Product(
        COMPLAINED_PRODUCT,
        Line.ACCIDENT,
        ("东临财险",),
        "AB",
        360,
        0.35,
        (50, 100),
        6,
        0,
        0.81,
        0.28,
        0.06,
        ('{"意外身故": @50, "交通意外": @100, "意外医疗": 2000000}',),
    ),
    Product(
        "安心百万医疗险",
        Line.MEDICAL,
        HEALTH_INSURERS,
        "MB",
        1180,
        0.48,
        (200, 400, 600),
        13,
        0,
        0.87,
        0.16,
        0.10,
        (
            '{"一般医疗": @50, "重疾医疗": @100, "免赔额": 1000000}',
            '{"一般医疗": @50, "重疾医疗": @100, "免赔额": 500000}',
        ),
    ),
    Product(
        LOSING_PRODUCT,
        Line.MEDICAL,
        ("信泽财险",),
        "MC",
        1240,
        0.45,
        (200, 300),
        8,
        0,
        0.86,
        0.18,
        0.10,
        ('{"一般医疗": @100, "重疾医疗": @100, "免赔额": 2000000}',),
    ),
    Product(
        "守护一生重大疾病保险",
        Line.CRITICAL_ILLNESS,
        LIFE_INSURERS,
        "CA",
        7800,
        0.42,
        (20, 30, 50, 80),
        12,
        0,
        0.97,
        0.25,
        0.01,
        (
            '{"重大疾病": @100, "轻症": @30, "投保人豁免": "含"}',
            '{"重大疾病": @100, "轻症": @20, "投保人豁免": "不含"}',
        ),
    ),
    Product(
        "传家终身寿险",
        Line.LIFE,
        LIFE_INSURERS,
        "LA",
        12800,
        0.55,
        (50, 100, 200),
        5,
        0,
        0.97,
        0.28,
        0.003,
        ('{"身故": @100, "全残": @100}',),
    ),
    Product(
        "颐年养老年金保险",
        Line.ANNUITY,
        LIFE_INSURERS[:1],
        "NA",
        20000,
        0.50,
        (20, 50),
        4,
        0,
        0.97,
        0.18,
        0.0,
        ('{"年金": "60周岁起每年领取", "身故": "已交保费"}',),
    ),
    Product(
        "企业财产综合险",
        Line.PROPERTY,
        PROPERTY_INSURERS,
        "PA",
        42000,
        0.75,
        (1000, 2000, 5000, 10000),
        0,
        24,
        0.90,
        0.14,
        0.08,
        (
            '{"固定资产": @70, "存货": @30, "营业中断": "90天"}',
            '{"固定资产": @75, "存货": @25, "营业中断": "180天"}',
        ),
    ),
    Product(
        "公众责任险",
        Line.LIABILITY,
        PROPERTY_INSURERS,
        "GA",
        9800,
        0.60,
        (200, 500, 1000),
        0,
        18,
        0.89,
        0.18,
        0.06,
        ('{"每次事故限额": @40, "累计限额": @100, "免赔额": 50000}',),
    ),
    Product(
        "雇主责任险",
        Line.EMPLOYERS,
        PROPERTY_INSURERS,
        "EA",
        26000,
        0.70,
        (50, 80, 100),
        0,
        24,
        0.91,
        0.16,
        0.22,
        (
            '{"每人死亡伤残": @100, "每人医疗": @10, "误工": "150元/天"}',
            '{"每人死亡伤残": @100, "每人医疗": @12, "误工": "200元/天"}',
        ),
    ),
    Product(
        "国内货物运输险",
        Line.CARGO,
        PROPERTY_INSURERS[:3],
        "KA",
        15500,
        0.70,
        (500, 1000, 3000),
        0,
        8,
        0.85,
        0.15,
        0.12,
        ('{"每次运输限额": @20, "累计限额": @100, "免赔率": "5%"}',),
    ),
    Product(
        "员工补充医疗险",
        Line.MEDICAL,
        HEALTH_INSURERS,
        "MD",
        34000,
        0.60,
        (2, 5),
        0,
        8,
        0.89,
        0.12,
        0.30,
        ('{"门诊": @20, "住院": @100}',),
    ),
    Product(
        "团体意外险",
        Line.ACCIDENT,
        PROPERTY_INSURERS[:2],
        "AC",
        8600,
        0.60,
        (50, 80),
        0,
        5,
        0.87,
        0.20,
        0.08,
        ('{"意外身故": @100, "意外医疗": @6}',),
    ),
    Product(
        "宠物责任险",
        Line.OTHER,
        PROPERTY_INSURERS[3:],
        "OA",
        320,
        0.30,
        (5, 10),
        3,
        0,
        0.79,
        0.22,
        0.04,
        ('{"第三者责任": @100}',),
    ),
)
