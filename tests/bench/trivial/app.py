"""The reference: the smallest page Streamlit can draw, served as our app is served."""

import contextlib
import gc
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    import altair  # noqa: F401 - loaded as in the real server, so that memory is alike
    import pandas  # noqa: F401
    import sqlalchemy  # noqa: F401

    gc.collect()
    gc.freeze()
    yield


app = st.App(Path(__file__).with_name("script.py"), lifespan=lifespan)
