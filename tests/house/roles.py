"""The table of ``docs/roles.md``, written from the code: ``python -m tests.house.roles``."""

from services.permissions import ROLE_PERMISSIONS, ROLE_SCOPE, Permission
from terms.people import Role
from tests.house.sources import ROOT

DOCUMENT = ROOT / "docs" / "roles.md"
BEGIN = "<!-- table: written by python -m tests.house.roles -->"
END = "<!-- end of table -->"


def table() -> str:
    """Permissions down, roles across; ● where the role holds the permission."""
    head = ["permission", *(f"`{role}`" for role in Role)]
    rows = [["**scope**", *(ROLE_SCOPE[role].value for role in Role)]]
    for permission in Permission:
        marks = ("●" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)
        rows.append([f"`{permission}`", *marks])
    lines = [head, ["---", *(":-:" for _ in Role)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def with_table(text: str) -> str:
    """``text`` with the table of today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
