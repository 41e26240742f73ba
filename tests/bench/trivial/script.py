"""A page with one line and one fragment with one button."""

import streamlit as st

st.write("trivial")


@st.fragment
def bare() -> None:
    st.button("again", key="bare.again")


bare()
