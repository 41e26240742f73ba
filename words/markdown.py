"""Text of the business inside Markdown: a client named ``**x**`` is shown as written."""

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&])")


def plain(text: str | None) -> str:
    """``text`` so that Markdown reads none of it as markup; line breaks become spaces."""
    return _MARKUP.sub(r"\\\1", " ".join((text or "").split()))
