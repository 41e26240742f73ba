"""Each row's sentence says why it stands above the next, and its numbers are those of the rows."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services import renewals
from services.renewals import QueueRow, Why
from terms.people import Locale
from terms.policies import Line
from terms.renewals import (
    AboveCode,
    NextStep,
    QueueGroup,
    RenewalKind,
    RenewalState,
    WhyCode,
)
from tests.make import AT, ON
from words import in_locale
from words.renewals import why

REASONS = {
    QueueGroup.PINNED: (WhyCode.PINNED,),
    QueueGroup.APPOINTMENT: (WhyCode.APPOINTMENT_TODAY, WhyCode.APPOINTMENT_MISSED),
    QueueGroup.WORK: (WhyCode.UNCOVERED, WhyCode.GRACE, WhyCode.NOT_CALLED, WhyCode.QUOTED),
    QueueGroup.WAITING: (WhyCode.APPOINTMENT_LATER, WhyCode.CALLED_TODAY),
}
EARLIER = {Locale.ZH: "在先", Locale.EN: "pinned first"}
FEN = some.one_of(some.integers(0, 300), some.integers(0, 50_000_000))


@some.composite
def rows(draw: some.DrawFn) -> QueueRow:
    group = draw(some.sampled_from(QueueGroup))
    minutes = draw(some.integers(1, 400))
    later = timedelta(days=2) if group is QueueGroup.WAITING else timedelta()
    code = draw(some.sampled_from(REASONS[group]))
    is_pinned = group is QueueGroup.PINNED
    name = draw(some.sampled_from((None, "王芳"))) if is_pinned else None
    under = WhyCode.APPOINTMENT_TODAY if draw(some.booleans()) else WhyCode.NOT_CALLED
    return QueueRow(
        id=draw(some.integers(1, 10**6)),
        version=1,
        group=group,
        client_id=1,
        client_number="C1",
        client_name=None,
        line=Line.MOTOR,
        product="车险",
        kind=RenewalKind.TERM,
        due_on=ON,
        days_left=0,
        grace_left=None,
        premium_fen=draw(FEN),
        at_risk_fen=draw(FEN),
        proposed_premium_fen=None,
        state=RenewalState.ALLOCATED,
        next_at=None if group is QueueGroup.WORK else AT + later + timedelta(minutes=minutes),
        attempts=0,
        last_contact_at=None,
        why=Why(
            code,
            also=under if is_pinned else None,
            days=draw(some.integers(0, 40)),
            at=AT + later,
            by_name=name,
        ),
        next_step=NextStep.CALL,
        pinned_at=AT - timedelta(minutes=draw(some.integers(0, 9))) if is_pinned else None,
    )


def in_order(found: list[QueueRow]) -> list[QueueRow]:
    """The queue's own order: group, then the pin's or its own time, or money and the newer case."""
    return sorted(
        found,
        key=lambda row: (
            (row.group, row.pinned_at or row.next_at or AT, 0, row.id)
            if row.group in (QueueGroup.PINNED, QueueGroup.APPOINTMENT)
            else (row.group, AT, -row.at_risk_fen, -row.id)
        ),
    )


def numbers(sentence: str) -> tuple[float, float]:
    own, after = re.findall(r"[\d,]+(?:\.\d\d)?", sentence)[:2]
    return float(own.replace(",", "")), float(after.replace(",", ""))


@pytest.mark.parametrize("locale", Locale)
@settings(max_examples=150, deadline=None)
@given(found=some.lists(rows(), max_size=12, unique_by=lambda row: row.id))
def test_for_every_adjacent_pair_the_sentence_agrees_with_the_numbers(
    locale: Locale, found: list[QueueRow]
) -> None:
    ranked = renewals.ranked(in_order(found))
    assert not ranked or ranked[-1].above is None
    with in_locale(locale):
        for row, after in pairwise(ranked):
            said = why(row.why, on=ON, above=row.above)
            if row.group is QueueGroup.APPOINTMENT:
                assert row.above is None
                assert after.group > row.group or after.next_at >= row.next_at
                continue
            if row.group is QueueGroup.PINNED:
                assert ("王芳" in said) is (row.why.by_name is not None)
                is_first = after.group is QueueGroup.PINNED
                assert (row.above is not None) is is_first
                assert (EARLIER[locale] in said) is is_first
                if is_first:
                    assert (row.pinned_at, row.id) < (after.pinned_at, after.id)
                continue
            assert row.above is not None
            match row.above.code:
                case AboveCode.MORE:
                    own, less = numbers(said)
                    assert own > less
                    assert int(own) == row.at_risk_fen // 100
                    assert int(less) == after.at_risk_fen // 100
                case AboveCode.NEWER:
                    assert row.at_risk_fen == after.at_risk_fen
                    assert row.id > after.id
                    assert f"{row.at_risk_fen // 100:,}" in said
                case AboveCode.NEXT_WAITS:
                    assert (row.group, after.group) == (QueueGroup.WORK, QueueGroup.WAITING)


def test_what_a_person_put_out_of_order_claims_nothing() -> None:
    less, more = (
        QueueRow(
            id=id,
            version=1,
            group=QueueGroup.WAITING,
            client_id=1,
            client_number="C1",
            client_name=None,
            line=Line.MOTOR,
            product="车险",
            kind=RenewalKind.TERM,
            due_on=ON,
            days_left=0,
            grace_left=None,
            premium_fen=1,
            at_risk_fen=fen,
            proposed_premium_fen=None,
            state=RenewalState.ALLOCATED,
            next_at=None,
            attempts=0,
            last_contact_at=None,
            why=Why(WhyCode.CALLED_TODAY),
            next_step=NextStep.WAIT,
        )
        for id, fen in ((1, 5), (2, 9))
    )
    assert [row.above for row in renewals.ranked([less, more])] == [None, None]
