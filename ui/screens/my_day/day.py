"""All that is due from me in one list, each row a way to its place."""

import pyarrow as pa
import streamlit as st

from services import measures, overview
from services.actor import Actor
from services.changes import Chapter
from services.overview import DayCounts, DayItem
from services.permissions import Permission
from ui import navigation
from ui.components.figure import figure
from ui.components.live import live
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import fragment, now, read, signed_in, switch_to, today
from words import _, formats
from words.labels import label
from words.renewals import day_item

TABLE, GO = "my-day.list", "my-day.go"
MOST = 100


@fragment(key="my-day.part")
def day() -> None:
    """Draw what is due from whoever is at the screen, late things first."""
    actor = signed_in(Permission.DAY_READ)
    live(Chapter.INTAKE, key="my-day.live", mine=[Chapter.RENEWALS], scope="my-day-list")
    going = st.session_state.pop(GO, None)
    if going:
        place = next(item for item in navigation.MENU if item.address == going["page"])
        switch_to(place.name, **going["query"])
    items = read(overview.my_day, actor=actor, on=today(), at=now(), limit=MOST)
    if not items:
        st.markdown(_("Nothing is due from you today."))
        if actor.may(Permission.RENEWAL_READ):
            st.page_link(
                "../pages/renewals.py", label=_("To the renewals"), icon=":material/autorenew:"
            )
        return
    _summary(actor, items)
    _list(items)


def _summary(actor: Actor, items: tuple[DayItem, ...]) -> None:
    counts = DayCounts(
        due=sum(item.count for item in items),
        late=sum(item.count for item in items if item.is_late),
    )
    if len(items) == MOST:
        counts = read(overview.my_day_counts, actor=actor, on=today(), at=now())
    ahead = [item.due_at for item in items if item.due_at is not None and item.due_at > now()]
    with st.container(key="my-day-figures", horizontal=True, vertical_alignment="center"):
        figure(measures.figure("overview.due", counts.due))
        if counts.late:
            figure(measures.figure("overview.late", counts.late))
        if ahead:
            said = _("next at **{time}**").format(time=formats.moment(min(ahead), on=today()))
            st.markdown(said, width="content")


def _list(items: tuple[DayItem, ...]) -> None:
    text = st.column_config.TextColumn
    with st.container(key="my-day-list"):
        st.dataframe(
            pa.table(
                {
                    "when": [_when(item) for item in items],
                    "who": [item.client_name or item.client_number or "–" for item in items],
                    "what": [day_item(item) for item in items],
                    "line": [label(item.line) if item.line else "–" for item in items],
                    "at_risk": pa.array(
                        [
                            None if item.amount_fen is None else item.amount_fen // 100
                            for item in items
                        ],
                        pa.int64(),
                    ),
                }
            ),
            key=TABLE,
            height=height(len(items), row=COMPACT_ROW, most=16),
            row_height=COMPACT_ROW,
            hide_index=True,
            placeholder="–",
            column_config={
                "when": text(_("When"), width=104),
                "who": text(_("Client"), width=176),
                "what": text(_("What"), width=300),
                "line": text(_("Line"), width=90),
                "at_risk": st.column_config.NumberColumn(
                    _("To save ¥"), width=110, format="localized"
                ),
            },
            on_select=lambda: _pick(items),
            selection_mode="single-row",
            alt=_("What is due from me, by time; Shift+Space goes to a row's place"),
        )


def _when(item: DayItem) -> str:
    if item.due_at is not None:
        said = formats.moment(item.due_at, on=today())
    else:
        said = formats.near_day(item.due_on, on=today())
    if item.is_late:
        return f"▲ {said}"
    return f"◆ {said}" if item.due_on <= today() else said


def _pick(items: tuple[DayItem, ...]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        item = items[rows[0]]
        st.session_state[GO] = {"page": item.page, "query": dict(item.query)}
        st.session_state[TABLE] = {"selection": {"rows": []}}
