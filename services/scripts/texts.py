"""The shipped scripts, in the trade's own words; each holds for every line without one of its own.

No discount or gift, no promise about returns, no threat (rules §3): ``tests/services`` holds them
to the words a company starts with.
"""

from dataclasses import dataclass

from terms.policies import Line
from terms.scripts import Objection, ScriptStage


@dataclass(frozen=True, slots=True)
class Shipped:
    """One text a company starts with."""

    stage: ScriptStage
    zh: str
    en: str
    objection: Objection | None = None
    line: Line | None = None


_S, _O = ScriptStage, Objection

SHIPPED: tuple[Shipped, ...] = (
    Shipped(
        _S.FIRST_CONTACT,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。您的{产品}将于{到期日}到期，"
        "想跟您说一下续保的安排和今年的保障内容，大约两分钟。请问现在方便吗？"
        "不方便的话，您看什么时候给您回电合适？",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. Your "
        "{product} ends on {due}; I would like to go through the renewal and this year's cover "
        "with you, about two minutes. Is it convenient now? If not, when may I call you back?",
    ),
    Shipped(
        _S.FIRST_CONTACT,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。您的车险将于{到期日}到期，"
        "交强险和商业险都要在到期前续上，中间断开一天，当天出险就没有保障。"
        "今年的方案我可以帮您和去年逐项对比。请问现在方便说两分钟吗？",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. Your "
        "motor cover ends on {due}; both the compulsory and the commercial part have to be renewed "
        "before that day, for an accident on a day between has no cover. I can compare this "
        "year's plan with last year's item by item. Do you have two minutes now?",
        line=Line.MOTOR,
    ),
    Shipped(
        _S.FOLLOW_UP,
        "{客户称呼}，您好，我是{公司名称}的{专员姓名}，按上次约好的时间给您回电。"
        "您的{产品}{到期日}到期，上次您关心的问题我已经核实过了，先给您答复，再看续保怎么安排。"
        "您看可以吗？",
        "Good day, {client}, this is {staff} of {company}, calling back as we agreed. Your "
        "{product} ends on {due}. I have checked what you asked last time: let me answer that "
        "first, and then see how to go on with the renewal. Is that all right?",
    ),
    Shipped(
        _S.QUOTE,
        "{客户称呼}，您{产品}的续保方案出来了：上期保费{上期保费}，本期{本期保费}，{保费差额}。"
        "保障方面，{保障变化}。我把两期的对比发给您，您先看保障够不够，再看价格，有疑问我逐条解释。",
        "{client}, the renewal plan for your {product} is ready: the premium was {premium}, this "
        "term it is {new_premium}, {difference}. As to the cover, {changes}. I will send you both "
        "terms side by side; look at the cover first and then at the price, and I will explain "
        "every item you ask about.",
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，您觉得价格高，我理解。先说清楚差在哪里：上期{上期保费}，本期{本期保费}，"
        "{保费差额}；保障方面，{保障变化}。如果预算有限，我们可以一起看哪些保障必须留、"
        "哪些可以调低保额或提高免赔，我按您的意思重新出一份方案，您再比较。",
        "{client}, I understand that the price seems high. Let me show where the difference comes "
        "from: last term {premium}, this term {new_premium}, {difference}; as to the cover, "
        "{changes}. If the budget is limited, we can see together which cover has to stay and "
        "where a lower sum or a higher deductible is enough; I will work out another plan for "
        "you to compare.",
        objection=_O.PRICE,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，您觉得车险贵了，我理解。上期{上期保费}，本期{本期保费}，{保费差额}。"
        "车险保费主要看三样：出险记录、保额和车辆折旧。保障方面，{保障变化}。"
        "要降保费，可以把三者险保额和附加险重新看一遍，但三者险不建议低于您常跑地区的赔偿水平。"
        "我按您的意思重新报一次，您再定。",
        "{client}, I understand that the motor premium seems high. Last term {premium}, this term "
        "{new_premium}, {difference}. Three things make it: the claims record, the sums insured, "
        "and the age of the car. As to the cover, {changes}. To bring it down we can look at the "
        "third-party sum and the riders again, but I would not go below what injuries are "
        "awarded where you drive. I will quote again as you wish, and then you decide.",
        objection=_O.PRICE,
        line=Line.MOTOR,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，手头紧的时候保费确实是一笔开支。我们先看三件事：能不能改缴费方式，"
        "保额能不能先调低保住基本保障，宽限期到哪一天。您告诉我大概能安排多少、什么时候方便，"
        "我把可行的办法列给您，由您决定。",
        "{client}, when money is tight a premium is a real expense. Let us look at three things: "
        "whether it can be paid in another way, whether a lower sum keeps the basic cover, and how "
        "long the period of grace runs. Tell me about how much and when it would suit you; I will "
        "list what is possible, and you decide.",
        objection=_O.FINANCES,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，您问的条款我照合同原文念给您听，再用白话解释一遍：保什么、不保什么、"
        "等待期和免赔怎么算。以合同条款为准；我拿不准的，会请{保险公司}书面答复，再回电给您。",
        "{client}, let me read the clause to you as it stands in the contract, and then explain "
        "in plain words what is covered, what is not, and how the waiting period and the "
        "deductible work. The contract decides; where I am not sure I will ask {insurer} for an "
        "answer in writing and call you back.",
        objection=_O.CLAUSES,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，这件事让您不愉快，我先向您道歉。请您把经过说一遍，我记下来，"
        "今天就转给负责的同事，并告诉您谁来办、哪天答复。续保的事不急着定，"
        "先把这件事办好；您也可以随时向我们公司投诉，我把渠道发给您。",
        "{client}, I am sorry that this went badly for you. Please tell me what happened; I will "
        "write it down, pass it on today, and tell you who takes care of it and by which day you "
        "get an answer. The renewal can wait until that is put right. You may also complain to "
        "our company at any time; I will send you how.",
        objection=_O.SERVICE,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，上次理赔的结果您不满意，我理解。我先把案子的处理依据调出来，"
        "请理赔的同事在约定的日子给您一个明确说明；您对结果有异议，可以要求复核。"
        "另外，今年的方案我会把当时没赔到的那一项单独给您指出来，看要不要补上。",
        "{client}, I understand that you are not content with how the claim ended. I will get out "
        "on what grounds it was decided and have our claims colleague explain it to you by an "
        "agreed day; where you disagree you may ask for a review. In this year's plan I will also "
        "point out the item that was not paid then, so that you can decide whether to add it.",
        objection=_O.CLAIM,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，多比较几家是应该的。您把那边的报价单发给我，我帮您逐项对一对："
        "保额、免赔、附加险、增值服务，价格差在哪一项就清楚了。按监管要求，"
        "我们不能给您合同以外的好处，但能保证每一项都跟您说明白。",
        "{client}, it is right to compare. Send me their quotation and I will go through it item "
        "by item with you: sums, deductibles, riders, services; then you see where the difference "
        "lies. The regulator allows us no benefit outside the contract, but I will explain every "
        "item to you.",
        objection=_O.ELSEWHERE,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，请问是{险种}保的东西不在了，还是觉得用不上？如果已经卖掉、停业或转让，"
        "我帮您看合同怎么处理、能不能退剩余的保费；如果只是觉得用不上，"
        "我把这一年的保障再跟您对一遍，您再决定。",
        "{client}, may I ask whether what the {line} cover was for is gone, or whether it seems of "
        "no use? If it was sold, closed or handed over, I will see what the contract says and "
        "whether part of the premium comes back; if it only seems of no use, let us go through "
        "the year's cover once more, and then you decide.",
        objection=_O.NO_NEED,
    ),
    Shipped(
        _S.OBJECTION,
        "{客户称呼}，您再考虑一下没有问题。您主要还想弄清楚哪一点，价格、保障还是服务？"
        "我把这一点的书面说明先发给您。您的{产品}{到期日}到期，"
        "我们约个时间我再给您回电，您看哪天、上午还是下午方便？",
        "{client}, of course you may think it over. What would you like to be clear about first: "
        "the price, the cover or the service? I will send you that in writing. Your {product} "
        "ends on {due}; let us agree on a time when I call you back. Which day suits you, in the "
        "morning or in the afternoon?",
        objection=_O.LATER,
    ),
    Shipped(
        _S.CLOSING,
        "{客户称呼}，那我们按刚才定的方案办：本期保费{本期保费}，{保障变化}。"
        "缴费和电子签名的链接由{保险公司}发到您的手机，请核对投保信息再签；"
        "我会跟到保单生效，生效当天把电子保单发给您。缴费只付到{保险公司}的账户，不要转给个人。",
        "{client}, then we go ahead with the plan we settled: premium {new_premium}, {changes}. "
        "{insurer} sends the links for payment and signature to your phone; please check the "
        "details before you sign. I will follow it until the cover stands and send you the policy "
        "that day. Please pay to the account of {insurer} only, never to a person.",
    ),
    Shipped(
        _S.UNCOVERED,
        "{客户称呼}，您好，我是{公司名称}的续保专员{专员姓名}，{执业编号}。"
        "您的{产品}已于{到期日}到期，现在没有保障，这期间出的事保险不赔。"
        "重新投保需要重新核保，我现在就可以帮您办，您看方便吗？",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. Your "
        "{product} ended on {due} and there is no cover now: what happens in the meantime is not "
        "paid. A new term has to be underwritten again; I can arrange it with you now. Is it "
        "convenient?",
    ),
    Shipped(
        _S.INSTALMENT,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。"
        "您的{产品}下一期保费{上期保费}，应缴日是{到期日}，请留意扣款账户的余额。"
        "账户、地址或电话有变化，我现在就可以帮您登记变更。",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. The "
        "next premium for your {product}, {premium}, is due on {due}; please see that the account "
        "it is drawn from holds enough. If your account, address or phone has changed, I can note "
        "it now.",
    ),
    Shipped(
        _S.GRACE,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。"
        "您的{产品}应缴日是{到期日}，保费{上期保费}还没有到账。现在在宽限期内，保障照常有效，"
        "宽限期到{宽限期末日}为止，过后合同效力会中止。您看是扣款没成功，还是有别的困难？"
        "我帮您一起看怎么办。",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. The "
        "premium of {premium} for your {product} was due on {due} and has not arrived. The period "
        "of grace runs until {grace_end}: until then you are covered, afterwards the contract is "
        "suspended. Did the transfer fail, or is there another difficulty? Let us see what can be "
        "done.",
    ),
    Shipped(
        _S.REINSTATEMENT,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。"
        "您的{产品}因保费未缴，效力已经中止，目前没有保障。自中止之日起两年内可以申请复效，"
        "补缴保费和利息，可能需要健康告知，以{保险公司}审核为准。您想保住这份合同的话，"
        "我帮您准备申请材料。",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. As a "
        "premium was not paid, your {product} is suspended and there is no cover now. Within two "
        "years of the suspension you may apply for reinstatement: the premiums and interest are "
        "paid, a health declaration may be asked for, and {insurer} decides. If you want to keep "
        "the contract, I will prepare the application with you.",
    ),
    Shipped(
        _S.WIN_BACK,
        "您好，{客户称呼}。我是{公司名称}的续保专员{专员姓名}，{执业编号}。"
        "您之前的{产品}没有在我们这里续，想听听您对我们服务的意见，哪里做得不够我们改。"
        "您现在的保障快到期时，如果愿意，我可以帮您做一次不收费的保单检视，您再比较。",
        "Good day, {client}. I am {staff}, renewal specialist of {company}, {registration}. Your "
        "{product} was not renewed with us; I would like to hear what we should do better. When "
        "your present cover comes to its end I can review it with you, at no charge, so that you "
        "can compare.",
    ),
)
