"""The bell's sentences: each kind of news in one line.

A chapter gives its kinds their sentence with ``says(NotificationKind.X, N_("…{name}…"))``, or a
function of the notice, in its own module of ``words/``. ``{who}`` is whoever caused it,
``{client}`` the client it is about; everything else comes from the notification's data.
"""

from collections.abc import Callable

from services import notifications
from services.changes import Chapter
from services.notifications import Notice, NotificationKind
from words import N_, _, errors, labels, ngettext

labels.speak_in_sentences(NotificationKind, Chapter)

Sentence = str | Callable[[Notice], str]

SENTENCES: dict[str, Sentence] = {}
ICONS: dict[str, str] = {}


def says(kind: NotificationKind, sentence: Sentence, *, icon: str = "notifications") -> None:
    """Give ``kind`` its sentence and its Material icon; a text is marked with ``N_``."""
    SENTENCES[kind.value] = sentence
    ICONS[kind.value] = icon


def in_words(notice: Notice) -> str:
    """``notice`` in the language spoken now."""
    errors.learn_chapters()
    found = SENTENCES.get(notice.kind)
    if found is None:
        return _("Something new waits for you.")
    if callable(found):
        return found(notice)
    return _(found).format_map(_Data(notice))


def icon_of(notice: Notice) -> str:
    """The Material icon of ``notice``."""
    return ICONS.get(notice.kind, "notifications")


class _Data(dict[str, object]):
    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.data)
        self["who"] = notice.by_name or _("The system")
        self["client"] = notice.client_name or _("a client")

    def __missing__(self, key: str) -> str:
        return ""


def _given(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "{who} gave you {n} renewal case.", "{who} gave you {n} renewal cases.", n
    ).format(n=n, who=notice.by_name or _("The system"))


def _untouched(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "{n} of your renewal cases was never contacted. It is given to somebody else if it stays "
        "so.",
        "{n} of your renewal cases were never contacted. They are given to somebody else if they "
        "stay so.",
        n,
    ).format(n=n)


_K = NotificationKind
says(_K.IMPORT_CHECKED, N_("Import {number} is checked: see what it would do."), icon="fact_check")
says(_K.IMPORT_APPLIED, N_("Import {number} is taken over."), icon="task")
says(
    _K.IMPORT_FAILED,
    N_("Import {number} could not be taken over. Nothing was changed."),
    icon="error",
)
says(_K.CASES_GIVEN, _given, icon="autorenew")
says(_K.CASES_UNTOUCHED, _untouched, icon="hourglass_bottom")
says(_K.EXPORT_READY, N_("Your export {name} is ready to fetch."), icon="download")
says(_K.EXPORT_FAILED, N_("Your export could not be made. Ask for it again."), icon="error")

errors.says(
    notifications.QuietHoursInvalid,
    N_("Quiet hours begin and end at two different times of the day."),
)
