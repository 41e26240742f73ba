"""The elements of the renewal queue, nothing read and nothing saved: what drawing alone costs."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from streamlit import config

from tests.bench.trivial.app import lifespan as loaded


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    config.set_option("runner.postScriptGC", False)  # as the real server is
    async with loaded(_app):
        yield


app = st.App(Path(__file__).with_name("script.py"), lifespan=lifespan)
