"""What is odd about a cell and how it is mended; why a file cannot be read."""

from collections.abc import Mapping

from terms.intake import Problem
from words import N_, _

WHAT: dict[str, str] = {
    Problem.BLANK_IN_FULL_COLUMN: N_("blank, where nearly every other row has a value"),
    Problem.DATE_ODD: N_("not a date that can be read"),
    Problem.AMOUNT_ODD: N_("not an amount that can be read"),
    Problem.NUMBER_ODD: N_("not a whole number"),
    Problem.CODE_UNKNOWN: N_("a word that is not known for this field"),
    Problem.PHONE_ODD: N_("not one phone number as they are usually written"),
    Problem.EMAIL_ODD: N_("not an e-mail address"),
    Problem.ID_CHECK_DIGIT: N_("an ID number whose check digit is wrong"),
    Problem.ID_DATE: N_("an ID number whose date of birth cannot be"),
    Problem.ID_FORM: N_("an ID number of the wrong length or with wrong characters"),
    Problem.ID_LOST_DIGITS: N_("a number whose last digits the spreadsheet has lost"),
    Problem.TOO_LONG: N_("longer than the field can hold"),
    Problem.DIFFERS_FROM_FIRST: N_("says something else than line {line} of the same client"),
    Problem.STAFF_UNKNOWN: N_("nobody of this name, user name or registration number"),
    Problem.STAFF_SEVERAL: N_("a name that several members of staff have"),
    Problem.TEAM_UNKNOWN: N_("no team of this name"),
    Problem.BRANCH_UNKNOWN: N_("no branch of this name"),
    Problem.CLIENT_MERGED: N_("the former number of a client merged into another"),
    Problem.TEAM_MADE: N_("a team that does not exist yet"),
    Problem.BRANCH_MADE: N_("a branch that does not exist yet"),
    Problem.EXPIRY_BEFORE_INCEPTION: N_("an expiry before the effective date"),
    Problem.POLICY_WITHOUT_DATES: N_(
        "no effective date and no expiry date, so no policy was made of this row"
    ),
    Problem.PREMIUM_UNKNOWN: N_("no premium, so 0 was entered"),
    Problem.CLIENT_NUMBER_MISSING: N_("no client number: nobody can tell whose row this is"),
    Problem.CLIENT_NOT_KNOWN: N_("no client with this number"),
    Problem.CLIENT_NOT_YOURS: N_("a client or a branch outside your own branches"),
    Problem.CHANGED_MEANWHILE: N_("somebody changed the client or the policy after the check"),
    Problem.POLICY_NUMBER_MISSING: N_("no policy number"),
    Problem.POLICY_NUMBER_TWICE: N_("the policy number of another client's policy in line {line}"),
    Problem.POLICY_OF_ANOTHER: N_("the number of a policy that belongs to another client"),
    Problem.USERNAME_MISSING: N_("no user name"),
    Problem.USERNAME_TWICE: N_("the user name of line {line}"),
    Problem.STAFF_STILL_HOLDS: N_("a last day of somebody who still holds clients or open work"),
    Problem.USERNAME_ODD: N_(
        "not a user name: 2 to 40 letters, digits, dots, dashes or underscores"
    ),
    Problem.STAFF_NAME_MISSING: N_("no name"),
}
"""What stands in the cell; the column is named beside it."""

