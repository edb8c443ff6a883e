"""The goods picker as a browser runs it: htmx and our script on the real form, with answers as ours are."""

import html
import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.dashboard import assets
from tests.api.asking import Asker
from tests.dashboard.sections.test_campaigns import draft, path, post
from tests.dashboard.sections.test_goods_picker import RUNG, choose, offering, search
from tests.support.campaign_stories import open_shop
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]

SHOP = """
const asked = [];
window.XMLHttpRequest = class {
  open(method, url) { this.url = url; }
  setRequestHeader() {}
  overrideMimeType() {}
  addEventListener(name, heard) { this[`on${name}`] = heard; }
  getAllResponseHeaders() { return ""; }
  getResponseHeader() { return null; }
  abort() {}
  upload = { addEventListener() {} };
  send(body) {
    const sent = new URLSearchParams(body);
    const place = this.url.split("/").slice(-3).join("/");
    asked.push([place, sent.get("field"), sent.get("reference"), sent.getAll(CHOSEN).length]);
    setTimeout(() => {
      Object.assign(this, { status: 200, readyState: 4, responseURL: this.url });
      this.response = this.responseText = place.endsWith("choose/") ? ANSWERS.chosen : ANSWERS.found;
      this.onload();
    }, 1);
  }
};
"""
STORY = """
const wait = (time) => new Promise((done) => setTimeout(done, time));
const told = [];
const content = document.getElementById("content");
const field = () => content.querySelector(`[name="${CHOSEN}.search"]`);
addEventListener("load", async () => {
  htmx.process(content);
  content.querySelectorAll("details").forEach((each) => (each.open = true));
  content.querySelector("form").addEventListener("submit", () => told.push("sent"));
  field().focus();
  field().value = "oak";
  field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await wait(100);
  content.querySelector(".found button").click();
  await wait(100);
  const chip = content.querySelector(".picker .chips li");
  told.push(chip.querySelector("span").textContent, document.activeElement === field(), field().value);
  chip.querySelector("button").click();
  told.push(content.querySelectorAll(".picker .chips li").length, document.activeElement === field());
  field().value = "oa";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await wait(600);
  document.getElementById("told").textContent = JSON.stringify({ told, asked });
});
"""


def test_searched_chosen_and_taken_away(shop: Any, owner: Asker, now: datetime) -> None:
    """Enter searches and does not send the form; what is found and pressed is a chip, and the keyboard is in the search
    again; its × takes it away; typing searches by itself after a moment. Whatever is asked for is sent by POST."""
    open_shop(now)
    campaign = draft(now)
    cup = shop.product("Oak cup", "4.50")
    sent = offering(owner, campaign)
    form = post(owner, f"{path(campaign)}form/", **sent).content.decode()
    answers = {
        "found": search(owner, campaign, sent, "products", "oak").content.decode(),
        "chosen": choose(owner, campaign, sent, "products", cup.product).content.decode(),
    }
    script = {name: (assets.PLACE / name).read_text("utf-8") for name in ("htmx.min.js", "frame.js")}
    told = json.dumps(answers).replace("</", "<\\/")
    data = f'const CHOSEN = "{RUNG}.products", ANSWERS = {told};'
    frame = """data-kind="page" data-origins="'self'" data-root="/dashboard/" data-contents="/dashboard/content/\""""
    free = "htmx.config.selfRequestsOnly = false;"  # a file is no origin
    scripts = [f"{data}{SHOP}", script["htmx.min.js"], free, script["frame.js"], STORY]
    document = (
        f'<!doctype html><body class="page" {frame}><main id="content">{form}</main><p id="lonely" hidden></p>'
        '<p id="broken" hidden><button id="again"></button></p><pre id="told"></pre>'
        + "".join(f"<script>{each}</script>" for each in scripts)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picker.html"
        file.write_text(document, "utf-8")
        shown = chromium.run(
            "--virtual-time-budget=5000", "--dump-dom", file.as_uri(), folder=folder, dark=False
        )
    found = json.loads(html.unescape(shown.partition('<pre id="told">')[2].partition("</pre>")[0]))
    assert found["told"] == ["Oak cup", True, "", 0, True]
    place = f"{campaign.public_id}/goods/"
    name = f"{RUNG}.products"
    assert found["asked"] == [
        [place, name, None, 0], ["goods/choose/", name, cup.product, 0], [place, name, None, 0],
    ]  # fmt: skip
