"""A load client that speaks Streamlit's own protocol, without a browser.

It does what the frontend does: takes the XSRF cookie, opens the websocket, sends ``rerun_script``
messages and reads until the script has finished; it keeps cacheable messages and offers their
hashes back, so the server may answer with references.
"""

import asyncio
import json
import ssl
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

COMPILE_ERROR, EARLY_FOR_RERUN = 1, 2


class PageFailed(Exception):
    """The script raised, or the page was not found."""


@dataclass(slots=True)
class Widget:
    id: str
    kind: str
    fragment_id: str
    data: Any = None
    """What a component was given, when it is JSON."""


@dataclass(slots=True)
class Visitor:
    """One browser tab.

    Args:
        url: where the app answers.
        cookie: the session cookie, ``name=value``; empty for a stranger.
        page: address of the page to open, without the slash.
        query: its query string, without the question mark; it follows what the page writes there.
    """

    url: str
    cookie: str = ""
    page: str = ""
    query: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _kept: dict[str, bytes] = field(default_factory=dict)
    _page_hash: str = ""
    _socket: Any = None

    async def open(self) -> float:
        """Connect and load the page; seconds until the first script run has finished."""
        base = self.url.rstrip("/")
        cookies = dict([self.cookie.split("=", 1)]) if self.cookie else {}
        cookies.update(await asyncio.to_thread(_xsrf_cookie, base))
        is_tls = base.startswith("https:")
        self._socket = await websockets.connect(
            f"{'wss' if is_tls else 'ws'}://{urlparse(base).netloc}/_stcore/stream",
            ssl=_any_certificate() if is_tls else None,
            origin=base,
            additional_headers=[("Cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()))],
            subprotocols=["streamlit", cookies.get("_streamlit_xsrf", "PLACEHOLDER_AUTH_TOKEN")],
            max_size=256 << 20,
            compression=None,
            open_timeout=60,
            ping_interval=None,
            proxy=None,
        )
        return await self._run(self._state(page_name=self.page))

    async def close(self) -> None:
        await self._socket.close()

    async def rerun(self) -> float:
        """Run the whole page again; seconds."""
        return await self._run(self._state())

    async def rerun_fragment(self, fragment_id: str) -> float:
        """Run one fragment again; seconds."""
        state = self._state()
        state.fragment_id = fragment_id
        return await self._run(state)

    async def press(self, key: str) -> float:
        """Press the button with this key; its fragment runs when it stands in one."""
        widget = self._widget(key)
        state = self._state()
        state.fragment_id = widget.fragment_id
        state.widget_states.widgets.add(id=widget.id).trigger_value = True
        return await self._run(state)

    async def trigger(self, key: str, event: str, value: Any) -> float:
        """Send one trigger of a component, as its JavaScript would; seconds."""
        widget = self._widget(key)
        state = self._state()
        state.fragment_id = widget.fragment_id
        sent = state.widget_states.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{widget.id}__events")
        sent.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return await self._run(state)

    def _widget(self, key: str) -> Widget:
        try:
            return self.widgets[key]
        except KeyError:
            raise PageFailed(f"no widget {key!r}; seen {sorted(self.widgets)[:40]}") from None

    def _state(self, page_name: str | None = None) -> ClientState:
        state = ClientState()
        state.query_string = self.query
        if page_name is not None:
            state.page_name = page_name
        state.page_script_hash = self._page_hash
        info = state.context_info
        info.timezone, info.timezone_offset, info.locale = "Asia/Shanghai", -480, "zh-CN"
        info.url, info.is_embedded, info.color_scheme = f"{self.url}/{self.page}", False, "light"
        state.cached_message_hashes.extend(self._kept)
        return state

    async def _run(self, state: ClientState) -> float:
        message = BackMsg()
        message.rerun_script.CopyFrom(state)
        self.errors.clear()
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while True:
            raw = await asyncio.wait_for(self._socket.recv(), 120)
            forward = ForwardMsg()
            forward.ParseFromString(raw)
            kind = forward.WhichOneof("type")
            if kind == "ref_hash":
                kept = ForwardMsg()
                kept.ParseFromString(self._kept[forward.ref_hash])
                self._apply(kept)
                continue
            if forward.metadata.cacheable and forward.hash:
                self._kept[forward.hash] = raw
            self._apply(forward)
            if kind == "script_finished" and forward.script_finished != EARLY_FOR_RERUN:
                if forward.script_finished == COMPILE_ERROR:
                    self.errors.append("compile error")
                break
        seconds = time.perf_counter() - began
        if self.errors:
            raise PageFailed("; ".join(self.errors))
        return seconds

    def _apply(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page_hash = message.new_session.page_script_hash
            case "navigation":
                self._page_hash = message.navigation.page_script_hash or self._page_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "page_not_found":
                self.errors.append(f"page not found: {message.page_not_found.page_name}")
            case "delta":
                self._note(message.delta)

    def _note(self, delta: Delta) -> None:
        if not delta.HasField("new_element"):
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        body = getattr(element, kind, None)
        if kind == "exception" and body is not None:
            self.errors.append(f"{body.type}: {body.message}"[:300])
        if delta.fragment_id and delta.fragment_id not in self.fragments:
            self.fragments.append(delta.fragment_id)
        widget_id = getattr(body, "id", "")
        if not widget_id.startswith("$$ID-") or widget_id.count("-") < 2:
            return
        key = widget_id.split("-", 2)[2]
        data = None
        if kind == "bidi_component" and body is not None and body.WhichOneof("data") == "json":
            data = json.loads(body.json)
        self.widgets[key] = Widget(widget_id, kind, delta.fragment_id, data)


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _xsrf_cookie(base: str) -> dict[str, str]:
    address = base + "/_stcore/health"
    with urllib.request.urlopen(address, timeout=30, context=_any_certificate()) as answer:
        headers = answer.headers.get_all("Set-Cookie") or []
    return dict(header.split(";", 1)[0].split("=", 1) for header in headers)
