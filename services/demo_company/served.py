"""The demo company's clients in service: some in their ten days, some late, some with plans.

Told with the operations of the house, each on its day, so that every proof, version and log entry
is what it would be. The client manager's demo account sees all of them.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Staff
from db.session import Database
from services import documents, engagements, people, plans, tiering
from services.actor import Actor
from services.engagements import Upload
from services.plans import Act, ItemData
from services.working_calendar import SHANGHAI, WorkingCalendar, calendar_of
from terms.clients import EngagementKind
from terms.intake import DocumentKind
from terms.renewals import ContactChannel
from terms.service import ServiceKind, StageClock, TeamField, TeamRole, Timing

MOST_CLIENTS = 20_000
"""A larger company is made for its size: nobody tells stories in it."""
PAPERS = (
    DocumentKind.BASIC_SITUATION,
    DocumentKind.IDENTITY,
    DocumentKind.CORRESPONDENCE,
    DocumentKind.CONSULTING_AGREEMENT,
    DocumentKind.POWER_OF_ATTORNEY,
    DocumentKind.RISK_REPORT,
)
PROMISES = ("每季度上门拜访一次", "协助理赔，三日内反馈进度")


@dataclass(frozen=True, slots=True)
class Story:
    """One client: signed so many working days ago, and on which working day after it what was
    done; None: not yet."""

    signed: int
    team: int | None = None
    papers: int | None = None
    star: int | None = None
    plan: int | None = None
    opened: int | None = None
    members: int = 3
    theme: str = "今年抓企业财产安全检查"


STORIES = (
    Story(1),
    Story(2, team=1, members=2),
    Story(3, team=1, papers=3),
    Story(5, team=2, papers=2, members=2),
    Story(6, team=2, papers=3, star=4),
    Story(8, team=2, papers=3, star=5, plan=7),
    Story(10, team=3, papers=3, star=5, plan=8),
    Story(12, team=2, papers=6, star=4, plan=9),
    Story(14, team=1, star=3),
    Story(11, team=2, papers=3, star=4, plan=7, opened=9),
    Story(60, team=2, papers=3, star=4, plan=7, opened=9, theme="今年抓雇主责任险覆盖"),
    Story(120, team=2, papers=3, star=4, plan=8, opened=10, theme="今年抓货运险理赔时效"),
    Story(150, team=3, papers=2, star=5, plan=7, opened=8, theme="今年抓员工福利讲座"),
    Story(180, team=2, papers=3, star=4, plan=6, opened=7, theme="今年抓续保前风险查勘"),
)


def tell_service(database: Database, *, on: date, at: datetime, folder: Path) -> int:
    """Engage some clients of the demo client manager, and serve them as the stories say.

    Args:
        on: the business day the company is seen on.
        at: when this happens; every act is stamped with its own day.
        folder: where documents are kept.

    Returns:
        How many clients.
    """
    tiering.recalculate(database, on=on, at=at)
    with database.reading() as session:
        manager = people.actor_named(session, username="client_manager", on=on)
        if manager is None:
            return 0
        numbers = list(
            session.scalars(
                select(Client.number)
                .join(ClientAccess, ClientAccess.client_id == Client.id)
                .where(ClientAccess.staff_id == manager.staff_id)
                .order_by(Client.id)
                .limit(len(STORIES))
            )
        )
        colleagues = list(
            session.scalars(
                select(Staff.id)
                .where(
                    Staff.branch_id
                    == select(Staff.branch_id)
                    .where(Staff.id == manager.staff_id)
                    .scalar_subquery(),
                    Staff.id != manager.staff_id,
                )
                .order_by(Staff.id)
                .limit(8)
            )
        )
        calendar = calendar_of(session)
    for place, (number, story) in enumerate(zip(numbers, STORIES, strict=False)):
        with database.transaction() as session:
            teller = _Teller(session, manager, number, calendar, on, folder)
            teller.tell(story, [colleagues[(place + each) % len(colleagues)] for each in (0, 1)])
    return len(numbers)


@dataclass(frozen=True, slots=True)
class _Teller:
    session: Session
    manager: Actor
    number: str
    calendar: WorkingCalendar
    on: date
    folder: Path

    def tell(self, story: Story, helpers: list[int]) -> None:
        """Do what the story says, in the order of its days."""
        signed_on = self._back(story.signed)
        client = self._stage(signed_on)
        self.session.flush()
        engagements.engage(
            self.session,
            actor=self.manager,
            number=self.number,
            kind=EngagementKind.ENGAGEMENT_AGREEMENT,
            signed_on=signed_on,
            text=engagements.engagement_text(
                self.session,
                actor=self.manager,
                number=self.number,
                kind=EngagementKind.ENGAGEMENT_AGREEMENT,
                on=self.on,
            ),
            promises=PROMISES,
            original=self._paper("委托协议书", DocumentKind.ENGAGEMENT),
            at=_at(signed_on),
            on=signed_on,
            seen_version=client.client_version,
        )
        steps = {
            StageClock.TEAM: story.team,
            StageClock.FILE: story.papers,
            StageClock.STAR: story.star,
            StageClock.PLAN: story.plan,
        }
        for clock, after in sorted(steps.items(), key=lambda each: each[1] or 0):
            if after is None:
                continue
            day = self.calendar.add_working_days(signed_on, after).on
            match clock:
                case StageClock.TEAM:
                    self._team(day, helpers, story.members)
                case StageClock.FILE:
                    self._papers(day)
                case StageClock.STAR:
                    self._star(day)
                case StageClock.PLAN:
                    self._plan(day, story.theme)
        if story.opened is not None:
            day = self.calendar.add_working_days(signed_on, story.opened).on
            self._revise(day, Act("open"))
            self._carry_out()

    def _back(self, days: int) -> date:
        day = self.on
        for _each in range(days):
            day = self.calendar.previous_working_day(day)
        return day

    def _stage(self, on: date) -> engagements.StageCard:
        return engagements.stage_of(self.session, actor=self.manager, number=self.number, on=on)

    def _paper(self, name: str, kind: DocumentKind) -> Upload:
        return Upload(f"{name}.pdf", io.BytesIO(_pdf(f"{self.number} {kind.value}")), self.folder)

    def _team(self, on: date, helpers: list[int], members: int) -> None:
        people_of = (
            (self.manager.own_id, TeamRole.MANAGER, TeamField.MARKET, "总体负责，客户关系维护"),
            (helpers[0], TeamRole.DEPUTY, TeamField.NON_LIFE, "财产险方案与批改"),
            (helpers[1], TeamRole.MEMBER, TeamField.CLIENT_RELATIONS, "回访与资料整理"),
        )
        for staff_id, role, field, duties in people_of[:members]:
            engagements.set_member(
                self.session,
                actor=self.manager,
                number=self.number,
                staff_id=staff_id,
                role=role,
                field=field,
                duties=duties,
                at=_at(on),
                on=on,
            )

    def _papers(self, on: date) -> None:
        for kind in PAPERS:
            paper = self._paper(kind.value, kind)
            documents.store_document(
                self.session,
                actor=self.manager,
                number=self.number,
                kind=kind,
                name=paper.name,
                source=paper.source,
                folder=self.folder,
                at=_at(on),
                on=on,
            )

    def _star(self, on: date) -> None:
        engagement = self._stage(on).engagement
        if engagement is None or self._stage(on).stars is None:
            return
        engagements.rate_star(
            self.session,
            actor=self.manager,
            number=self.number,
            at=_at(on),
            on=on,
            seen_version=engagement.version,
        )

    def _plan(self, on: date, theme: str) -> None:
        plans.begin(self.session, actor=self.manager, number=self.number, at=_at(on), on=on)
        card = self._card(on)
        plans.write_head(
            self.session,
            actor=self.manager,
            plan_id=card.id,
            theme=theme,
            goal="确保续保，开发新需求",
            needs_talk_on=on,
            agreed_on=None,
            opinion="同意。首次拜访请提前约定时间。",
            at=_at(on),
            on=on,
            seen_version=card.version,
        )
        visit = next(each for each in card.items if each.handler_id is not None)
        promised = self._stage(on).engagement
        first = max(card.starts_on, on)
        data = ItemData(
            kind=ServiceKind.SITE_VISIT,
            channel=ContactChannel.VISIT,
            starts_on=first,
            ends_on=min(first + timedelta(days=40), card.ends_on),
            handler_id=visit.handler_id,
            content="拜访并查看厂区消防",
            promise_id=promised.promises[0].id if promised else None,
        )
        self._revise(on, Act("save", None, data))

    def _revise(self, on: date, act: Act) -> None:
        card = self._card(on)
        plans.revise(
            self.session,
            actor=self.manager,
            plan_id=card.id,
            acts=(act,),
            why="新客户首年投入较大" if card.budget.is_over else "",
            at=_at(on),
            on=on,
            seen_version=card.version,
        )

    def _card(self, on: date) -> plans.PlanCard:
        card = plans.plan_of(self.session, actor=self.manager, number=self.number, on=on)
        assert card is not None
        return card

    def _carry_out(self) -> None:
        """Most of what is past its day was done, one in three of it late; the last is open."""
        past = [each for each in self._card(self.on).items if each.timing is Timing.LATE]
        for place, item in enumerate(past[:-1]):
            late = timedelta(days=6 if place % 3 == 2 else -2)
            done_on = min(max(item.ends_on + late, item.starts_on), self.on)
            plans.execute(
                self.session,
                actor=self.manager,
                item_id=item.id,
                done_on=done_on,
                channel=item.channel,
                done="按计划完成，双方确认下一步安排",
                reaction="满意，希望继续保持联系",
                at=_at(done_on),
                on=done_on,
                seen_version=item.version,
            )


def _at(on: date) -> datetime:
    return datetime.combine(on, time(10, 30), SHANGHAI)


def _pdf(text: str) -> bytes:
    """A small sound PDF that says ``text`` (plain letters)."""
    body = f"BT /F1 18 Tf 60 760 Td ({text}) Tj ET".encode("ascii", "replace")
    parts = list(_objects(body))
    made, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (len(parts) + 1, start)


def _objects(body: bytes) -> Iterator[bytes]:
    yield b"<</Type/Catalog/Pages 2 0 R>>"
    yield b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    yield (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>"
    )
    yield b"<</Length %d>>\nstream\n%s\nendstream" % (len(body), body)
    yield b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
