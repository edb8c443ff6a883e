"""What is refused of a mail because of people who get it otherwise than the sample: without a link, with long lists."""

from dataclasses import replace

import pytest

from saleor_relacional.emails import library, names, sample
from saleor_relacional.emails.checks import FaultCode, check, trial

BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def faults(name="win_back", **words):
    plain = {"subject": "Hello", "preheader": "", "mjml": BODY.format("Hello"), "text": "Hello"}
    source = replace(library.source(name, "en"), **{**plain, **words})
    return [(one.code, one.part, one.line, one.column, one.what) for one in check(source, sample(name))]


@pytest.mark.parametrize("link", trial.OPTIONAL)
def test_a_link_of_the_text_that_not_every_shop_has(link):
    """Said at its place, which may be the second of two; around it an `if` is enough."""
    said = f"{{{{ links.{link} }}}}"
    guarded = f"{{% if links.{link} %}}Visit: {said}{{% endif %}}"
    assert faults(text=f"Hello\n{guarded}") == []
    assert faults(text=f"Hello\n{guarded}\nor {said}") == [(FaultCode.LINK, "text", 3, 4, said)]


@pytest.mark.parametrize("asked", ["unless offer", "if experience"])
@pytest.mark.parametrize("part", ["text", "mjml"])
def test_a_link_where_nothing_is_offered_or_something_else_is_given(asked, part):
    """In a shop without a storefront, it leads nowhere there alone."""
    said = "{{ links.storefront }}" if part == "text" else '<a href="{{ links.storefront }}">See</a>'
    shown = f"Hello {{% {asked} %}}{said}{{% end{asked.split()[0]} %}}"
    [(code, where, *_)] = faults(**{part: shown if part == "text" else BODY.format(shown)})
    assert (code, where) == (FaultCode.LINK, part)


def test_a_shop_with_a_page_and_no_storefront():
    said = "{% if links.page %}{{ links.storefront }}{% endif %}"
    assert [one[:2] for one in faults(text=said)] == [(FaultCode.LINK, "text")]


def test_the_ways_out_are_always_there():
    assert faults(text="{{ links.unsubscribe }}") == []


@pytest.mark.parametrize(
    ("message", "asked", "said"),
    [
        ("win_back", "{% if rhythm.days %}", "{{ rhythm.days | number }}"),
        ("segment", "{% if last_purchase.on %}", "{{ last_purchase.on | date }}"),
        ("second_chance", "{% if first_purchase.on %}", "{{ first_purchase.on | date }}"),
        ("replenishment", "{% if occasion.weeks_left %}", "{{ occasion.weeks_left | number }}"),
        ("replenishment", "{% for one in occasion.goods %}{% if one.price %}", "{{ one.price | money }}"),
        ("win_back", "{% if offer %}{% if offer.minimum %}", "{{ offer.minimum | money }}"),
        ("win_back", "{% if offer %}{% if offer.money %}", "{{ offer.money | money }}"),
    ],
)  # fmt: skip
def test_what_some_of_its_people_do_not_have(message, said, asked):
    """Whoever has no habit yet would get no mail at all: refused at its place; behind an `if` it is fine."""
    first, _, last = asked.rpartition("{%")
    ends = {"{% if": "{% endif %}", "{% fo": "{% endfor %}", "": ""}
    [(code, part, line, column, _)] = faults(message, text=f"Hello\nand {first}{said}{ends[first[:5]]}")
    assert (code, part, line) == (FaultCode.LIQUID, "text", 2) and column >= 5
    assert faults(message, text=f"Hello {asked}{said}{{% endif %}}{ends[first[:5]]}") == []


def test_a_value_put_aside_first():
    """The place is the filter's, wherever it stands."""
    said = "Hello\n{% assign often = rhythm.days | number %}{{ often }}"
    assert [one[:3] for one in faults(text=said)] == [(FaultCode.LIQUID, "text", 2)]


def test_one_thing_is_missing_beside_another_that_is_there():
    """All at once, and each alone: what stands in the branch of whoever has a first day, too."""
    said = "{% if first_purchase.on %}{{ rhythm.days | number }}{% endif %}"
    assert [one[:2] for one in faults("segment", text=said)] == [(FaultCode.LIQUID, "text")]


@pytest.mark.parametrize("message", ["win_back", "sunset", "anniversary"])
def test_what_all_of_its_people_have(message):
    assert faults(message, text="{{ last_purchase.on | date }}") == []


NO_LINKS = [
    "https://TODO",
    "https://.",
    "http://x",
    "https://a@evil.example",
    "https://a..b",
    "https://shop.example:x",
]
LINKS = [
    "https://shop.example",
    "http://www.shop.example:8080/a?b#c",
    "https://peña.example/",
    "https://1.2.3.4/x",
]


@pytest.mark.parametrize(
    "link", [*NO_LINKS, "https:/shop.example", "http//shop.example", "http:shop.example"]
)
def test_what_only_looks_like_a_link(link):
    """In the letter and in the text, at its place."""
    assert faults(text=f"Hello,\nsee {link}.") == [(FaultCode.LINK, "text", 2, 5, f"{link}.")]
    [(code, part, *_, what)] = faults(mjml=BODY.format(f'<a href="{link}">See</a>'))
    assert (code, part, what) == (FaultCode.LINK, "mjml", link)


@pytest.mark.parametrize("link", NO_LINKS)
def test_a_link_that_begins_nowhere_and_goes_on(link):
    led = f"{link}/?name={{{{ customer.first_name | url_encode }}}}"
    assert [one[:2] for one in faults(mjml=BODY.format(f'<a href="{led}">See</a>'))] == [
        (FaultCode.LINK, "mjml")
    ]
    assert [one[:2] for one in faults(text=led)] == [(FaultCode.LINK, "text")]


@pytest.mark.parametrize("link", LINKS)
def test_what_is_a_link(link):
    assert faults(text=f"See {link}, or ({link}).", mjml=BODY.format(f'<a href="{link}">See</a>')) == []
    assert faults(text=f"{link.partition('?')[0]}/?name={{{{ customer.first_name | url_encode }}}}") == []
    assert faults(text="Our address begins with https") == []


def test_too_long_with_a_long_checkout():
    """Two goods stand in the sample, ten may stand in a mail: Gmail would cut it."""
    line = "<br />{{ line.name }}" + "." * 12_000
    loop = f"{{% for line in occasion.lines %}}{line}{{% endfor %}}"
    [(code, part, *_)] = faults("abandoned_checkout", mjml=BODY.format(loop))
    assert (code, part) == (FaultCode.TOO_LONG, "mjml")
    assert faults("abandoned_checkout", mjml=BODY.format(loop.replace("." * 12_000, "..."))) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", names())
def test_what_ships_is_in_order(name, language):
    assert check(library.source(name, language), sample(name)) == []
