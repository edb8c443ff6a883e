"""Mails whose markup is compiled once per shape and then filled in are, byte for byte, those that are filled in first
and compiled whole."""

import re
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.emails import TemplateProblem, library, render_from, sample, skeleton
from saleor_relacional.emails.checks import trial
from saleor_relacional.emails.look import Look, Voice
from tests.running.tries import tries

LOOKS = [
    Look(),
    Look(
        page="#101010", logo_url="https://a.example/l.png?x=1&y=2", voice=Voice.USTED,
        signature='"Té" & Co \\ 100\xa0%', social=(("Here", "https://i.example/x?a=1&b=2"), ("There", "https://m.example/")),
    ),
]  # fmt: skip
NAMES = [
    "",
    " ",
    "Ana",
    "O'Neil",
    "Zoë",
    "A & B",
    "a\xa0b",
    "Ana\\María",
    "e\u0301",
    "😀",
    "<b>",
    'x"y',
    "q0z1q",
    "{{ x }}",
]
LINKS = ["https://a.example/?x=1&y=%20", "https://a.example/ñ\\\"'", "https://a.example/a:b_c-~(d)"]
NOWHERE = re.compile(r"(?!)")


def compiled_whole(source, data):
    """No value has a place: mrml is given all of the mail."""
    with mock.patch.object(skeleton, "_IN_TEXT", NOWHERE):
        return made(source, data)


def made(source, data):
    try:
        return render_from(source, source.language, data)
    except TemplateProblem as problem:
        return str(problem)


def people():
    """The sample of every message in every language, as others would get it."""
    for name in library.names():
        for language in library.languages(name):
            for data in trial.shown(sample(name), name):
                yield pytest.param(name, language, data, id=f"{name} {language}")


@pytest.mark.parametrize(("name", "language", "data"), people())
def test_every_message_that_ships_is_the_same(name, language, data):
    for look in LOOKS:
        source = replace(library.source(name, language), look=look)
        for first_name in ("Zoë", "O'Neil & Co", "a\\b"):
            shown = {**data, "customer": {"first_name": first_name}}
            assert made(source, shown) == compiled_whole(source, shown)


VALUES = st.sampled_from(
    ["{{ customer.first_name }}", "{{ shop.name }}", "{{ links.page }}", "{{ shop.name | upcase }}", "{{ size }}",
     "{{ said }}", '{{ "don\'t" | append: shop.name }}', "{{ customer.first_name | truncate: 4 }}"]
)  # fmt: skip
WORDS = st.one_of(
    VALUES, st.sampled_from(["Hello, ", " ", "&nbsp;", "·", "\n", "1 > 0", "a\xa0b", "", "<br />"])
)


def inside(children):
    text = st.lists(children, max_size=4).map("".join)
    return st.one_of(
        st.tuples(VALUES, text).map(lambda both: f'<a href="{both[0]}">{both[1]}</a>'),
        st.tuples(VALUES, text).map(lambda both: f'<span style="color: {both[0]}">{both[1]}</span>'),
        st.tuples(VALUES, text).map(lambda both: f"<b title='{both[0]}'>{both[1]}</b>"),
        text.map(lambda said: "{% if customer.first_name == 'Ana' %}" + said + "{% else %}x{% endif %}"),
        text.map(lambda said: "{% for one in many %}{{ one }}" + said + "{% endfor %}"),
        text.map(lambda said: "{% capture said %}" + said + "{% endcapture %}{{ said }}"),
    )


INSIDE = st.recursive(WORDS, inside, max_leaves=6)
ELEMENT = st.one_of(
    INSIDE.map(lambda said: f"<mj-text>{said}</mj-text>"),
    st.tuples(VALUES, INSIDE).map(lambda both: f'<mj-button href="{both[0]}">{both[1]}</mj-button>'),
    st.tuples(VALUES, VALUES).map(lambda both: f'<mj-image src="{both[0]}" alt="{both[1]}" />'),
    VALUES.map(lambda said: f'<mj-spacer height="{said}px" />'),
    VALUES.map(lambda said: f'<mj-text css-class="{said}" color="{said}">x</mj-text>'),
    INSIDE.map(lambda said: f"<mj-table><tr><td>{said}</td></tr></mj-table>"),
    INSIDE.map(lambda said: "{% if offer %}<mj-text>" + said + "</mj-text>{% endif %}"),
    VALUES.map(lambda said: f"<!-- {said} -->"),
    VALUES.map(lambda said: f"<mj-text>a<{said}</mj-text>"),
    VALUES,
)
BODY = st.lists(ELEMENT, min_size=1, max_size=5).map(
    lambda elements: '{% assign said = "" %}<mj-section><mj-column>'
    + "".join(elements)
    + "</mj-column></mj-section>"
)


@given(
    BODY, st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(LINKS),
    st.sampled_from([7, "12", "auto", ""]),
    st.sampled_from(["Hello", "{{ shop.name }}!", "{{ customer.first_name }} {{ links.page }}."]),
)  # fmt: skip
@settings(max_examples=tries(600), deadline=None)
def test_whatever_an_admin_writes_is_the_same(body, name, shop, link, size, subject):
    """Or the same problem."""
    data = {
        **sample("win_back"), "customer": {"first_name": name}, "shop": {"name": shop}, "size": size,
        "many": [name, "b"],
    }  # fmt: skip
    data["links"] = {**data["links"], "page": link.replace('"', "%22"), "unsubscribe": link}
    source = replace(
        library.source("win_back", "en"), mjml=body, subject=subject, preheader="{{ shop.name }}"
    )
    assert made(source, data) == compiled_whole(source, data)


def test_a_campaigns_mails_are_compiled_once_per_shape():
    """Whoever they are for, whatever their codes and links are."""
    source = library.source("win_back", "es")
    skeleton._compiled.cache_clear()
    for number in range(20):
        data = sample("win_back")
        data["customer"] = {"first_name": f"Ana{chr(97 + number)}"}
        data["offer"] = {**data["offer"], "code": str(10**11 + number)}
        data["links"] = dict.fromkeys(data["links"], f"https://a.example/{number}:x_-/")
        made(source, data)
        made(source, {**data, "offer": None})
    assert skeleton._compiled.cache_info().misses == 2
