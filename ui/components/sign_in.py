"""The sign-in form, and the courier that has the browser keep or drop its session cookie.

The form is streamlit-authenticator's; what it submits goes to ``services.people``, which counts
attempts and opens the session. The library's own cookie (readable by scripts, not revocable) is
not used: a one-time ticket is posted to ``/auth/session``, which sets an HttpOnly one.
"""

from itertools import zip_longest

import streamlit as st
import streamlit_authenticator

from services import people
from services.errors import BusinessError
from services.settings import clock_now, process
from ui import session
from ui.components import look
from ui.components.frame import language_switch
from words import _, errors
from words.labels import label

_COURIER = """
const errands = (window.evergreenErrands ??= new Map());
const post = (address, body) => fetch(address, {
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
  credentials: 'same-origin',
});
const wear = (theme, addresses) => {
  const base = window.location.pathname.replace(/[^/]*$/, '');
  for (const address of addresses) {
    const key = `stActiveTheme-${base}${address}-v2`;
    if (theme === 'System') localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(theme));
  }
  window.location.reload();
};
const saveFile = (address) => {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
};
const run = async (errand) => {
  if (errand.fetch) saveFile(errand.fetch);
  else if (errand.reload) window.location.reload();
  else if (errand.theme) wear(errand.theme, errand.addresses);
  else if (errand.ticket) await post('/auth/session', { ticket: errand.ticket });
  else await post('/auth/sign-out', {});
};
// A server that came back, or another one, knows nothing of this tab until it is asked to draw.
const app = () => document.querySelector('[data-testid="stApp"]');
const CONNECTION = 'data-test-connection-state';
const ask = (tries) => setTimeout(() => {
  if (!tries || app().dataset.testScriptState === 'running') return;
  window.evergreenBack();
  ask(tries - 1);
}, 100);
const watch = () => {
  let wasConnected = true;
  new MutationObserver(() => {
    const isConnected = app().getAttribute(CONNECTION) === 'CONNECTED';
    if (isConnected && !wasConnected) ask(20);
    wasConnected = isConnected;
  }).observe(app(), { attributeFilter: [CONNECTION] });
};
export default function ({ data, setTriggerValue }) {
  if (!window.evergreenBack) watch();
  window.evergreenBack = () => setTriggerValue('back', Date.now());
  if (data && !errands.has(data.id)) errands.set(data.id, run(data).catch(() => null));
}
"""
_BRAND = (
    '<div style="display:flex;gap:.75rem;align-items:center;margin-bottom:.5rem">'
    '<img src="{mark}" width="56" height="56" alt="">'
    '<span style="font-size:2rem;font-weight:700;letter-spacing:.05em">长青</span>'
    '<span style="font-size:1.25rem;opacity:.75">Evergreen</span></div>'
)
_courier = st.components.v2.component("evergreen_sign_in", js=_COURIER)


def carry() -> None:
    """Have the browser keep its fresh cookie, or drop it; and draw again after a lost connection.

    The browser runs an errand once, however often it is drawn, and never answers: an answer
    would be a run of its own, and Streamlit drops the click that a run overtakes.
    """
    with st.container(key="frame-courier"):
        _courier(
            key="frame.courier",
            data=st.session_state.get(session.ERRAND_KEY),
            on_back_change=lambda: None,
        )


def form() -> None:
    """Ask who is there; shows nothing else of the house."""
    with st.container(key="frame-signin"):
        story, door = st.columns([11, 9], gap="large", vertical_alignment="center")
        with story:
            st.html(_BRAND.format(mark=look.mark_address()))
            st.title(_("Keep every client, on time"), anchor=False)
            st.markdown(
                _(
                    "The desk that brings every expiring policy to the right person before the "
                    "day, and loses nothing you typed."
                )
            )
        with door:
            language_switch(st.container(horizontal=True, horizontal_alignment="right"))
            session.show_notices()
            with st.container(key="frame-door"):
                _ask()
            if process().settings.demo:
                _demo_accounts()


def _ask() -> None:
    words = {
        "Form name": _("Sign in"),
        "Username": _("User name"),
        "Password": _("Password"),
        "Login": _("Sign in"),
    }
    staff = _Staff()
    _Form(staff).login(key="signin", fields=words)
    if staff.entry is not None:
        session.enter_as(staff.entry.session_id, ticket=staff.entry.ticket)
        st.rerun()
    if staff.refusal is not None:
        st.error(errors.sentence(staff.refusal), icon=":material/lock:")
    elif staff.is_incomplete:
        st.warning(_("Type your user name and your password."), icon=":material/edit:")


class _NoCookie:
    """In the place of the library's cookie: there is none."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None


class _Staff:
    """In the place of the library's credentials: the staff of the database."""

    entry: people.Entry | None = None
    refusal: BusinessError | None = None
    is_incomplete = False

    def login(self, username: str, password: str, *_args: object, **_options: object) -> bool:
        if not username or not password:
            self.is_incomplete = True
            return False
        check = session.read(
            people.check_password, username=username, password=password, on=session.today()
        )
        answer = session.save(
            people.sign_in,
            check=check,
            at=clock_now(),
            address=st.context.ip_address,
            browser=st.context.headers.get("User-Agent"),
        )
        if isinstance(answer, people.Entry):
            self.entry = answer
        else:
            self.refusal = answer
        return self.entry is not None


class _Form(streamlit_authenticator.Authenticate):  # type: ignore[misc]
    """The library's form over our staff, without its cookie, its files and its waiting."""

    def __init__(self, staff: _Staff) -> None:
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.cookie_controller = _NoCookie()
        self.authentication_controller = staff


def _demo_accounts() -> None:
    accounts = session.read(people.demo_accounts)
    if not accounts:
        return
    st.markdown(
        _("**Demo company.** Sign in as any of these; the password is `{password}`.").format(
            password=process().settings.demo_password
        )
    )
    cells = [
        f"`{one.username}` | {' / '.join(label(role) for role in one.roles)}" for one in accounts
    ]
    half = (len(cells) + 1) // 2
    heads = " | ".join((_("User name"), _("Role")))
    lines = [f"| {heads} | {heads} |", "|:--|:--|:--|:--|"]
    for left, right in zip_longest(cells[:half], cells[half:], fillvalue=" | "):
        lines.append(f"| {left} | {right} |")
    with st.container(key="frame-accounts"):
        st.markdown("\n".join(lines))
