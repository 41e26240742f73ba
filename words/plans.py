"""Service plans in words: what changes, what is refused, what waits."""

from datetime import date
from typing import Any

from services import plans
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.notifications import Notice, NotificationKind
from services.plans import Budget, Shortfall
from terms.approvals import ApprovalKind
from terms.renewals import ContactChannel
from terms.service import Blocked, PlanState, ServiceKind
from words import N_, _, approvals, formats, ngettext, notifications
from words.errors import says
from words.labels import label

FIELDS = {
    "kind": N_("Service"),
    "content": N_("Content"),
    "channel": N_("Channel"),
    "starts_on": N_("Expected start"),
    "ends_on": N_("Expected finish"),
    "handler_id": N_("Handler"),
    "cost_fen": N_("Cost"),
    "promise_id": N_("Keeps the promise"),
    "state": N_("State"),
}


def shortfall_said(each: Shortfall) -> str:
    """``Phone visit (Phone): 3 of 4``."""
    return _("{service} ({channel}): {there} of {wanted}").format(
        service=label(each.service.kind),
        channel=label(each.service.channel),
        there=each.wanted - each.lacking,
        wanted=each.wanted,
    )


def budget_said(budget: Budget) -> str:
    """What the plan costs beside the income, and how much it may."""
    if budget.income_fen is None:
        return _("Income of the year: not known, so there is no limit to hold the cost to.")
    income, limit = budget.income_fen, budget.limit_fen or 0
    parts = [
        _("¥{cost} of ¥{income} income of the year").format(
            cost=formats.money(budget.cost_fen), income=formats.money(income)
        ),
        _("limit ¥{limit} ({percent}%)").format(limit=formats.money(limit), percent=budget.percent),
    ]
    if budget.expected_fen:
        parts.append(
            _("¥{amount} of it expected").format(amount=formats.money(budget.expected_fen))
        )
    return " · ".join(parts)


def change_said(what: str, field: str, before: Any, after: Any) -> str:
    """One line of a version: what, and from what to what."""
    if what == "plan":
        return _("{what}: {before} → {after}").format(
            what=_(FIELDS[field]), before=value_said(field, before), after=value_said(field, after)
        )
    name = label(ServiceKind(what))
    if before is None and isinstance(after, dict):
        return _("{service} added: {days}, {cost} yuan").format(
            service=name, days=_days(after), cost=formats.money(after["cost_fen"])
        )
    if after is None and isinstance(before, dict):
        return _("{service} taken out: {days}").format(service=name, days=_days(before))
    return _("{service}, {field}: {before} → {after}").format(
        service=name,
        field=_(FIELDS[field]),
        before=value_said(field, before),
        after=value_said(field, after),
    )


def value_said(field: str, value: Any) -> str:
    """A value of an item as people read it; a handler stands there by name."""
    if value is None or value == "":
        return "–"
    match field:
        case "kind":
            return label(ServiceKind(value))
        case "channel":
            return label(ContactChannel(value))
        case "state":
            return label(PlanState(value))
        case "cost_fen":
            return formats.money(int(value))
        case "promise_id":
            return _("yes")
    return str(value)


def _days(item: dict[str, Any]) -> str:
    return _("{first} to {last}").format(
        first=formats.short_day(date.fromisoformat(item["starts_on"])),
        last=formats.short_day(date.fromisoformat(item["ends_on"])),
    )


def _title(payload: Payload) -> str:
    acts = {each["act"] for each in payload["acts"]}
    if "open" in acts:
        return _("Open the service plan of {client} above its cost limit").format(
            client=payload["client"]
        )
    return _("Service plan of {client}: below the standard or above the limit").format(
        client=payload["client"]
    )


def _change(_payload: Payload, change: Change) -> approvals.Told:
    where, _bar, field = change.field.partition("|")
    if where == "plan":
        title = _("Cost of the plan") if field == "cost_fen" else _(FIELDS[field])
        return approvals.Told(
            title, value_said(field, change.before), value_said(field, change.after)
        )
    if isinstance(change.before, dict) or isinstance(change.after, dict):
        item = change.before or change.after
        assert isinstance(item, dict)
        return approvals.Told(
            label(ServiceKind(item["kind"])), _whole(change.before), _whole(change.after)
        )
    return approvals.Told(
        _(FIELDS[field]), value_said(field, change.before), value_said(field, change.after)
    )


def _whole(item: Any) -> str:
    if not isinstance(item, dict):
        return _("not in the plan")
    return _("{channel}, {days}, {cost} yuan").format(
        channel=label(ContactChannel(item["channel"])),
        days=_days(item),
        cost=formats.money(item["cost_fen"]),
    )


approvals.speaks(ApprovalKind.PLAN_CHANGE, title=_title, change=_change)


