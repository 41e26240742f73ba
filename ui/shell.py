"""What runs on every rerun: language, all pages declared, sign-in, the page.

Streamlit runs this file as its script. It stands in ``ui/`` so that no ``pages/`` folder lies
beside it: Streamlit would serve such files alone, without signing in.
"""

import streamlit as st

from services.settings import process
from ui import navigation, session
from ui.components import account, look, sign_in
from ui.waiting import waiting

with session.drawing() as actor:
    look.prepare(is_signed_in=actor is not None)
    page = navigation.declare(actor, waiting(actor))
    sign_in.carry()
    if actor is None:
        sign_in.form()
    elif actor.must_change_password and not process().settings.demo:
        account.first_password(actor)
    else:
        with st.container(key="page"):
            page.run()
