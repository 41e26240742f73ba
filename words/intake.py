"""Imports in words: what columns mean, what became of rows, what went wrong, the refused rows."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services import documents, intake
from services.actor import Actor
from services.errors import BusinessError
from services.permissions import Permission
from services.settings import process
from terms.intake import (
    DateOrder,
    ImportField,
    ImportState,
    Problem,
    ProblemLevel,
)
from words import N_, _, in_locale, labels
from words.errors import SENTENCES, says
from words.intake_reasons import file_reason, mend, what
from words.labels import label

labels.name_members(
    ImportField,
    {
        ImportField.CLIENT_NUMBER: N_("Client number"),
        ImportField.CLIENT_NAME: N_("Client's name"),
        ImportField.CLIENT_TYPE: N_("Individual or group"),
        ImportField.SEX: N_("Sex"),
        ImportField.BIRTH_ON: N_("Date of birth"),
        ImportField.ID_TYPE: N_("Type of ID"),
        ImportField.ID_NUMBER: N_("ID number"),
        ImportField.PHONE: N_("Phone"),
        ImportField.EMAIL: N_("E-mail address"),
        ImportField.ADDRESS: N_("Address"),
        ImportField.REGION: N_("Province or city"),
        ImportField.OCCUPATION: N_("Occupation"),
        ImportField.OWNER: N_("Owner (member of staff)"),
        ImportField.TEAM: N_("Team"),
        ImportField.BRANCH: N_("Branch"),
        ImportField.STAGE: N_("Lifecycle stage"),
        ImportField.CLIENT_SINCE_ON: N_("Client since"),
        ImportField.PREFERRED_CHANNEL: N_("Preferred channel"),
        ImportField.PREFERRED_TIME: N_("Preferred time"),
        ImportField.PREFERRED_LANGUAGE: N_("Preferred language"),
        ImportField.DO_NOT_CONTACT: N_("Do not contact"),
        ImportField.RISK_PREFERENCE: N_("Risk preference"),
        ImportField.RISK_TOLERANCE: N_("Risk tolerance"),
        ImportField.NEEDS: N_("Needs"),
        ImportField.SPECIAL_CIRCUMSTANCES: N_("Special circumstances"),
        ImportField.POLICY_NUMBER: N_("Policy number"),
        ImportField.LINE: N_("Product line"),
        ImportField.PRODUCT: N_("Product"),
        ImportField.INSURER: N_("Insurer"),
        ImportField.INCEPTION_ON: N_("Effective date"),
        ImportField.EXPIRY_ON: N_("Expiry date"),
        ImportField.PREMIUM: N_("Premium of one term"),
        ImportField.MONTHLY_PREMIUM: N_("Monthly premium"),
        ImportField.SUM_INSURED: N_("Sum insured"),
        ImportField.PAYMENT_MODE: N_("Payment mode"),
        ImportField.NEXT_DUE_ON: N_("Next instalment due"),
        ImportField.PREVIOUS_NUMBER: N_("Number of the policy before"),
        ImportField.POLICY_STATUS: N_("Policy status"),
        ImportField.COOLING_OFF_DAYS: N_("Cooling-off days"),
        ImportField.USERNAME: N_("User name"),
        ImportField.STAFF_NAME: N_("Name of the member of staff"),
        ImportField.ROLES: N_("Roles"),
        ImportField.DEPARTMENT: N_("Department"),
        ImportField.PROVINCE: N_("Province"),
        ImportField.REGISTRATION_NUMBER: N_("Registration number"),
        ImportField.LINES: N_("Authorised lines"),
        ImportField.LANGUAGES: N_("Languages"),
        ImportField.WEEKLY_CAPACITY: N_("Cases a week"),
        ImportField.IN_SERVICE_FROM: N_("In service from"),
        ImportField.IN_SERVICE_TO: N_("In service to"),
    },
)
labels.name_members(
    DateOrder,
    {
        "ymd": N_("year – month – day"),
        "mdy": N_("month / day / year"),
        "dmy": N_("day / month / year"),
    },
)
labels.name_members(ProblemLevel, {"warning": N_("Warning"), "refused": N_("Refused")})
labels.speak_in_sentences(Problem)


def _column_missing(error: BusinessError) -> str:
    fields = [label(ImportField(code)) for code in _codes(error.data.get("fields"))]
    return _("No column stands for: {fields}. Choose one and check again.").format(
        fields=", ".join(fields)
    )


def _field_twice(error: BusinessError) -> str:
    field = label(ImportField(str(error.data["field"])))
    return _("Two columns stand for “{field}”. Leave one of them.").format(field=field)


def _codes(value: object) -> list[str]:
    return [str(code) for code in value] if isinstance(value, list) else []


def _of_several(error: BusinessError) -> str:
    owners = error.data.get("owners")
    names = [f"{error.data.get('name', '')}@{owner}" for owner in _codes(owners) if owner]
    return _("Several people saved a mapping of this name. Say whose: {names}").format(
        names=", ".join(names)
    )


says(intake.FileRefused, lambda error: file_reason(error.data))
says(intake.RequiredColumnMissing, _column_missing)
says(intake.FieldTwice, _field_twice)
says(intake.MappingOfSeveral, _of_several)
says(intake.MappingNameEmpty, N_("Give the mapping a name."))
says(
    intake.NotInThisState,
    N_("This import has moved on in the meantime. Look at it again; nothing was changed."),
)
says(
    intake.KeepsClashing,
    N_(
        "Colleagues keep making the same clients while this import is applied. "
        "Nothing was applied; try again in a quiet minute."
    ),
)


class _Stored(BusinessError):
    """An error read back from an import that failed."""


def failure_sentence(run: intake.RunCard) -> str:
    """Why the import failed, and what to do."""
    failure: Mapping[str, Any] = run.failure or {}
    code = str(failure.get("code", ""))
    said = SENTENCES.get(code)
    data = {key: value for key, value in failure.items() if key != "code"}
    if callable(said):
        return said(_Stored(**data))
    if said is not None:
        return _(said)
    return _(
        "Something broke while this import was worked on. Nothing was applied; "
        "start it again, and tell your administrator if it breaks again."
    )


def state_sentence(run: intake.RunCard) -> str:
    """What is being done with the import, or was."""
    match run.state:
        case ImportState.UPLOADED:
            return _("The file is being read.")
        case ImportState.READ:
            return _("The columns wait for you.")
        case ImportState.CHECKING:
            return _("Every row is being compared with what is stored.")
        case ImportState.CHECKED:
            return _("Every row was compared. Nothing is stored yet.")
        case ImportState.STAGING:
            return _("The rows are being prepared. Colleagues notice nothing.")
        case ImportState.APPLYING:
            return _("The rows are being taken over, all at once.")
        case ImportState.APPLIED:
            return _("The rows are in.")
        case ImportState.CANCELLED:
            return _("This import was given up. Nothing was stored.")
        case ImportState.FAILED:
            return failure_sentence(run)


def problem_sentence(column: str, code: str, data: Mapping[str, object]) -> str:
    """What is odd and how it is mended, in one line."""
    return _("{column}: {what}. {mend}").format(
        column=column or "–", what=what(code, data), mend=mend(code)
    )


def changed_field(name: str) -> str:
    """What a changed field is called: ours, or the file's own column among the extra fields."""
    known = {field.value for field in ImportField}
    return label(ImportField(name)) if name in known else name


