"""A browser tab without a browser: it speaks Streamlit's own protocol with the running app.

It does what the frontend does: takes the XSRF cookie, opens the websocket with the sign-in cookie,
sends ``rerun_script`` messages with the states of the widgets the person has used, and reads until
the script has finished. What it sent can be sent again by another tab: that is how somebody who
writes their own messages presses a button that was never drawn for them.
"""

import json
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from ui.session import COOKIE

FINISHES_WITHIN = 60.0
"""Seconds a run may take; two cores may be busy with other tests."""
_COMPILE_ERROR, _EARLY = 1, 2
_BODIES = ("markdown", "alert", "toast", "heading")
_DATES, _LISTS = ("date_input",), ("button_group", "multiselect")


class Failed(AssertionError):
    """The app failed, or the tab was asked for what is not there."""


@dataclass(frozen=True, slots=True)
class Widget:
    id: str
    kind: str
    fragment_id: str
    body: Any


@dataclass(slots=True)
class Tab:
    """One tab of one person; ``cookie`` is empty for a stranger."""

    url: str
    cookie: str = ""
    page: str = ""
    query: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """What the last run wrote on the screen."""
    sent: list[ClientState] = field(default_factory=list)
    errand: dict[str, Any] = field(default_factory=dict)
    """What the last run gave the browser to do."""
    _used: dict[str, WidgetState] = field(default_factory=dict)
    _kept: dict[str, bytes] = field(default_factory=dict)
    _page_hash: str = ""
    _session_id: str = ""
    _xsrf: str = ""
    _socket: ClientConnection | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    # --- coming and going -----------------------------------------------------------------

    def open(self, page: str = "", query: str = "") -> "Tab":
        """Load ``/page?query`` anew, as typing an address does."""
        self.close()
        self.page, self.query, self._page_hash = page, query, ""
        self.sent.clear()
        self._used.clear()
        self._kept.clear()
        answer = urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=30)
        given = answer.headers.get_all("Set-Cookie") or []
        cookies = dict(each.split(";", 1)[0].split("=", 1) for each in given)
        self._xsrf = cookies.get("_streamlit_xsrf", "")
        if self.cookie:
            cookies[COOKIE] = self.cookie
        self._socket = self._open.enter_context(
            connect(
                f"ws{self.url.removeprefix('http')}/_stcore/stream",
                origin=self.url,
                additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())},
                subprotocols=["streamlit", self._xsrf or "none"],
                max_size=256 << 20,
                compression=None,
                ping_interval=None,
                proxy=None,
            )
        )
        state = self._state()
        state.page_name = page
        self._run(state)
        return self

    def close(self) -> None:
        self._open.close()
        self._socket = None

    def sign_in(self, username: str, password: str) -> str:
        """Fill the sign-in form and fetch the cookie as the browser does; the cookie."""
        self.open()
        name, secret = (each for each in self.widgets if self.widgets[each].kind == "text_input")
        button = next(
            each for each in self.widgets.values() if getattr(each.body, "is_form_submitter", False)
        )
        self.put(name, username)
        self.put(secret, password)
        self._press(button, trigger_value=True)
        if "ticket" not in self.errand:
            raise Failed(f"{username} was not let in: {self.said}")
        status, headers, _body = self.ask(
            "POST", "/auth/session", json.dumps({"ticket": self.errand["ticket"]}).encode()
        )
        if status != 204:
            raise Failed(f"{username} got no cookie: {status}")
        self.cookie = headers["Set-Cookie"].split(";", 1)[0].split("=", 1)[1]
        return self.cookie

    def ask(
        self, method: str, path: str, body: bytes | None = None, content_type: str = ""
    ) -> tuple[int, Any, bytes]:
        """One request of this browser: status, headers, body."""
        request = urllib.request.Request(self.url + path, data=body, method=method)
        request.add_header("Origin", self.url)
        request.add_header("Accept-Language", "zh-CN")
        request.add_header("Content-Type", content_type or "application/json")
        request.add_header("X-Xsrftoken", self._xsrf)
        held = {COOKIE: self.cookie, "_streamlit_xsrf": self._xsrf}
        cookies = "; ".join(f"{name}={value}" for name, value in held.items() if value)
        request.add_header("Cookie", cookies)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    # --- what a person does ---------------------------------------------------------------

    def put(self, key: str, value: Any, *, sends: bool = False) -> None:
        """Type or choose; ``sends`` where leaving the field draws the page again."""
        widget = self._widget(key)
        state = WidgetState(id=widget.id)
        if widget.kind in _DATES:
            state.string_array_value.data.append(f"{value:%Y/%m/%d}")
        elif widget.kind in _LISTS:
            state.string_array_value.data.extend(value if isinstance(value, list) else [value])
        elif isinstance(value, date):
            raise Failed(f"{key} takes no date")
        else:
            state.string_value = value
        self._used[widget.id] = state
        if sends:
            self._run(self._state(widget))

    def choose(self, key: str, place: int = 0) -> None:
        """Choose the option at ``place``, as the screen says it."""
        options = [getattr(each, "content", each) for each in self._widget(key).body.options]
        if len(options) <= place:
            raise Failed(f"{key} offers {options}")
        self.put(key, options[place], sends=True)

    def pick_rows(self, key: str, *rows: int) -> None:
        """Mark rows of a table."""
        self.put(key, json.dumps({"selection": {"rows": list(rows)}}), sends=True)

    def press(self, key: str) -> None:
        self._press(self._widget(key), trigger_value=True)

    def pick_from_menu(self, key: str, place: int) -> None:
        """Open a menu and take the line at ``place``."""
        widget = self._widget(key)
        state = WidgetState(id=widget.id)
        state.string_trigger_value.data = list(widget.body.options)[place]
        self._press(widget, state)

    def trigger(self, key: str, event: str, value: Any) -> None:
        """Send what the JavaScript of one of our components sends."""
        widget = self._widget(key)
        state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{widget.id}__events")
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        self._press(widget, state)

    def upload(self, key: str, name: str, content: bytes) -> int:
        """Give a file to an uploader; the status of the upload."""
        widget = self._widget(key)
        asked = BackMsg()
        asked.file_urls_request.request_id = "1"
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self._session_id
        given = self._answer_to(asked).file_urls_response.file_urls[0]
        border = "evergreen-border"
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"'
        body = f"{head}\r\nContent-Type: text/csv\r\n\r\n".encode() + content
        status, _headers, _body = self.ask(
            "PUT",
            given.upload_url,
            body + f"\r\n--{border}--\r\n".encode(),
            f"multipart/form-data; boundary={border}",
        )
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), given.file_id
        info.file_urls.CopyFrom(given)
        self._used[widget.id] = state
        self._run(self._state(widget))
        return status

    def repeat(self, states: list[ClientState]) -> None:
        """Send what another tab has sent, as messages of this one; ``said`` of all of them."""
        said: list[str] = []
        for theirs in states:
            state = self._state()
            state.query_string = theirs.query_string
            state.widget_states.CopyFrom(theirs.widget_states)
            self._run(state)
            said += self.said
        self.said = said

    def data_of(self, key: str) -> Any:
        """What one of our components was given."""
        return json.loads(self._widget(key).body.json)

    # --- the protocol ---------------------------------------------------------------------

    def _widget(self, key: str) -> Widget:
        try:
            return self.widgets[key]
        except KeyError:
            raise Failed(f"no {key!r}; there are {sorted(self.widgets)}: {self.said}") from None

    def _press(self, widget: Widget, state: WidgetState | None = None, **value: Any) -> None:
        sent = self._state(widget)
        sent.widget_states.widgets.append(state or WidgetState(id=widget.id, **value))
        self._run(sent)

    def _state(self, widget: Widget | None = None) -> ClientState:
        state = ClientState()
        state.query_string = self.query
        state.page_script_hash = self._page_hash
        if widget is not None:
            state.fragment_id = widget.fragment_id
        drawn = {each.id for each in self.widgets.values()}
        state.widget_states.widgets.extend(used for key, used in self._used.items() if key in drawn)
        info = state.context_info
        info.timezone, info.timezone_offset, info.locale = "Asia/Shanghai", -480, "zh-CN"
        info.url, info.is_embedded, info.color_scheme = f"{self.url}/{self.page}", False, "light"
        state.cached_message_hashes.extend(self._kept)
        return state

    def _run(self, state: ClientState) -> None:
        """Send ``state`` and read until its run, and those that it asked for, have finished."""
        self.sent.append(state)
        message = BackMsg()
        message.rerun_script.CopyFrom(state)
        self._send(message)
        self.said, self.errand, failures = [], {}, list[str]()
        while True:
            forward = self._receive()
            self._apply(forward, failures)
            if forward.WhichOneof("type") == "script_finished":
                if forward.script_finished == _COMPILE_ERROR:
                    failures.append("compile error")
                if forward.script_finished != _EARLY:
                    break
        if failures:
            raise Failed("; ".join(failures))

    def _answer_to(self, message: BackMsg) -> ForwardMsg:
        self._send(message)
        while True:
            forward = self._receive()
            if forward.WhichOneof("type") == "file_urls_response":
                return forward

    def _send(self, message: BackMsg) -> None:
        assert self._socket is not None, "open the tab first"
        self._socket.send(message.SerializeToString())

    def _receive(self) -> ForwardMsg:
        assert self._socket is not None
        raw = self._socket.recv(FINISHES_WITHIN)
        assert isinstance(raw, bytes)
        forward = ForwardMsg.FromString(raw)
        if forward.WhichOneof("type") == "ref_hash":
            forward = ForwardMsg.FromString(self._kept[forward.ref_hash])
        elif forward.metadata.cacheable and forward.hash:
            self._kept[forward.hash] = raw
        return forward

    def _apply(self, message: ForwardMsg, failures: list[str]) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                began = message.new_session
                self._page_hash = began.page_script_hash
                self._session_id = began.initialize.session_id or self._session_id
                again = set(message.metadata.run.fragment_ids)
                self.widgets = {
                    key: widget
                    for key, widget in self.widgets.items()
                    if again and widget.fragment_id not in again
                }
            case "navigation":
                self._page_hash = message.navigation.page_script_hash or self._page_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "page_not_found":
                failures.append(f"no page {message.page_not_found.page_name}")
            case "delta":
                self._note(message.delta, failures)

    def _note(self, delta: Delta, failures: list[str]) -> None:
        if not delta.HasField("new_element"):
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        body = getattr(element, kind, None)
        if kind == "exception" and body is not None:
            failures.append(f"{body.type}: {body.message}"[:300])
        if kind in _BODIES and body is not None:
            self.said.append(body.body)
        widget_id = getattr(body, "id", "")
        if not widget_id.startswith("$$ID-") or widget_id.count("-") < 2:
            return
        key = widget_id.split("-", 2)[2]
        if key == "None":
            key = f"{kind} {getattr(body, 'label', '')}"
        self.widgets[key] = Widget(widget_id, kind, delta.fragment_id, body)
        if key == "frame.courier" and body is not None and body.WhichOneof("data") == "json":
            self.errand = json.loads(body.json) or {}
