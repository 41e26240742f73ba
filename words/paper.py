"""A page made for printing: one HTML file with its own style and policy, nothing from outside.

Every value goes through ``html.escape``; the policy allows the page's own style and its print
button by their hashes, and nothing else.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

_SCRIPT = "document.getElementById('print').addEventListener('click',function(){window.print()})"
_STYLE = """
@page { size: A4; margin: 16mm 14mm 18mm;
  @bottom-left { content: "%(foot)s"; font: 7.5pt sans-serif; color: #5B6B66; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt sans-serif;
    color: #5B6B66; } }
:root { color-scheme: light; }
body { font: 9.5pt/1.5 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #101C18; background: #FFF; max-width: 182mm; margin: 0 auto; padding: 6mm;
  font-variant-numeric: tabular-nums; }
header { border-bottom: 1.5pt solid #0B6B4B; padding-bottom: 2mm; margin-bottom: 4mm; }
h1 { font-size: 16pt; margin: 0; }
h2 { font-size: 11pt; margin: 5mm 0 1.5mm; color: #0B6B4B; break-after: avoid; }
p { margin: 0 0 1mm; }
.quiet { color: #5B6B66; font-size: 8.5pt; }
dl { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: .6mm 4mm;
  margin: 0; }
dt { color: #5B6B66; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%%; border-collapse: collapse; font-size: 8.5pt; }
th { text-align: left; font-weight: 600; color: #5B6B66; border-bottom: .75pt solid #9AABA5; }
th, td { padding: .8mm 2mm .8mm 0; vertical-align: top; overflow-wrap: anywhere; }
td { border-bottom: .4pt solid #DCE5E1; }
tr { break-inside: avoid; } thead { display: table-header-group; }
.number { text-align: right; white-space: nowrap; }
.text { white-space: pre-wrap; }
footer { margin-top: 6mm; border-top: .75pt solid #DCE5E1; padding-top: 1.5mm; }
button { font: inherit; padding: 2mm 5mm; border: 0; border-radius: 2mm; background: #0B6B4B;
  color: #FFF; cursor: pointer; float: right; }
@media print { body { padding: 0; max-width: none; } .screen { display: none; } }
@media (max-width: 640px) { body { padding: 4mm; } dl { grid-template-columns: max-content 1fr; }
  .wide { overflow-x: auto; } }
"""


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str, *, kind: str = "") -> str:
    """A paragraph; ``kind`` is ``quiet`` or ``text`` (keeps its line breaks)."""
    return f'<p class="{kind}">{escape(text)}</p>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Titles and values, two to a line."""
    said = "".join(f"<dt>{escape(title)}</dt><dd>{escape(value)}</dd>" for title, value in pairs)
    return f"<dl>{said}</dl>"


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: frozenset[int] = frozenset()
) -> str:
    """A table whose header is repeated on every sheet.

    Args:
        numbers: places of columns that stand right-aligned.
    """

    def cell(kind: str, place: int, text: str) -> str:
        mark = ' class="number"' if place in numbers else ""
        return f"<{kind}{mark}>{escape(text)}</{kind}>"

    head = "".join(cell("th", place, text) for place, text in enumerate(header))
    body = "".join(
        "<tr>" + "".join(cell("td", place, text) for place, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    whole = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table>{whole}</table></div>'


def page(
    title: str, subtitle: str, parts: Iterable[str], *, foot: str, button: str, language: str
) -> tuple[bytes, str]:
    """The page and its content policy.

    Args:
        foot: who made it and when; stands at the end and at the foot of every sheet.
        button: what the print button says; it is not printed.
        language: ``zh-CN`` or ``en``.
    """
    style = _STYLE % {"foot": _in_css(foot)}
    html = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f'<header><button id="print" class="screen" type="button">{escape(button)}</button>'
        f"<h1>{escape(title)}</h1>{paragraph(subtitle, kind='quiet')}</header>"
        f"<main>{''.join(parts)}</main><footer>{paragraph(foot, kind='quiet')}</footer>"
        f"<script>{_SCRIPT}</script></body></html>"
    )
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(_SCRIPT)};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html.encode(), policy


def _in_css(text: str) -> str:
    """``text`` inside a CSS string: everything but letters, digits and spaces by its number."""
    return "".join(
        letter if letter.isalnum() or letter == " " else f"\\{ord(letter):06x}" for letter in text
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
