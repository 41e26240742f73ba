"""The bell: how much is new, what it is, and the way to it.

What follows the bell's changes also keeps the counts beside the menu's titles: the menu stands
outside of every part of a page that is drawn by itself.
"""

import datetime

import streamlit as st

from services import notifications
from services.actor import Actor
from services.changes import Chapter
from services.notifications import Notice, Quiet
from ui import navigation, session
from ui.components.live import live
from ui.waiting import CHAPTERS, MINE, waiting
from words import _, formats
from words.markdown import plain, quiet
from words.notifications import icon_of, in_words

OPEN = "frame.bell"
"""Session state: whether the list is open."""
GOING = "frame.bell-going"
"""Session state: where the row that was clicked leads."""
MOST_COUNTED = 99


@session.fragment(key="frame.bell-part")
def bell() -> None:
    """Draw the count, and the list while it is open; a row goes to its place."""
    actor = session.who()
    if actor is None:
        return
    _follow(actor)
    going = st.session_state.pop(GOING, None)
    if going:
        session.switch_to(going["page"], **going["query"])
    unread = session.read(notifications.unread_count, actor=actor, at=session.now())
    label = _("News")
    if unread:
        label = f"{label} :green-badge[{formats.count(unread, cap=MOST_COUNTED)}]"
    box = st.popover(
        label,
        icon=":material/notifications_unread:" if unread else ":material/notifications:",
        type="tertiary",
        key=OPEN,
        on_change="rerun",
    )
    with box:
        if box.open:
            _list(actor, unread)


def _follow(actor: Actor) -> None:
    session.counters()  # before the counts: what changes in between is then noticed
    counts = waiting(actor, is_fresh=session.is_unattended())
    live(
        *CHAPTERS,
        key="frame.bell-live",
        mine=(Chapter.NOTIFICATIONS, *MINE),
        scope="frame-bell-place",
        menu={
            item.address: str(counts[item.counts])
            for item in navigation.open_to(actor)
            if item.counts in counts
        },
    )


def quiet_hours_form(actor: Actor) -> None:
    """When the bell stays silent; a part of my account."""
    kept = session.read(notifications.quiet_hours, actor=actor)
    shown = kept or Quiet(20 * 60, 8 * 60)
    with st.form("account.quiet", border=False):
        st.markdown(
            quiet(_("News of these hours shows when they end. What is urgent always shows."))
        )
        st.checkbox(_("Quiet hours"), value=kept is not None, key="account.quiet.on")
        left, right = st.columns(2)
        left.time_input(
            _("Quiet from"), value=_time(shown.from_minute), key="account.quiet.from", step=1800
        )
        right.time_input(
            _("Quiet until"), value=_time(shown.to_minute), key="account.quiet.to", step=1800
        )
        st.checkbox(
            _("Also the whole day when nobody works, by the working calendar"),
            value=shown.also_days_off,
            key="account.quiet.days",
        )
        st.form_submit_button(
            _("Keep the quiet hours"), key="account.quiet.save", on_click=_keep, args=(actor,)
        )


def _keep(actor: Actor) -> None:
    kept = st.session_state
    wanted = Quiet(
        _minute(kept["account.quiet.from"]),
        _minute(kept["account.quiet.to"]),
        kept["account.quiet.days"],
    )
    quiet_at = wanted if kept["account.quiet.on"] else None
    session.save(notifications.choose_quiet_hours, actor=actor, quiet=quiet_at, at=session.now())
    if session.refusal() is None:
        session.tell(_("Your quiet hours are kept.") if quiet_at else _("The bell is on."))


def _list(actor: Actor, unread: int) -> None:
    found = session.read(notifications.notices, actor=actor, on=session.today(), at=session.now())
    with st.container(key="frame-news", width=380):
        if not found:
            st.markdown(_("Nothing new. What others do for you shows here."))
            return
        if unread:
            st.button(
                _("Mark all as read"),
                key="frame.news-read",
                type="tertiary",
                icon=":material/done_all:",
                on_click=_read_all,
                args=(actor,),
            )
        with st.container(height=420 if len(found) > 6 else "content", border=False):
            for notice in found:
                _row(actor, notice)


def _row(actor: Actor, notice: Notice) -> None:
    said = plain(in_words(notice))
    when = formats.moment(notice.at, on=session.today())
    mark = said if notice.is_read else f"**{said}**"
    st.button(
        f"{mark} {quiet(when)}",
        key=f"frame.news-{notice.id}",
        icon=f":material/{icon_of(notice)}:",
        type="tertiary",
        width="stretch",
        on_click=_go,
        args=(actor, notice),
    )


def _go(actor: Actor, notice: Notice) -> None:
    session.save(notifications.mark_read, actor=actor, notification_id=notice.id, at=session.now())
    known = {item.name for item in navigation.open_to(actor)}
    if notice.page in known:
        st.session_state[OPEN] = False
        st.session_state[GOING] = {"page": notice.page, "query": dict(notice.query)}


def _read_all(actor: Actor) -> None:
    session.save(notifications.mark_all_read, actor=actor, at=session.now())


def _time(minute: int) -> datetime.time:
    hour, rest = divmod(minute, 60)
    return datetime.time(hour, rest)


def _minute(of: datetime.time) -> int:
    return of.hour * 60 + of.minute
