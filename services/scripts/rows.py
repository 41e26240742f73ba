"""What the scripts chapter hands out: texts in force, rows of the library, one script in full."""

from dataclasses import dataclass
from datetime import datetime

from services.scripts.rules import Fault
from services.wording import Found
from terms.policies import Line
from terms.scripts import Objection, ScriptStage, ScriptState


@dataclass(frozen=True, slots=True)
class ScriptText:
    """An approved text as it is filled in beside a case."""

    place: str
    stage: ScriptStage
    objection: Objection | None
    line: Line | None
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One place of the library in the list."""

    place: str
    stage: ScriptStage
    objection: Objection | None
    line: Line | None
    state: ScriptState
    number: int | None
    """Of the version in force."""
    has_draft: bool
    waits: str | None
    """The request that waits for a decision."""
    needs_confirmation: bool
    has_refused_words: bool
    """The text in force holds a word that was forbidden since."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One approved version of a script."""

    id: int
    version: int
    number: int
    text_zh: str
    text_en: str
    why: str
    needs_confirmation: bool
    asked_by: str | None
    approved_by: str | None
    """Both null for what was shipped."""
    from_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


@dataclass(frozen=True, slots=True)
class ScriptDraft:
    """What is being prepared, with everything that is wrong with it."""

    text_zh: str
    text_en: str
    why: str
    saved_by: str
    saved_at: datetime
    faults: tuple[Fault, ...]
    found_zh: tuple[Found, ...]
    found_en: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class ScriptCard:
    """One script with its versions, its draft and the request that waits."""

    place: str
    version: int
    """The lock of the draft."""
    stage: ScriptStage
    objection: Objection | None
    line: Line | None
    state: ScriptState
    in_force: VersionRow | None
    versions: tuple[VersionRow, ...]
    """Newest first."""
    found_zh: tuple[Found, ...]
    """Forbidden words in the text in force."""
    found_en: tuple[Found, ...]
    draft: ScriptDraft | None
    waits: str | None
    waits_from: str | None
