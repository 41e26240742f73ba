"""The table of roles that people read is the one the code obeys."""

from services.permissions import ROLE_PERMISSIONS, ROLE_SCOPE, Permission
from terms.people import Role
from tests.house.roles import DOCUMENT, with_table


def test_the_document_shows_the_table_of_the_code() -> None:
    text = DOCUMENT.read_text()
    assert with_table(text) == text, "python -m tests.house.roles"


def test_every_role_has_permissions_and_a_scope() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role) == set(ROLE_SCOPE)
    assert all(ROLE_PERMISSIONS.values())


def test_every_permission_is_somebodys() -> None:
    assert frozenset().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_every_role_is_explained() -> None:
    text = DOCUMENT.read_text()
    assert [role for role in Role if f"**`{role}`**" not in text] == []
