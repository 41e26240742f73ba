"""Files written by a test and brought in as the worker does it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.session import Database
from services import intake
from services.actor import SYSTEM, Actor
from terms.intake import ImportKind, ImportState
from tests.make.moment import AT

CLIENT = {
    "客户号": "C1",
    "姓名": "王伟",
    "性别": "男",
    "出生日期": "1980-05-06",
    "手机": "13800000001",
    "邮箱": "wang.wei@example.com",
    "地址": "杭州市西湖区文三路1号",
    "保单号": "P1",
    "险种": "车险",
    "产品": "家用车综合险",
    "保险公司": "长河财险",
    "生效日": "2026-01-05",
    "到期日": "2027-01-04",
    "保费": "1,200.50",
    "车牌": "浙A12345",
}


def line(**but: str) -> dict[str, str]:
    """One line of a book; the first client's unless the test says otherwise."""
    return {**CLIENT, **but}


def book(*lines: Mapping[str, str], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), restval="")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode(encoding)


@dataclass(frozen=True)
class Desk:
    """A database and a folder for uploads."""

    database: Database
    folder: Path

    def started(
        self,
        content: bytes,
        *,
        actor: Actor = SYSTEM,
        kind: ImportKind = ImportKind.BOOK,
        name: str = "book.csv",
        columns: intake.ColumnMapping | None = None,
    ) -> intake.RunCard:
        """Uploaded and its columns read."""
        with self.database.transaction() as session:
            run = intake.start(
                session,
                actor=actor,
                kind=kind,
                file_name=name,
                source=io.BytesIO(content),
                folder=self.folder,
                at=AT,
                columns=columns,
            )
        self.work(run)
        return self.seen(run, actor=actor)

    def work(self, run: intake.RunCard) -> ImportState:
        return intake.work_on(self.database, run_id=run.id, at=AT)

    def seen(self, run: intake.RunCard, *, actor: Actor = SYSTEM) -> intake.RunCard:
        with self.database.reading() as session:
            return intake.run(session, actor=actor, number=run.number)

    def checked(self, run: intake.RunCard, *, actor: Actor = SYSTEM) -> intake.RunCard:
        with self.database.transaction() as session:
            intake.use_columns(
                session,
                actor=actor,
                run_id=run.id,
                columns=run.columns,
                at=AT,
                seen_version=run.version,
            )
        self.work(run)
        return self.seen(run, actor=actor)

    def applied(self, run: intake.RunCard, *, actor: Actor = SYSTEM) -> intake.RunCard:
        with self.database.transaction() as session:
            intake.apply(session, actor=actor, run_id=run.id, at=AT, seen_version=run.version)
        self.work(run)
        return self.seen(run, actor=actor)

    def brought_in(
        self,
        content: bytes,
        *,
        actor: Actor = SYSTEM,
        kind: ImportKind = ImportKind.BOOK,
        name: str = "book.csv",
        columns: intake.ColumnMapping | None = None,
    ) -> intake.RunCard:
        """From upload to applied."""
        run = self.started(content, actor=actor, kind=kind, name=name, columns=columns)
        return self.applied(run, actor=actor)


def figures(run: intake.RunCard) -> Sequence[int]:
    """Created, changed, same, warnings, refused."""
    return (run.created, run.changed, run.same, run.warnings, run.refused)
