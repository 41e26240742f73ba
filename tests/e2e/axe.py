"""Accessibility: axe over a page, without what is Streamlit's own."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = frozenset({"serious", "critical"})

STREAMLITS_OWN = frozenset(
    {
        ("list", "stSidebarNav"),
        ("listitem", "stSidebarNav"),
    }
)
"""(rule, test id of Streamlit's element around it): findings in Streamlit's own elements that we
cannot mend from outside. The list only shrinks: a row that finds nothing any more is removed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One element that breaks one rule."""

    rule: str
    impact: str
    selector: str
    markup: str
    inside: frozenset[str]
    """The test ids of the element and of everything around it."""

    def __str__(self) -> str:
        return f"{self.impact} {self.rule}: {self.selector}\n    {self.markup[:300]}"

    @property
    def is_streamlits(self) -> bool:
        return any(self.rule == rule and part in self.inside for rule, part in STREAMLITS_OWN)


_AROUND = """selector => {
    const ids = [];
    for (let at = document.querySelector(selector); at; at = at.parentElement)
        if (at.dataset.testid) ids.push(at.dataset.testid);
    return ids;
}"""


def findings(page: Page) -> list[Finding]:
    """Serious and critical findings on ``page`` that are ours."""
    return [finding for finding in all_findings(page) if not finding.is_streamlits]


def all_findings(page: Page) -> list[Finding]:
    """Serious and critical findings, Streamlit's own included."""
    response = Axe().run(page).response
    return [
        Finding(
            rule=violation["id"],
            impact=violation["impact"],
            selector=" ".join(str(part) for part in node["target"]),
            markup=node["html"],
            inside=frozenset(page.evaluate(_AROUND, str(node["target"][-1]))),
        )
        for violation in response["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
