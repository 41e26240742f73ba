"""The tables of ``docs/measures.md``, written from the code: ``python -m tests.house.measures``."""

from services import measures
from services.measures import Measure
from terms.people import Locale
from tests.house.sources import ROOT
from words import in_locale
from words.errors import learn_chapters
from words.labels import label
from words.measures import (
    denominator,
    formula,
    header_of,
    meaning,
    name,
    numerator,
    period,
    sources,
)

DOCUMENT = ROOT / "docs" / "measures.md"
BEGIN = "<!-- definitions: written by python -m tests.house.measures -->"
END = "<!-- end of definitions -->"


def definitions() -> str:
    """Every definition, in both languages."""
    learn_chapters()
    return "\n\n".join(_definition(one) for one in measures.every())


def _definition(one: Measure) -> str:
    with in_locale(Locale.ZH):
        chinese = [name(one.code), meaning(one.code), numerator(one.code), denominator(one.code)]
    with in_locale(Locale.EN):
        rows = [
            ("meaning", meaning(one.code)),
            ("formula", formula(one)),
            ("numerator", numerator(one.code)),
            ("denominator", denominator(one.code) or "–"),
            ("unit", label(one.unit)),
            ("period", period(one, {})),
            ("as of", "the time it is shown; counted again when it is opened"),
            ("sample", "its rows, counted beside it"),
            ("small samples", _small(one)),
            ("source", f"{sources(one)} ({', '.join(f'`{table}`' for table in one.tables)})"),
            ("broken down by", ", ".join(f"`{by}`" for by in one.by) or "–"),
            ("rows show", ", ".join(header_of(column.name) for column in one.columns)),
            ("who", f"`{one.permission}`, within their scope"),
            ("中文", "；".join(said.rstrip("。") for said in chinese[1:] if said)),
        ]
        title = f"### {name(one.code)} · {chinese[0]} · `{one.code}`"
    lines = ["| | |", "|---|---|", *(f"| {head} | {said} |" for head, said in rows)]
    return f"{title}\n\n" + "\n".join(lines)


def _small(one: Measure) -> str:
    if one.by and denominator(one.code):
        return "rule `measures.small_sample`: a share of fewer is said as a count of a count"
    return "does not apply: no share of a sample"


def with_definitions(text: str) -> str:
    """``text`` with the definitions of today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{definitions()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_definitions(DOCUMENT.read_text()))
