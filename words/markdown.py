"""Text of the business inside Markdown: a client named ``**x**`` is shown as written."""

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&])")
_ADDRESS = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"
"""Nothing to see: between ``http`` and ``://`` it keeps the browser from making a link."""


def plain(text: str | None) -> str:
    """``text`` so that Markdown reads none of it as markup or link; line breaks become spaces."""
    return _MARKUP.sub(r"\\\1", _ADDRESS.sub(_JOINER, " ".join((text or "").split())))


_INLINE = re.compile(r"([\\`*_\[\]<$~]|:(?=[\w+-]+:))")


def sentence(text: str) -> str:
    """A whole sentence that has somebody's words in it and no markup of ours."""
    return _INLINE.sub(r"\\\1", _ADDRESS.sub(_JOINER, text))


def quiet(text: str) -> str:
    """``text`` small and grey: notes and units, not what is read first."""
    return f":small[:gray[{text}]]"


def unbroken(text: str) -> str:
    """``text`` in one line: a day in a narrow column does not break at its dashes."""
    return text.replace("-", "\u2011")


def strong(text: str) -> str:
    """``text`` in bold; it holds no markup."""
    return f"**{text}**"


def tag(colour: str, text: str, icon: str = "") -> str:
    """A badge in one of Streamlit's colours, with a Material icon where it says a state."""
    mark = f":material/{icon}: " if icon else ""
    return f":{colour}-badge[{mark}{text}]"
