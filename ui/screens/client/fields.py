"""The fields of the edit form: what each is called, how it is asked, how it is written as text.

A form works on texts (``field → text``), because drafts keep texts and both sides of a conflict
are read as texts; ``as_data`` turns them back into what the operation takes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from services.clients import ClientEdit, ClientFile
from terms.clients import ClientType, FileItem, IdType, LifecycleStage, RiskLevel, Sex
from terms.people import Language
from terms.renewals import ContactChannel
from words import N_, _
from words.clients import field_name
from words.labels import label


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form."""

    name: str
    section: str
    enum: type[StrEnum] | None = None
    is_date: bool = False
    is_long: bool = False
    limit: int = 120
    for_group: bool = True


WHO, SERVICE, RISK = N_("Who"), N_("How to serve"), N_("Needs and risk")

FIELDS = (
    Field("name", WHO),
    Field("stage", WHO, enum=LifecycleStage),
    Field("sex", WHO, enum=Sex, for_group=False),
    Field("birth_on", WHO, is_date=True, for_group=False),
    Field("occupation", WHO, limit=80, for_group=False),
    Field("region", WHO, limit=80),
    Field("id_type", WHO, enum=IdType),
    Field("id_number", WHO, limit=40),
    Field("preferred_channel", SERVICE, enum=ContactChannel),
    Field("preferred_time", SERVICE, limit=40),
    Field("preferred_language", SERVICE, enum=Language),
    Field("risk_preference", RISK, enum=RiskLevel),
    Field("risk_tolerance", RISK, enum=RiskLevel),
    Field("needs", RISK, is_long=True, limit=4000),
    Field("special_circumstances", RISK, is_long=True, limit=4000),
)
BY_NAME = {field.name: field for field in FIELDS}
ELSEWHERE = frozenset({FileItem.PHONE, FileItem.EMAIL, FileItem.ADDRESS})
"""Missing items that the contact data form fills."""


def of(client_type: ClientType) -> tuple[Field, ...]:
    """The fields asked of a person or of a group."""
    return tuple(
        field for field in FIELDS if field.for_group or client_type is ClientType.INDIVIDUAL
    )


def texts(file: ClientFile) -> dict[str, str]:
    """What the file holds now; the ID number is masked, so its field begins empty."""
    card = file.policyholder
    values: dict[str, Any] = {
        "name": card.name,
        "stage": file.stage,
        "sex": card.sex,
        "birth_on": card.birth_on,
        "occupation": card.occupation,
        "region": card.region,
        "id_type": card.id_type,
        "preferred_channel": file.preferred_channel,
        "preferred_time": file.preferred_time,
        "preferred_language": file.preferred_language,
        "risk_preference": file.risk_preference,
        "risk_tolerance": file.risk_tolerance,
        "needs": file.needs,
        "special_circumstances": file.special_circumstances,
    }
    found = {name: _text(value) for name, value in values.items()}
    return {**found, "id_number": ""}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def said(name: str, text: str) -> str:
    """``text`` of a field as people read it."""
    field = BY_NAME[name]
    if not text:
        return _("(empty)")
    return label(field.enum(text)) if field.enum is not None else text


def title(name: str) -> str:
    return field_name(name)


def as_data(changed: dict[str, str]) -> ClientEdit:
    """The changed texts as the operation takes them; an empty text empties the field."""
    data: dict[str, Any] = {}
    for name, text in changed.items():
        field = BY_NAME[name]
        text = text.strip()
        if not text:
            data[name] = None
        elif field.enum is not None:
            data[name] = field.enum(text)
        elif field.is_date:
            data[name] = date.fromisoformat(text)
        else:
            data[name] = text
    return cast(ClientEdit, data)