MEND: dict[str, str] = {
    Problem.BLANK_IN_FULL_COLUMN: N_(
        "Fill the cell in if the value is known; what is stored already stays."
    ),
    Problem.DATE_ODD: N_("Write it like 2026-11-21. The text is kept among the extra fields."),
    Problem.AMOUNT_ODD: N_(
        "Write digits, for example 1280.50. The text is kept among the extra fields."
    ),
    Problem.NUMBER_ODD: N_("Write digits only. The text is kept among the extra fields."),
    Problem.CODE_UNKNOWN: N_(
        "Use one of the usual words. The text is kept among the extra fields."
    ),
    Problem.PHONE_ODD: N_(
        "Check it and leave one number in the cell. The text is kept among the extra fields."
    ),
    Problem.EMAIL_ODD: N_("Check it. The text is kept among the extra fields."),
    Problem.ID_CHECK_DIGIT: N_("Compare it with the document. It was taken as it stands."),
    Problem.ID_DATE: N_("Compare it with the document. It was taken as it stands."),
    Problem.ID_FORM: N_(
        "Compare it with the document and check the type of ID. It was taken as it stands."
    ),
    Problem.ID_LOST_DIGITS: N_(
        "Format the column as text in the spreadsheet and enter the number again. It was not taken."
    ),
    Problem.TOO_LONG: N_("Shorten it. The whole text is kept among the extra fields."),
    Problem.DIFFERS_FROM_FIRST: N_(
        "The first line counts. Make the lines agree if the other is right."
    ),
    Problem.STAFF_UNKNOWN: N_(
        "Import the staff first, or write the user name. The client has no owner from this row."
    ),
    Problem.STAFF_SEVERAL: N_(
        "Write the user name instead. The client has no owner from this row."
    ),
    Problem.TEAM_UNKNOWN: N_("Write the team's name as it stands under People."),
    Problem.BRANCH_UNKNOWN: N_("Write the branch's name as it stands under People."),
    Problem.CLIENT_MERGED: N_(
        "Policies go to the kept client, whose own data stay as they are. Use the new number."
    ),
    Problem.TEAM_MADE: N_("It will be made. Check the spelling first."),
    Problem.BRANCH_MADE: N_("It will be made. Check the spelling first."),
    Problem.EXPIRY_BEFORE_INCEPTION: N_("Check both dates. They were taken as they stand."),
    Problem.POLICY_WITHOUT_DATES: N_(
        "Fill in one of the two dates and import again; the client is in."
    ),
    Problem.PREMIUM_UNKNOWN: N_("Fill the premium in and import again."),
    Problem.CLIENT_NUMBER_MISSING: N_("Fill in the client number and import the row again."),
    Problem.CLIENT_NOT_KNOWN: N_("Import the client first, or correct the number."),
    Problem.CLIENT_NOT_YOURS: N_("Ask somebody of that branch to import the row."),
    Problem.CHANGED_MEANWHILE: N_(
        "Look at what they saved, then import the row again if the file is still right."
    ),
    Problem.POLICY_NUMBER_MISSING: N_("Fill in the policy number and import the row again."),
    Problem.POLICY_NUMBER_TWICE: N_("Correct the number in one of the two lines."),
    Problem.POLICY_OF_ANOTHER: N_("Correct the policy number or the client number."),
    Problem.USERNAME_MISSING: N_("Fill in the user name and import the row again."),
    Problem.USERNAME_TWICE: N_("Leave one of the two lines."),
    Problem.STAFF_STILL_HOLDS: N_("Hand everything over first; the Staff screen lists it."),
    Problem.USERNAME_ODD: N_("Choose another user name."),
    Problem.STAFF_NAME_MISSING: N_("Fill in the name and import the row again."),
}

FILE_REASONS: dict[str, str] = {
    "file_empty": N_("The file is empty."),
    "file_has_no_rows": N_("The file has a header but no rows."),
    "file_too_large": N_(
        "The file has {size_mb} MB; {limit_mb} MB is the limit. Split it into several files."
    ),
    "too_many_rows": N_("The file has more than {limit} rows. Split it into several files."),
    "too_many_columns": N_(
        "The file has {columns} columns; {limit} is the limit. Leave out the "
        "columns that are not needed."
    ),
    "not_a_table": N_(
        "This is not a table that can be read. Save it as CSV (UTF-8) or XLSX and try again."
    ),
    "not_a_workbook": N_(
        "This is not an XLSX workbook, or it is damaged. Open it in your "
        "spreadsheet program, save it as XLSX and try again."
    ),
    "workbook_named_otherwise": N_(
        "This is a workbook, but its name says otherwise. Give it the ending "
        ".xlsx, or save it as CSV."
    ),
    "workbook_kind": N_("Files ending in {suffix} are not read. Save it as XLSX or CSV."),
    "workbook_has_password": N_(
        "The workbook is protected by a password. Save it without one and try again."
    ),
    "line_not_readable": N_(
        "Line {line} cannot be read: a quotation mark is not closed, or a cell is too long."
    ),
    "cells_too_far": N_(
        "There is something in cell {cell}, far beyond a table of people. Delete "
        "the empty rows and columns around the table and save it again."
    ),
    "unpacks_too_large": N_(
        "Unpacked, this file is larger than any table of people. It was not opened."
    ),
    "reading_took_too_long": N_(
        "Reading the file took longer than {seconds} seconds and was stopped. "
        "Split it into several files."
    ),
    "reading_too_much_memory": N_(
        "Reading the file took too much memory and was stopped. Delete the empty "
        "rows and columns around the table, or split the file."
    ),
    "file_gone": N_("The uploaded file is no longer there. Upload it again."),
}
"""Why a file is refused as a whole."""


def what(code: str, data: Mapping[str, object]) -> str:
    """What is odd, e.g. "not a date that can be read"."""
    return _(WHAT[code]).format_map(_Numbers(data)) if code in WHAT else ""


def mend(code: str) -> str:
    """What to do about it."""
    return _(MEND[code]) if code in MEND else ""


def file_reason(data: Mapping[str, object]) -> str:
    """Why the file is refused, and what to do."""
    reason = FILE_REASONS.get(str(data.get("reason")), FILE_REASONS["not_a_table"])
    return _(reason).format_map(_Numbers(data))


class _Numbers(dict[str, object]):
    """An error's numbers with thousands separators; what it does not give stays out."""

    def __init__(self, data: Mapping[str, object]) -> None:
        super().__init__(
            {key: f"{value:,}" if isinstance(value, int) else value for key, value in data.items()}
        )

    def __missing__(self, key: str) -> str:
        return ""
