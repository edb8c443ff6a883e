"""A page of the desk in its real frame, in a real browser: its script runs, its requests are answered by the shop of
the test, and a program presses, chooses and types in it.

What walks through the page is a script in the page around the frame, which plays the
dashboard. The answers are made in this thread, in the transaction of the test.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from django.test import Client

from tests.api.asking import Asker
from tests.views.accessibility import chromium
from tests.views.accessibility.browser import browser

PASSED_ON = (
    "Content-Type",
    "Content-Language",
    "Content-Security-Policy",
    "Desk-Place",
    "Vary",
    "Cache-Control",
)
HEARD = ("Accept-Language", "Authorization", "HX-Request", "HX-Target")

_AROUND = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Dashboard</title>
<iframe id="frame" width="%(width)s" height="900"></iframe><pre id="found"></pre><script>
const frame = document.getElementById("frame"), told = [];
let ready = 0;
const wait = (time) => new Promise((done) => setTimeout(done, time));
addEventListener("message", ({data}) => {
  if (data?.type === "notifyReady") {
    ready += 1;
    frame.contentWindow.postMessage({type: "handshake", payload: {token: %(token)s}}, "*");
    frame.contentWindow.postMessage({type: "localeChanged", payload: {locale: %(language)s}}, "*");
  } else if (data?.type) told.push({type: data.type, ...data.payload});
});
const inside = () => frame.contentDocument;
const one = (selector) => inside().querySelector(selector);
const until = async (look, what) => {
  for (let tries = 0; tries < 400; tries++) {
    let found = null;
    try { found = look(); } catch { /* not there yet, or there no more */ }
    if (found) { await wait(100); return found; } // what has just come is brought to life a moment later
    await wait(25);
  }
  throw new Error("waited in vain for " + what + " in " + inside().body?.innerText.slice(0, 400));
};
const seen = (text) => until(() => inside().getElementById("content").innerText.includes(text), text);
const press = (selector) => { const there = one(selector); there.focus(); there.click(); };
const choose = (selector, value) => {
  const there = one(selector); there.focus(); there.value = value;
  there.dispatchEvent(new (frame.contentWindow.Event)("change", {bubbles: true}));
};
const type = (selector, value) => {
  const there = one(selector); there.focus(); there.value = value;
  there.dispatchEvent(new (frame.contentWindow.Event)("input", {bubbles: true}));
};
const focused = () => {
  const at = inside().activeElement; return at.id || at.name || at.textContent.trim() || at.tagName;
};
const TABS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
const tab = () => {
  const stops = [...inside().querySelectorAll(TABS)].filter((one) =>
    one.tabIndex >= 0 && !one.matches(":disabled") && one.getClientRects().length);
  stops[(stops.indexOf(inside().activeElement) + 1) %% stops.length].focus();
};
const enter = () => {
  const at = inside().activeElement, {KeyboardEvent} = frame.contentWindow;
  const down = new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true});
  if (!at.dispatchEvent(down)) return;
  if (at.matches("a[href], button, summary")) at.click();
  else if (at.matches("input")) at.form?.requestSubmit();
};
const shown = (selector) => { const there = one(selector); return !!there && there.getClientRects().length > 0; };
const breaks = (how) => fetch("/-/breaks/" + how);
const renew = () => frame.contentWindow.postMessage({type: "tokenRefresh", payload: {token: "fresh"}}, "*");
const address = () => frame.contentWindow.location.pathname + frame.contentWindow.location.search;
(async () => {
  frame.src = "/dashboard/" + %(place)s;
  return (async () => { %(script)s })();
})().then((found) => ({found}), (error) => ({error: String(error)})).then((end) => {
  document.getElementById("found").textContent = JSON.stringify({...end, told});
});
</script></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of it."""

    found: Any
    """What the script returned."""
    told: Sequence[dict[str, Any]]
    """What the frame told the dashboard around it."""
    asked: Sequence[str]
    """Method and place of each request below content/, in order."""


def walk(
    asker: Asker, place: str, script: str, *, width: int = 1440, language: str = "en", lesser: Asker | None = None
) -> Walked:  # fmt: skip
    """Opens a place ("customers?stage=new") and runs the script, the body of an async function. It may use `until`,
    `seen`, `one`, `press`, `choose`, `type`, `tab`, `enter`, `focused`, `shown`, `breaks`, `renew` and `address` of
    _AROUND. `breaks("token")`: the token has become too old, until `renew` hands over another; `breaks("rights")`:
    staff may no more than `lesser`; `ready`: how often the frame asked for a token. A script's key is not the
    browser's: `tab` and `enter` do what the browser would do with one, unless the page does something else with it."""
    around = _AROUND % {
        "width": width, "place": json.dumps(place), "language": json.dumps(language), "script": script,
        "token": json.dumps(asker.token.removeprefix("Bearer ")),
    }  # fmt: skip
    server = _Server(around, asker.token, lesser.token if lesser else "")
    dumped: list[str] = []

    def look() -> None:
        dumped.append(browser().ended(server.url, dark=False, budget=60_000, until_found=True))

    looking = Thread(target=look)
    looking.start()
    try:
        while looking.is_alive():
            server.handle_request()
    finally:
        looking.join()
        server.server_close()
    end = chromium.found_in(dumped[0])
    assert "error" not in end, (end["error"], server.asked)
    return Walked(found=end.get("found"), told=end["told"], asked=server.asked)


class _Server(HTTPServer):
    timeout = 0.1

    def __init__(self, around: str, token: str, lesser: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.around, self.token, self.lesser, self.breaks = around, token, lesser, ""
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Answer(BaseHTTPRequestHandler):
    server: _Server
    timeout = 0.5  # a browser opens connections that it may never use

    def do_GET(self) -> None:
        if self.path == "/":
            self._send(200, {"Content-Type": "text/html; charset=utf-8"}, self.server.around.encode())
        elif self.path.startswith("/-/breaks/"):
            self.server.breaks = self.path.removeprefix("/-/breaks/")
            self._send(204, {}, b"")
        else:
            self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        inside = self.path.removeprefix("/dashboard/content/")
        if inside != self.path:
            self.server.asked.append(f"{self.command} {inside}")
            if self.server.breaks == "network":
                return self.connection.close()
            if self.server.breaks.isdecimal():
                return self._send(int(self.server.breaks), {"Content-Type": "text/plain"}, b"")
        heard = {name: self.headers[name] for name in HEARD if name in self.headers}
        if heard.get("Authorization") == "Bearer fresh":
            heard["Authorization"] = self.server.token
        elif self.server.breaks == "token":
            heard.pop("Authorization", None)
        elif self.server.breaks == "rights":
            heard["Authorization"] = self.server.lesser
        answer = Client().generic(
            self.command, self.path, body, content_type=self.headers.get("Content-Type", ""), headers=heard
        )
        told = {name: answer[name] for name in PASSED_ON if name in answer}
        return self._send(answer.status_code, told, answer.content)

    def _send(self, status: int, told: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
