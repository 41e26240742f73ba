"""A history the renewal probability can be trained on."""

from datetime import timedelta

from sqlalchemy.orm import Session

from db.models import Rule, Staff
from terms.policies import InstalmentStatus, Line
from terms.renewals import RenewalState
from tests.make.clients import make_client
from tests.make.moment import AT, ON
from tests.make.policies import make_instalment, make_policy, make_renewal

DAY = timedelta(days=1)


def make_decided_cases(session: Session, *, owner: Staff, cases: int = 220) -> None:
    """Closed cases of a year, enough by the rule: who paid late mostly leaves."""
    for nth in range(cases):
        is_late, due = nth % 3 == 0, ON - (95 + 2 * nth) * DAY
        client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
        policy = make_policy(session, client=client, expiry_on=due, premium_fen=100_000)
        life = make_policy(session, client=client, line=Line.LIFE, expiry_on=None)
        paid = due - 150 * DAY
        make_instalment(
            session,
            policy=life,
            due_on=paid,
            paid_on=paid + (20 if is_late else 0) * DAY,
            status=InstalmentStatus.PAID,
        )
        leaves = nth % 12 != 0 if is_late else nth % 7 == 0
        make_renewal(
            session,
            policy=policy,
            assignee=owner,
            opened_on=due - 80 * DAY,
            state=RenewalState.LOST if leaves else RenewalState.RENEWED,
            closed_on=due,
        )
    session.add(
        Rule(
            key="renewal.probability",
            value={"fewest": cases // 2},
            effective_from=ON - 9 * DAY,
            source="test",
            created_at=AT,
            updated_at=AT,
        )
    )
    session.flush()
