"""Text of the business inside Markdown: a client named ``**x**`` is shown as written."""

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&])")


def plain(text: str | None) -> str:
    """``text`` so that Markdown reads none of it as markup; line breaks become spaces."""
    return _MARKUP.sub(r"\\\1", " ".join((text or "").split()))


def quiet(text: str) -> str:
    """``text`` small and grey: notes and units, not what is read first."""
    return f":small[:gray[{text}]]"


def tag(colour: str, text: str, icon: str = "") -> str:
    """A badge in one of Streamlit's colours, with a Material icon where it says a state."""
    mark = f":material/{icon}: " if icon else ""
    return f":{colour}-badge[{mark}{text}]"