def _risk_told(notice: Notice) -> str:
    count = int(notice.data.get("count", 0))
    return ngettext(
        "The risk tier put {n} measure into the service plan of {client}.",
        "The risk tier put {n} measures into the service plan of {client}.",
        count,
    ).format(n=count, client=notice.client_name or _("a client"))


notifications.says(NotificationKind.PLAN_RISK, _risk_told, icon="shield")


def _invalid(error: BusinessError) -> str:
    match error.data.get("problem"), error.data.get("field"):
        case "before_start", _field:
            return _("The expected finish lies before the start. What you typed is still here.")
        case "outside", _field:
            first, last = error.data["first"], error.data["last"]
            assert isinstance(first, date)
            assert isinstance(last, date)
            return _("The plan runs from {first} to {last}: choose days inside it.").format(
                first=formats.day(first), last=formats.day(last)
            )
        case "amount", _field:
            return _("A cost is 0 or more, and at most {limit} yuan.").format(
                limit=formats.number(int(str(error.data["limit"])))
            )
        case "missing", "handler_id":
            return _("Say who handles it: nothing is done by nobody.")
        case "missing", "reaction":
            return _("Write down how the client reacted: the client log asks for it.")
        case "missing", "done":
            return _("Write down what was done: the client log asks for it.")
        case "missing", _field:
            return _("Say something first.")
        case "future", _field:
            return _("That day lies ahead. What you typed is still here.")
        case "too_many", _field:
            return _("A plan holds at most {limit} items.").format(limit=error.data.get("limit"))
    return _("One of the texts is too long: at most {limit} characters.").format(
        limit=error.data.get("limit")
    )


def _less(error: BusinessError) -> str:
    lacks = error.data["shortfalls"]
    assert isinstance(lacks, tuple)
    return _(
        "This would be less than the standard: {lacks}. Nothing was changed. Say why below; then it"
        " is asked for, and stands once a second person approves."
    ).format(lacks=formats.listing([shortfall_said(each) for each in lacks]))


def _over(error: BusinessError) -> str:
    return _(
        "The plan would cost ¥{cost}, more than the ¥{limit} the income of the year allows. Nothing"
        " was changed. Say why below; then it is asked for."
    ).format(
        cost=formats.money(int(str(error.data["cost_fen"]))),
        limit=formats.money(int(str(error.data["limit_fen"]))),
    )


def _not_ready(error: BusinessError) -> str:
    lacks = error.data["lacks"]
    assert isinstance(lacks, tuple)
    return _("The plan cannot be opened yet: {lacks}.").format(
        lacks=formats.listing([label(each) for each in lacks if isinstance(each, Blocked)])
    )


says(plans.PlanInvalid, _invalid)
says(plans.LessThanStandard, _less)
says(plans.OverLimit, _over)
says(plans.PlanNotReady, _not_ready)
says(
    plans.PlanThere,
    N_("The client has a plan for these days already: it stands below."),
)
says(plans.PlanClosed, N_("This plan is closed: another has taken its place."))
says(
    plans.ItemSettled,
    N_("This item is settled already: somebody carried it out or took it out meanwhile."),
)
says(
    plans.HandlerUnfit,
    N_(
        "{name} cannot handle it: the handler is in service and in the client's team. Take them in"
        " first, or choose somebody else."
    ),
)
says(plans.PlanNotOpen, N_("The plan is not in force: open it first."))
says(
    plans.NotYourItem,
    N_("{name} handles this item. What you typed is still here."),
)


def item_head(item: plans.ItemRow) -> str:
    """What is to be done, by which channel."""
    what = f"{label(item.kind)} · {item.content}" if item.content else label(item.kind)
    return _("{what} ({channel})").format(what=what, channel=label(item.channel))


def item_note(item: plans.ItemRow) -> str:
    """When, by whom, for how much."""
    parts = [
        _("{first} to {last}").format(
            first=formats.short_day(item.starts_on), last=formats.day(item.ends_on)
        ),
        item.handler or _("nobody handles it"),
    ]
    if item.cost_fen:
        parts.append(_("¥{cost}").format(cost=formats.money(item.cost_fen)))
    return " · ".join(parts)


def done_note(item: plans.ItemRow) -> str:
    """What was done, and how the client took it."""
    parts = [
        _("done {day} by {who}: {what}").format(
            day=formats.short_day(item.done_on), who=item.done_by or "–", what=item.done or "–"
        )
    ]
    if item.reaction:
        parts.append(_("the client: {reaction}").format(reaction=item.reaction))
    if item.evidence:
        parts.append(_("evidence: {name}").format(name=item.evidence))
    return " · ".join(parts)


def budget_cell(budget: Budget) -> int | None:
    """Cost in per cent of the income of the year; None where that is not known or nothing."""
    return round(100 * budget.cost_fen / budget.income_fen) if budget.income_fen else None
