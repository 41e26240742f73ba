"""Adopting an official notice: paste it, or give a table of days; look; ask for a decision."""

import streamlit as st

from services import drafts, holidays
from services.actor import Actor
from services.errors import BusinessError
from services.holidays import NoticePreview
from ui.components.before_after import before_after
from ui.session import now, read, save, tell, tell_later, today
from words import _, current_locale
from words.errors import sentence
from words.holidays import changes_text, odd_text
from words.markdown import plain, quiet

TEXT, SOURCE, WHY, FILE = "rules.notice", "rules.source", "rules.why", "rules.file"
FORM, SUBJECT = "calendar.notice", "new"


def draw_notice(actor: Actor) -> None:
    """Draw the form for a notice and what it would change."""
    kept = read(drafts.kept, actor=actor, form=FORM, subject=SUBJECT)
    st.subheader(_("Adopt a notice"), anchor=False)
    st.markdown(
        quiet(
            _(
                "Paste the wording of the official notice with its title, or give a table of days "
                "(date, day off or working day, name). Lines like “2026-12-31, work” set single "
                "days of a covered year."
            )
        )
    )
    with st.container(key=f"import-uploader-{current_locale()}"):
        st.file_uploader(
            _("Table of days: CSV or XLSX, up to 1 MB"),
            type=["csv", "xlsx"],
            key=FILE,
            on_change=_take_file,
            args=(actor,),
        )
    for name, field in ((TEXT, "text"), (SOURCE, "source"), (WHY, "why")):
        st.session_state.setdefault(name, kept.get(field, ""))
    st.text_area(_("Notice"), key=TEXT, height=220, max_chars=30_000)
    st.button(
        _("Read it"), key="rules.read", icon=":material/fact_check:", on_click=_keep, args=(actor,)
    )
    text = st.session_state[TEXT].strip()
    if text:
        _looked_at(actor, text)


def _take_file(actor: Actor) -> None:
    file = st.session_state.get(FILE)
    if file is None:
        return
    try:
        st.session_state[TEXT] = holidays.read_file(file.getvalue(), name=file.name)
    except BusinessError as error:
        tell(sentence(error), kind="error")
        return
    _keep(actor)


def _keep(actor: Actor) -> None:
    """What was typed outlives the tab."""
    body = {
        "text": st.session_state.get(TEXT, ""),
        "source": st.session_state.get(SOURCE, ""),
        "why": st.session_state.get(WHY, ""),
    }
    save(drafts.keep, actor=actor, form=FORM, subject=SUBJECT, body=body, at=now())


def _looked_at(actor: Actor, text: str) -> None:
    notice = holidays.read_text(text)
    preview: NoticePreview = read(holidays.preview_notice, actor=actor, notice=notice)
    if preview.odd:
        lines = "\n".join(f"- {plain(odd_text(each))}" for each in preview.odd[:12])
        st.error(_("Put this right in the text:") + "\n" + lines, icon=":material/rule:")
        return
    if not preview.changes:
        st.info(_("The calendar says all this already."), icon=":material/info:")
        return
    what = (
        _("What changes in {year}").format(year=preview.year) if preview.year else _("What changes")
    )
    st.markdown(f"**{what}**")
    before_after(changes_text(preview.changes), before=_("Now"), after=_("Then"))
    with st.form("rules.notice-form", border=False, enter_to_submit=False):
        if not st.session_state[SOURCE] and notice.source:
            st.session_state[SOURCE] = notice.source
        st.text_input(_("Number of the notice"), key=SOURCE, max_chars=80)
        st.text_input(_("Why: who decides reads it"), key=WHY, max_chars=500)
        st.form_submit_button(
            _("Ask for a decision"),
            key="rules.adopt",
            type="primary",
            icon=":material/approval:",
            on_click=_ask,
            args=(actor,),
        )


def _ask(actor: Actor) -> None:
    _keep(actor)
    number = save(
        holidays.ask_adoption,
        actor=actor,
        notice=holidays.read_text(st.session_state[TEXT]),
        source=st.session_state[SOURCE],
        why=st.session_state[WHY],
        on=today(),
        at=now(),
    )
    if number is not None:
        save(drafts.drop, actor=actor, form=FORM, subject=SUBJECT)
        for name in (TEXT, SOURCE, WHY):
            st.session_state[name] = ""
        tell_later(_("{number} waits for a decision.").format(number=number))
