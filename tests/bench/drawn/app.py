"""The elements of the renewal queue, nothing read and nothing saved: what drawing alone costs."""

import contextlib
import gc
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from streamlit import config


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    import altair  # noqa: F401 - loaded and tuned as the real server is
    import pandas  # noqa: F401
    import sqlalchemy  # noqa: F401

    config.set_option("runner.postScriptGC", False)
    gc.collect()
    gc.freeze()
    yield


app = st.App(Path(__file__).with_name("script.py"), lifespan=lifespan)
