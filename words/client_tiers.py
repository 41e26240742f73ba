"""What a client's file says of their classes: income, history, evidence, reception."""

from services.tiering import ClassChange, Evidence, IncomeCard, ReceptionCard
from terms.policies import IncomeKind
from terms.tiering import TierAxis
from words import _, formats
from words.labels import label
from words.tiering import class_code, star_text


def reception_sentence(card: ReceptionCard) -> str:
    """The class that holds and what is usual for it; the class stands out."""
    return _("{axis}: **{held}** · about {amount} a person").format(
        axis=label(TierAxis.RECEPTION),
        held=label(card.holds),
        amount=formats.money_with_unit(card.cost_fen),
    )


def income_rows(card: IncomeCard) -> list[list[str]]:
    """Realised and expected income and their sum, with the stars they make; nothing without a
    ledger."""
    if card.income is None:
        return []
    found = card.income
    return [
        [
            label(IncomeKind.REALISED),
            formats.money_exact(found.realised_fen),
            _stars(card.realised_stars),
        ],
        [label(IncomeKind.EXPECTED), formats.money_exact(found.expected_fen), ""],
        [_("Sum"), formats.money_exact(found.total_fen), _stars(card.stars)],
    ]


def next_star_sentence(card: IncomeCard) -> str:
    """From which income on there is one star more; empty with five or without a ledger."""
    if card.income is None or card.next_from_fen is None:
        return ""
    return _("One star more from {amount} yuan on: {rest} yuan more.").format(
        amount=formats.money_exact(card.next_from_fen),
        rest=formats.money_exact(card.next_from_fen - card.income.total_fen),
    )


def change_texts(change: ClassChange) -> tuple[str, str]:
    """From which class to which, and from how many points to how many (empty: the same)."""
    moved = f"{class_code(change.axis, change.before)} → {class_code(change.axis, change.after)}"
    if change.before_score == change.after_score:
        return moved, ""
    points = _("{before} → {after} points").format(
        before=formats.number(change.before_score), after=formats.number(change.after_score)
    )
    return moved, points


def evidence_amount(entry: Evidence) -> str:
    """What an entry of the credit file was about, in yuan; empty where there is no amount."""
    return formats.money(entry.amount_fen, missing="")


def _stars(stars: int | None) -> str:
    return _("not known") if stars is None else star_text(stars)
