"""One fragment with the containers, buttons, table and case of the queue, of plain data."""

import streamlit as st

ROWS = 30
CASE = "x" * 8000
"""As many characters as the form of a case is given."""


@st.fragment
def queue() -> None:
    st.button("again", key="drawn.again")
    with st.container(horizontal=True, key="bar"):
        st.segmented_control("view", ["a", "b", "c"], key="view")
        st.menu_button("views", ["x"], key="views")
        st.pills("show", ["a", "b", "c", "d", "e"], key="show")
        st.space("stretch")
        for figure in ("done", "saved"):
            st.button(figure, key=figure, type="tertiary")
        st.markdown("next")
    left, right = st.columns([2, 1])
    with left:
        with st.container(key="list"):
            st.dataframe(
                {"name": ["x"] * ROWS, "why": ["because of this"] * ROWS},
                key="table",
                on_select="rerun",
                selection_mode="single-row",
            )
        with st.container(horizontal=True, key="foot"):
            st.markdown("as of")
            for act in ("cases", "classes", "closed", "more"):
                st.button(act, key=act, type="tertiary")
    with right, st.container(border=True, key="case"):
        st.markdown(CASE)
        with st.container(horizontal=True, key="acts"):
            for act in ("closing", "refer"):
                st.button(act, key=act)


queue()