def refused_chunks(rows: Iterable[intake.RefusedRow]) -> Iterator[bytes]:
    """The refused rows as a CSV: the file's own columns, then line, reason and way to mend."""
    first = next(iterator := iter(rows), None)
    header = list(first.cells) if first is not None else []
    ends = [_("Line in the file"), _("Why it was refused"), _("How to mend it")]

    def lines() -> Iterator[list[object]]:
        row = first
        while row is not None:
            refusals = [p for p in row.problems if p["level"] == ProblemLevel.REFUSED]
            why = [f"{p['column']}: {what(p['code'], p)}" for p in refusals]
            how = [mend(p["code"]) for p in refusals]
            yield [
                *(row.cells.get(name, "") for name in header),
                row.line,
                *map(" ".join, (why, how)),
            ]
            row = next(iterator, None)

    return documents.csv_chunks([*header, *ends], lines())


@documents.producer(intake.REFUSED_KIND, Permission.IMPORT_RUN, audience=documents.Audience.HOUSE)
def refused_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The refused rows of one import, in the language of whoever fetches them."""
    rows = intake.refused_rows(session, actor=actor, run_id=int(argument["run_id"]))
    name = documents.file_name("refused", actor=actor, at=at, zone=process().settings.timezone)
    with in_locale(actor.locale):
        chunks = list(refused_chunks(rows))
    return documents.File(name, "text/csv; charset=utf-8", chunks)
