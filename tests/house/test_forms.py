"""A long form keeps what is typed; no screen gives a file out by itself."""

import ast
from pathlib import Path

from tests.house.sources import ROOT, assert_none, at, called, files, tree

FIELDS = {
    "text_input",
    "text_area",
    "selectbox",
    "multiselect",
    "date_input",
    "number_input",
    "segmented_control",
}
LONG = 5
"""Fields of one screen module from which on losing them is losing work."""
DRAFTED = {
    "ui/screens/client/contact_data.py": "Draft",
    "ui/screens/client/edit.py": "keeps the form with what the file held beside it",
    "ui/screens/client/engage.py": "Draft",
    "ui/screens/client/instalment_forms.py": "Draft",
    "ui/screens/client/plan_forms.py": "Draft",
    "ui/screens/client/tier_forms.py": "Draft",
    "ui/screens/clients/new_client.py": "Draft",
    "ui/screens/renewals/closing.py": "Draft: the plan; a step and the new term are small forms",
}
"""The long forms; each keeps a draft."""
SEVERAL = {
    "ui/screens/client/people_forms.py": "three forms of two or three fields",
    "ui/screens/first_steps/places.py": "two forms of two or three fields",
    "ui/screens/first_steps/colleagues.py": "four fields, and a refusal leaves them as they are",
    "ui/screens/people/places.py": "small forms for one place each",
    "ui/screens/people/fields.py": "an administrator's form of choices; little is typed",
    "ui/screens/renewals/lost.py": "small forms for one client each",
    "ui/screens/renewals/voices.py": "choices of what is shown; the address holds them",
    "ui/screens/rules/fields.py": "a rule's draft is a row of its own",
    "ui/screens/rules/draft.py": "a rule's draft is a row of its own",
    "ui/screens/tiering/tuning.py": "every turn of a control is kept as the draft, a row",
}
"""Modules with many fields that are no long form, and why."""
DOWNLOADS = {"download_button"}


def fields_of(path: Path) -> int:
    return sum(
        isinstance(node, ast.Call) and called(node).rpartition(".")[2] in FIELDS
        for node in ast.walk(tree(path))
    )


def test_a_long_form_keeps_a_draft() -> None:
    lost = [
        f"{at(path, 1)}: {count} fields"
        for path in files("ui/screens", "pages")
        if (count := fields_of(path)) >= LONG
        and str(path.relative_to(ROOT)) not in {*DRAFTED, *SEVERAL}
    ]
    assert_none(lost, "keep what is typed with ui.components.drafted, or say why not")


def test_every_drafted_form_really_does() -> None:
    for name in DRAFTED:
        text = (ROOT / name).read_text()
        assert "drafts.keep" in text or ".keeping(" in text, name
        assert "drafts.drop" in text or ".drop(" in text, name


def test_no_screen_gives_a_file_out_by_itself() -> None:
    doors = [
        f"{at(path, node)}: {called(node)}"
        for path in files("ui", "pages")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] in DOWNLOADS
    ]
    assert_none(doors, "files leave by one-time tickets (services.documents)")


def test_the_framework_offers_no_data_of_its_own() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text()
    assert "disableDataExport = true" in config
    style = (ROOT / "ui" / "theme.css").read_text()
    for name in ("Show data", "Download as PNG", "Copy Vega-Lite spec"):
        assert f'[aria-label^="{name}"]' in style
