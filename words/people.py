"""What the people chapter refuses, in sentences."""

from datetime import date
from typing import cast

from services import people
from services.errors import BusinessError
from services.holdings import Held
from words import N_, _, formats, ngettext
from words.errors import says
from words.labels import label


def _wrong(error: BusinessError) -> str:
    left = error.data.get("left")
    if not isinstance(left, int):
        return _("The present password is not right. Nothing was changed.")
    sentence = _("User name and password do not belong together.")
    if left > 2:
        return sentence
    return (
        sentence
        + " "
        + ngettext(
            "After {n} more wrong try the name is locked for a while.",
            "After {n} more wrong tries the name is locked for a while.",
            left,
        ).format(n=left)
    )


says(people.WrongPassword, _wrong)
says(
    people.NameLocked,
    N_(
        "Too many wrong passwords: this name is locked for {minutes} minutes. "
        "Try again after that, or ask your administrator."
    ),
)
says(people.PasswordTooShort, N_("Choose a longer password: {shortest} characters or more."))
says(people.PasswordTooLong, N_("Choose a shorter password: at most {longest} bytes."))
says(
    people.PasswordTooCommon,
    N_("This password is among those tried first by strangers. Choose a less common one."),
)
says(people.PasswordHoldsUsername, N_("The password must not contain your user name."))
says(people.PasswordUnchanged, N_("The new password is the old one. Choose another."))
says(people.UsernameTaken, N_("The user name {username} is taken. Choose another."))
says(
    people.UsernameInvalid,
    N_("A user name has 2 to 40 letters, digits, dots, dashes or underscores."),
)
says(people.OwnRoles, N_("Nobody changes their own roles or departure: ask another administrator."))
says(people.LastAdministrator, N_("The company needs at least one administrator. Name one first."))


def _still_holds(error: BusinessError) -> str:
    held = cast("tuple[Held, ...]", error.data["held"])
    listed = [f"{label(each.kind)} {each.count}" for each in held]
    return _("{name} cannot leave yet; this has to be handed over first: {held}.").format(
        name=error.data.get("name", ""), held=formats.listing(listed)
    )


def _data_wrong(error: BusinessError) -> str:
    return _(_WRONG_DATA[str(error.data["field"])])


_WRONG_DATA = {
    "name": N_("A name has 1 to 80 characters. Nothing was saved."),
    "registration_number": N_("A registration number has at most 40 characters."),
    "weekly_capacity": N_("Cases a week are 0 to 2,000. Nothing was saved."),
    "place": N_("Team and department are of the branch: choose the branch first."),
}


def _overlaps(error: BusinessError) -> str:
    first, last = (cast("date", error.data[name]) for name in ("from_on", "to_on"))
    return _("There is leave from {first} to {last} already. Nothing was saved.").format(
        first=formats.day(first), last=formats.day(last)
    )


says(people.StillHolds, _still_holds)
says(people.StaffDataWrong, _data_wrong)
says(people.OwnPassword, N_("Change your own password at “My account”."))
says(people.NotLocked, N_("The name is open: there is nothing to unlock."))
says(
    people.LeaveDaysWrong,
    N_("The last day comes after the first, and leave has at most {limit} days."),
)
says(people.LeaveOverlaps, _overlaps)
says(
    people.SubstituteUnfit,
    N_("A substitute is a colleague who is in service and here in that time. Choose another."),
)
says(people.PlaceNameWrong, N_("A name has 1 to {limit} characters. Nothing was saved."))
says(people.PlaceNameTaken, N_("There is one called {name} already. Choose another name."))
says(people.BranchBeneathItself, N_("A branch cannot stand beneath itself or one of its own."))
says(people.DepartmentThere, N_("The branch has this department already."))

_STATES = {
    people.StaffState.IN_SERVICE: N_("In service"),
    people.StaffState.ON_LEAVE: N_("On leave"),
    people.StaffState.LEFT: N_("Left"),
    people.StaffState.ALL: N_("Everybody"),
}
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def staff_state(state: people.StaffState) -> str:
    """Whom the list of staff shows."""
    return _(_STATES[state])


def browser_name(agent: str | None) -> str:
    """``Chrome · Windows`` from what a browser says of itself."""
    found = [
        next((name for mark, name in marks if mark in (agent or "")), None)
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or _("A browser")
