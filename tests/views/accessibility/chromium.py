"""axe-core in a headless Chromium. What a page finds out it writes into itself."""

import html
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tests.views.accessibility import browser

AXE = Path(__file__).parent / "axe" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Of axe's rules: WCAG 2.2, level AA, and what it holds to be good practice."""
COLOURS = ("color-contrast", "link-in-text-block")
"""Of its rules: those that a dark page may break where the light one keeps them. They take three quarters of its
time."""

_NO_COLOURS = {name: {"enabled": False} for name in COLOURS}


class Rules(Enum):
    """Which of axe's rules a page is asked for, as axe wants it said."""

    ALL = {"runOnly": {"type": "tag", "values": TAGS}}
    COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}}
    ALL_BUT_COLOURS = {**ALL, "rules": _NO_COLOURS}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one page."""

    page: str
    """Its HTML."""
    width: int
    """Of the window, in CSS pixels."""
    rules: Rules = Rules.ALL


_LOOK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Looking</title><pre id="found"></pre><script>
const axe = %(axe)s, looks = %(looks)s, found = {};
function shown(page, width) {
  return new Promise(done => {
    const frame = document.createElement("iframe");
    frame.width = width; frame.height = 900;
    frame.onload = () => done(frame);
    frame.srcdoc = page;
    document.body.append(frame);
  });
}
(async () => {
  for (const [name, {page, width, asked}] of Object.entries(looks)) {
    const frame = await shown(page, width), inside = frame.contentWindow;
    for (const fold of inside.document.querySelectorAll("details")) fold.open = true;
    inside.eval(axe);
    const told = await inside.axe.run({...asked, resultTypes: ["violations"]});
    const bad = told.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "));
    if (inside.document.documentElement.scrollWidth > width) bad.push("wider than the screen");
    bad.push(...[...inside.document.querySelectorAll("button, .button, input:not([type=hidden]), select, textarea")]
      .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 22)
      .map(one => "too small to tap: " + one.outerHTML));
    const dark = inside.matchMedia("(prefers-color-scheme: dark)").matches;
    found[name] = {violations: bad, passes: told.passes.length, dark: dark};
    frame.remove();
  }
  document.getElementById("found").textContent = JSON.stringify(found);
  document.title = "done";
})().catch(error => { document.getElementById("found").textContent = JSON.stringify({error: String(error)}) });
</script></html>"""


def lacking() -> str:
    """What this machine lacks, in one line; empty when it is there."""
    return "" if browser.program() else "no Chromium on the PATH"


def looked_at(looks: Mapping[str, Look], *, dark: bool = False) -> dict[str, Any]:
    """Name of a look → what axe finds wrong with the page, all folds open, and how many of its rules it passes. `dark`:
    what the browser prefers."""
    told_of = {
        name: {"page": look.page, "width": look.width, "asked": look.rules.value}
        for name, look in looks.items()
    }
    document = _LOOK % {
        "axe": json.dumps(AXE.read_text("utf-8")).replace("</", "<\\/"),
        "looks": json.dumps(told_of).replace("</", "<\\/"),
    }
    found = found_in(browser.opened(document, dark=dark))
    if "error" in found:
        raise RuntimeError(found["error"])
    return dict(found)


def picture(page: str, file: Path, *, width: int, height: int, dark: bool) -> None:
    """The page as a PNG, as wide as a phone or a desk."""
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "page.html"
        inside.write_text(page, "utf-8")
        frame = Path(folder) / "frame.html"
        frame.write_text(
            "<!doctype html><style>html,body{margin:0;background:#888}iframe{border:0;display:block}</style>"
            f'<iframe src="page.html" width="{width}" height="{height}"></iframe>',
            "utf-8",
        )
        whole = browser.browser().picture(frame.as_uri(), width=width, height=height, dark=dark)
    file.write_bytes(whole)


def found_in(whole: str) -> Any:
    """What a page has written into its #found."""
    return json.loads(html.unescape(whole.partition('<pre id="found">')[2].partition("</pre>")[0]))
