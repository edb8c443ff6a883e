"""Several forms on one page: saving one loses nothing of what was typed into the others."""

import json
import re
from typing import Any

import pytest

from saleor_relacional.dashboard import assets
from tests.views.accessibility import browser, chromium

pytestmark = pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")

FORMS = """
<form hx-post="/a/"><input type="hidden" name="{rests}" value="{version}"><input name="name" value="{name}">
  <button>Save</button></form>
<details><form hx-post="/b/"><input type="hidden" name="{rests}" value="{version}"><input name="every" value="{every}">
  <input type="checkbox" name="sorry"><select name="kind"><option>x</option><option>y</option></select></form></details>
<form hx-post="/remark/"><input type="hidden" name="remark" value="1"><textarea name="text"></textarea></form>
<form hx-post="/remark/"><input type="hidden" name="remark" value="2"><textarea name="text"></textarea></form>
<form hx-post="/chosen/" data-choose><input type="checkbox" name="people"></form>
"""
SCRIPTS = "".join(
    f"<script>{(assets.PLACE / name).read_text('utf-8')}</script>" for name in ("forms.js", "kept.js")
)


def after(
    *, name: str = "Ana", every: str = "7", version: str = "1", then: dict[str, str], other: bool = False,
    rests: str = "version",
) -> Any:  # fmt: skip
    """What stands in the forms once /a/ was sent and the page shown anew as `then` says, after something was typed
    into all of them; `other`: the answer is another page; `rests`: how the forms call that on which they rest."""
    before = FORMS.format(name=name, every=every, version=version, rests=rests)
    shown = "<p>Another page</p>" if other else FORMS.format(**then, rests=rests)
    document = f"""<!doctype html><main id="content">{before}</main><pre id="found"></pre>
    {SCRIPTS}<script>
    const content = document.getElementById("content");
    const [a, b, one, two, list] = content.querySelectorAll("form");
    a.elements.name.value = "sent"; b.elements.every.value = "42"; b.elements.sorry.checked = true;
    b.elements.kind.value = "y"; two.elements.text.value = "half an answer";
    list.elements.people.checked = true;
    const detail = {{target: content, requestConfig: {{verb: "post", elt: a}}}};
    document.dispatchEvent(new CustomEvent("htmx:beforeSwap", {{detail}}));
    content.innerHTML = {json.dumps(shown)};
    document.dispatchEvent(new CustomEvent("htmx:afterSwap", {{detail}}));
    const told = [...content.querySelectorAll("form")].map((form) => Object.fromEntries(
      [...form.elements].filter((each) => each.name)
        .map((each) => [each.name, each.type === "checkbox" ? each.checked : each.value])));
    document.getElementById("found").textContent =
      JSON.stringify({{told, open: content.querySelector("details")?.open}});
    </script>"""
    return chromium.found_in(browser.opened(document, dark=False))


def test_what_stood_in_other_forms_stays() -> None:
    """The form that was sent shows what holds now; the others what was typed, each in its own, over the new version.
    Whoever was ticked in a list is not who stands in their place now."""
    found = after(then={"name": "Ana", "every": "7", "version": "2"})
    assert found["told"] == [
        {"version": "2", "name": "Ana"},
        {"version": "2", "every": "42", "sorry": True, "kind": "y"},
        {"remark": "1", "text": ""},
        {"remark": "2", "text": "half an answer"},
        {"people": False},
    ]
    assert found["open"]


def names_of_what_forms_rest_on() -> set[str]:
    """As the templates call it: what a hidden field carries of the version that was read."""
    found = [
        name
        for each in assets.PLACE.parent.rglob("*.html")
        for name in re.findall(
            r'type="hidden" name="(\w+)" value="{{ [\w.]*(?:version|seen|basis|corrected)[\w.]* }}"',
            each.read_text("utf-8"),
        )
    ]
    return set(found)


@pytest.mark.parametrize("rests", sorted(names_of_what_forms_rest_on()))
def test_what_somebody_else_has_changed_is_not_overwritten_unseen(rests: str) -> None:
    """The form keeps the version over which it was typed: the shop refuses it and says what the other changed."""
    found = after(then={"name": "Ana", "every": "14", "version": "2"}, rests=rests)
    assert found["told"][1] == {rests: "1", "every": "42", "sorry": True, "kind": "y"}


WISHES = """
<form hx-post="/note/"><input name="text" value="{text}"><button name="kind" value="x">Save</button></form>
<details><form hx-post="/right/"><button name="right" value="gift">Gift</button></form></details>
<details><form hx-post="/wishes/"><input type="hidden" name="version" value="1">{topics}
  <input type="hidden" name="topicsShown" value="{shown}" data-drawn>
  <select name="kind">{kinds}</select></form></details>
"""


def wishes(*topics: str, kinds: str = "xy") -> str:
    """A form that shows some topics, all of them wanted, beside a note and a button of its own."""
    ticks = "".join(f'<input type="checkbox" name="topics" value="{each}" checked>' for each in topics)
    options = "".join(f"<option>{each}</option>" for each in kinds)
    return WISHES.format(text="", topics=ticks, shown=",".join(topics), kinds=options)


def test_a_topic_that_was_declared_meanwhile_moves_no_tick() -> None:
    """The form that shows one topic more is still that form; ticks are put back by what they stand for, a choice by
    its value. What nothing was typed into stays folded."""
    document = f"""<!doctype html><main id="content">{wishes("art", "tea")}</main><pre id="found"></pre>
    {SCRIPTS}<script>
    const content = document.getElementById("content"), form = content.querySelectorAll("form")[2];
    form.elements.topics[1].checked = false; form.elements.kind.value = "y";
    const detail = {{target: content, requestConfig: {{verb: "post", elt: content.querySelector("form")}}}};
    document.dispatchEvent(new CustomEvent("htmx:beforeSwap", {{detail}}));
    content.innerHTML = {json.dumps(wishes("art", "books", "tea", kinds="wxyz"))};
    document.dispatchEvent(new CustomEvent("htmx:afterSwap", {{detail}}));
    const there = content.querySelectorAll("form")[2].elements;
    document.getElementById("found").textContent = JSON.stringify({{
      topics: [...there.topics].filter((each) => each.checked).map((each) => each.value),
      shown: there.topicsShown.value, kind: there.kind.value,
      open: [...content.querySelectorAll("details")].map((each) => each.open)}});
    </script>"""
    assert chromium.found_in(browser.opened(document, dark=False)) == {
        "topics": ["art", "books"], "shown": "art,books,tea", "kind": "y", "open": [False, True],
    }  # fmt: skip


def test_another_page_gets_nothing_of_it() -> None:
    """An answer may be another page."""
    assert after(then={}, other=True)["told"] == []
