"""What the people chapter refuses, in sentences."""

from services import people
from services.errors import BusinessError
from words import N_, _, ngettext
from words.errors import says


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
