"""One headless Chromium for all that a process looks at: to start one takes two processor seconds. Each page is opened
in a context of its own, which knows nothing of those before it. It is driven through a pipe, in Chromium's own
protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import atexit
import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from select import select
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 240.0
"""Seconds in which a page must have come to its end, however busy the machine."""
FOUND = """new Promise(done => {
  const there = document.getElementById("found");
  if (there.textContent) done();
  else new MutationObserver(() => done()).observe(there, {childList: true});
})"""


class BrowserFailed(RuntimeError):
    """It ended, refused a command, or said nothing for too long."""


def program() -> str | None:
    """Where it is on this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@cache
def browser() -> Browser:
    """The one of this process."""
    return Browser()


class Browser:
    """Ends with the process."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="relacional-chromium-")
        (its_in, self._say), (self._hear, its_out) = os.pipe(), os.pipe()

        def placed() -> None:
            """It reads from 3 and writes to 4."""
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (its_in, its_out)]
            for place, end in zip((3, 4), ends, strict=True):
                os.dup2(end, place)

        command = [str(program()), *FLAGS, f"--user-data-dir={self._folder}"]
        self._process = subprocess.Popen(
            command, preexec_fn=placed, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(its_in)
        os.close(its_out)
        self._number, self._rest, self._owner = 0, b"", os.getpid()
        self._heard: deque[dict[str, Any]] = deque()
        atexit.register(self.close)

    def close(self) -> None:
        if os.getpid() != self._owner:
            return  # a fork of ours ends
        os.close(self._say)  # which it takes as a request to end
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._hear)
        shutil.rmtree(self._folder, ignore_errors=True)

    def ended(self, address: str, *, dark: bool, budget: int, until_found: bool) -> str:
        """The page as HTML once so many milliseconds of its own time have passed, which passes as quickly as it can
        while nothing is on its way; with `until_found`, as soon as it has written something into #found."""
        with self._page(dark) as page:
            self._go(page, address)
            self._send("Emulation.setVirtualTimePolicy", page, policy="pauseIfNetworkFetchesPending",
                       budget=budget, maxVirtualTimeTaskStarvationCount=9999)  # fmt: skip
            if until_found:
                asked = self._send("Runtime.evaluate", page, expression=FOUND, awaitPromise=True)
                self._until(lambda told: told.get("id") == asked or _expired(told))
            else:
                self._until(_expired)
            whole = self._ask("Runtime.evaluate", page, expression="document.documentElement.outerHTML")
            return str(whole["result"]["value"])

    def picture(self, address: str, *, width: int, height: int, dark: bool) -> bytes:
        """What a window of this size shows of it, as PNG."""
        with self._page(dark) as page:
            self._ask("Emulation.setDeviceMetricsOverride", page, width=width, height=height,
                      deviceScaleFactor=1, mobile=False)  # fmt: skip
            self._go(page, address)
            return base64.b64decode(self._ask("Page.captureScreenshot", page, format="png")["data"])

    @contextmanager
    def _page(self, dark: bool) -> Iterator[str]:
        """The session of an empty one, in a context of its own."""
        context = self._ask("Target.createBrowserContext")["browserContextId"]
        target = self._ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        page: str = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Page.enable", page)
        self._ask("Emulation.setEmulatedMedia", page, features=[scheme])
        try:
            yield page
        finally:
            self._ask("Target.disposeBrowserContext", browserContextId=context)
            self._heard.clear()

    def _go(self, page: str, address: str) -> None:
        """There, until it is loaded."""
        went = self._ask("Page.navigate", page, url=address)
        if "errorText" in went:
            raise BrowserFailed(f"{address}: {went['errorText']}")
        self._until(lambda told: told.get("method") == "Page.loadEventFired")

    def _ask(self, method: str, session: str = "", **given: Any) -> dict[str, Any]:
        asked = self._send(method, session, **given)
        answer = self._until(lambda told: told.get("id") == asked)
        if "error" in answer:
            raise BrowserFailed(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def _send(self, method: str, session: str, **given: Any) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        message |= {"sessionId": session} if session else {}
        left = memoryview(json.dumps(message).encode() + b"\0")
        while left:
            left = left[os.write(self._say, left) :]
        return self._number

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first that is wanted of what was heard and not asked for yet."""
        latest = time.monotonic() + PATIENCE
        for told in list(self._heard):
            if wanted(told):
                self._heard.remove(told)
                return told
        while True:
            ready, _, _ = select([self._hear], [], [], max(0, latest - time.monotonic()))
            more = os.read(self._hear, 1 << 20) if ready else b""
            if not more:
                raise BrowserFailed("it ended" if ready else f"nothing was heard for {PATIENCE:.0f} s")
            *messages, self._rest = (self._rest + more).split(b"\0")
            self._heard += [json.loads(each) for each in messages]
            for told in list(self._heard):
                if wanted(told):
                    self._heard.remove(told)
                    return told


def _expired(told: dict[str, Any]) -> bool:
    return told.get("method") == "Emulation.virtualTimeBudgetExpired"


def opened(page: str, *, dark: bool, budget: int = 600_000, until_found: bool = True) -> str:
    """HTML that lies in a file of its own, after it has come to its end."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        return browser().ended(file.as_uri(), dark=dark, budget=budget, until_found=until_found)
