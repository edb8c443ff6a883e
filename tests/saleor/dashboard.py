"""The real Saleor Dashboard, built and served from files, in a real Chromium."""

import re
import shutil
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.saleor import home, servers

BUNDLE = home.HOME / ".dashboard"
"""A build of saleor-dashboard for the mount /dashboard/: APP_MOUNT_URI and STATIC_URL both say so. With the defaults
its pages that are opened by their address answer 404."""
MOUNT = "/dashboard/"
PICTURES = home.WORK / "pictures"
"""What was seen last, for people to look at."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
    "--window-size=1440,1400",
)


def lacking() -> str:
    """What this machine lacks to show the dashboard, in one line; "" when all is there."""
    if not (BUNDLE / "index.html").exists():
        return f"no built Saleor Dashboard at {BUNDLE}"
    if not _browser():
        return "no Chromium on the PATH"
    if not shutil.which("chromedriver"):
        return "no chromedriver on the PATH"
    return ""


def _browser() -> str | None:
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


class Server:
    """The bundle's files; every other path is the dashboard's own, so it gets index.html. The API's address goes in
    where a container of the dashboard puts it when it starts."""

    def __init__(self, api_url: str) -> None:
        self.port = servers.free_port()
        index = re.sub(r'API_URL:\s*"[^"]*"', f'API_URL: "{api_url}"', (BUNDLE / "index.html").read_text())
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), partial(_Files, index.encode()))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{MOUNT}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Files(SimpleHTTPRequestHandler):
    def __init__(self, index: bytes, *args: Any) -> None:
        self._index = index
        super().__init__(*args, directory=str(BUNDLE))

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(MOUNT.rstrip("/")))

    def do_GET(self) -> None:
        inside = unquote(urlsplit(self.path).path).removeprefix(MOUNT)
        if inside and inside != "index.html" and Path(self.translate_path(self.path)).is_file():
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self._index)))
        self.end_headers()
        self.wfile.write(self._index)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def open_chromium(profile: Path) -> Any:
    """A headless Chromium that has never been anywhere; the caller quits it."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(_browser())
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=str(shutil.which("chromedriver")))
    )


class Desk:
    """What somebody on the staff does at the dashboard."""

    PATIENCE = 60.0

    def __init__(self, chromium: Any, url: str) -> None:
        self.chromium = chromium
        self.url = url

    def until(self, look: Callable[[], Any], what: str) -> Any:
        """What `look` finds or does. The dashboard redraws itself meanwhile, so what was found may be gone again, or
        lie under something else; and whoever clicks does so inside `look`, not on what it found a moment ago."""
        from selenium.common import exceptions
        from selenium.webdriver.support.wait import WebDriverWait

        away = (
            exceptions.NoSuchElementException,
            exceptions.NoSuchFrameException,
            exceptions.StaleElementReferenceException,
            exceptions.ElementClickInterceptedException,
            exceptions.ElementNotInteractableException,
        )
        wait = WebDriverWait(self.chromium, self.PATIENCE, poll_frequency=0.2, ignored_exceptions=away)
        try:
            return wait.until(lambda _: look(), message=what)
        except exceptions.TimeoutException:
            PICTURES.mkdir(exist_ok=True)
            self.picture(PICTURES / "waited_in_vain.png")
            raise

    def click(self, by: str, selector: str, what: str) -> None:
        """Click what can be seen there, however often the page draws it anew before we get to it."""

        def clicked() -> bool:
            found = self.chromium.find_element(by, selector)
            if not found.is_displayed():
                return False
            found.click()
            return True

        self.until(clicked, what)

    def seen(self, selector: str, word: str) -> None:
        """Scroll to what the selector names, which may be filled only then, and wait until it holds a word."""

        def looked() -> bool:
            there = self.one(selector)
            self.chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", there)
            return word in there.text

        self.until(looked, f"{word} in {selector}")

    def sign_in(self, email: str, password: str) -> None:
        self.chromium.get(self.url)
        self._type("input[name=email]", email)
        self._type("input[name=password]", password)
        self.click("css selector", "button[type=submit]", "the button to sign in")
        self.until(lambda: self.one("[data-test-id^='menu-']"), "the dashboard's menu")

    def _type(self, selector: str, text: str) -> None:
        def typed() -> bool:
            field = self.one(selector)
            field.clear()
            field.send_keys(text)
            return bool(field.get_attribute("value") == text)

        self.until(typed, f"the form to sign in, {selector}")

    def go(self, path: str) -> None:
        self.chromium.switch_to.default_content()
        self.chromium.get(f"{self.url}{path}")
        self.until(lambda: self.one("[data-test-id^='menu-']"), "the dashboard's menu")
        self.hush()

    def hush(self) -> None:
        """Put away what the dashboard announces over its pages."""

        def hushed() -> bool:
            for button in self.all("[aria-label^='Dismiss Pulse']"):
                button.click()
            return True

        self.until(hushed, "the announcements put away")

    def one(self, selector: str) -> Any:
        return self.chromium.find_element("css selector", selector)

    def all(self, selector: str) -> Any:
        return self.chromium.find_elements("css selector", selector)

    def ours(self, part: str, holds: str) -> str:
        """Step into our frame whose address contains `part`, and wait until what `holds` names is in it; its text."""

        def look() -> str:
            self.chromium.switch_to.default_content()
            self.chromium.switch_to.frame(self.one(f"iframe[src*='{part}']"))
            self.one(f"#content {holds}")
            return str(self.one("#content").text)

        return str(self.until(look, f"{holds} in our frame {part}"))

    def click_menu(self, group: str, entry: str) -> None:
        """Open a group of the dashboard's menu and go to one of its pages."""
        for name in (group, entry):
            path = f"//*[@data-test-id='menu-list']//*[normalize-space(text())='{name}']"
            self.click("xpath", path, f"{name} in the menu")

    def switch_theme(self) -> None:
        """From light to dark, or back, by the dashboard's own switch."""
        self.chromium.switch_to.default_content()
        self.click("css selector", "[data-test-id='userMenu']", "the menu of whoever is signed in")
        self.click("css selector", "[data-test-id='theme-switch']", "the switch of the theme")

    def confirm(self, what: str, sure: str, campaign: object) -> None:
        """Press a button of a campaign on our page, and the one that asks again below it."""
        ours = f"//*[@id='content']//details[.//button[contains(@hx-post, '{campaign}')]]"
        self.click("xpath", f"{ours}/summary[normalize-space()='{what}']", what)
        self.click("xpath", f"{ours}//button[normalize-space()='{sure}']", sure)
        self.until(
            lambda: not self.chromium.find_elements("xpath", f"{ours}//button[.='{sure}']"), "the answer"
        )

    def picture(self, path: Path) -> None:
        """What stands on the screen, dashboard and all."""
        self.chromium.save_screenshot(str(path))
