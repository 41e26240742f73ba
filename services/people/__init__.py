"""People: who signs in, in which roles, until when.

A member of staff proves who they are with a password; five failures in fifteen minutes lock the
name. A session row stands behind every signed-in browser and ends by itself, at sign-out, and
whenever the password, the roles or the employment change. Administrators make people, give roles
and record departures; nobody can give a role to themselves.
"""

from services.people.operations import (
    LastAdministrator,
    OwnRoles,
    StaffCard,
    UsernameInvalid,
    UsernameTaken,
    change_password,
    choose_locale,
    create_user,
    depart,
    set_roles,
)
from services.people.passwords import (
    PasswordHoldsUsername,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    WrongPassword,
    hash_password,
)
from services.people.queries import (
    DemoAccount,
    SignedIn,
    actor_named,
    actor_of,
    demo_accounts,
    locked_until,
    signed_in_by,
    still_signed_in,
)
from services.people.rules import normalised_username, session_id_of
from services.people.signing_in import (
    Entry,
    NameLocked,
    PasswordCheck,
    check_password,
    clear_old_sign_ins,
    redeem_ticket,
    revoke_sessions,
    sign_in,
    sign_out,
    touch,
)

__all__ = [
    "DemoAccount",
    "Entry",
    "LastAdministrator",
    "NameLocked",
    "OwnRoles",
    "PasswordCheck",
    "PasswordHoldsUsername",
    "PasswordTooCommon",
    "PasswordTooLong",
    "PasswordTooShort",
    "PasswordUnchanged",
    "SignedIn",
    "StaffCard",
    "UsernameInvalid",
    "UsernameTaken",
    "WrongPassword",
    "actor_named",
    "actor_of",
    "change_password",
    "check_password",
    "choose_locale",
    "clear_old_sign_ins",
    "create_user",
    "demo_accounts",
    "depart",
    "hash_password",
    "locked_until",
    "normalised_username",
    "redeem_ticket",
    "revoke_sessions",
    "session_id_of",
    "set_roles",
    "sign_in",
    "sign_out",
    "signed_in_by",
    "still_signed_in",
    "touch",
]
