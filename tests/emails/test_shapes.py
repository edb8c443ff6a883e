"""Mails that are filled into the shape that they have with others are, to the last character, those that are rendered
one by one."""

import quopri
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.emails import TemplateProblem, library, liquid_source, render_from, sample
from saleor_relacional.emails.checks import trial
from saleor_relacional.emails.data import clean
from saleor_relacional.emails.look import Look, Voice
from saleor_relacional.emails.shapes import fill, holes
from tests.emails.test_skeleton import BODY, LINKS, LOOKS, NAMES
from tests.running.tries import FEWER, THOROUGH, tries

HOSTILE = [
    *NAMES, ",", "Ana,", "a , b", "a  b", "=", "=3D", ".", "Ana\n.\nBcc: x", "a\u2028b", "a\u200db", "\ud800",
    "&amp;", "10\xa0%", "x" * 39, "x" * 250, "Ñ" * 39, '{% raw %}"', holes._MARK, f"{holes._MARK}0q",
    "q" * 16 + "0q", "None", "0", "–", "￼",
]  # fmt: skip
DAYS = ["2025-03-14", "2025-03-15", datetime(2025, 3, 14, 23, 30, tzinfo=UTC), "no day", None, "", 7]


def made(render, source, language, data):
    try:
        return render(source, language, data)
    except TemplateProblem as problem:
        return str(problem)


def same(source, language, people):
    """Each of these mails, the first of its shape and the last, says what it says when it is rendered alone; how many
    were filled in."""
    filled = 0
    alone = {
        id(data): made(render_from, source, language, data) for data in {id(d): d for d in people}.values()
    }
    for data in people * 3:
        shaped = made(fill.render, source, language, data)
        assert shaped == alone[id(data)]
        quoted = getattr(getattr(shaped, "html", None), "quoted", None)
        if quoted is not None:
            filled += 1
            assert quopri.decodestring(quoted).decode().replace("\r\n", "\n") == shaped.html
            assert b"\n" not in quoted.replace(b"\r\n", b"") and max(map(len, quoted.split(b"\r\n"))) <= 76
            assert not quoted.endswith(b"=\r\n")
    return filled


def somebody(data, name, day, number):
    """The same occasion, told to somebody else."""
    links = {key: link and f"{link}{number}" for key, link in data["links"].items()}
    told = {**data, "customer": {"first_name": name}, "links": links}
    for key in ("first_purchase", "last_purchase"):
        if key in told:
            told[key] = {"on": day}
    if told.get("offer"):
        told["offer"] = {**told["offer"], "code": str(10**11 + number)}
    return told


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "own"])
@pytest.mark.parametrize("name", library.names())
def test_every_message_that_ships_is_the_same(name, look):
    """For everybody, in every language, and it is filled in for most. The oddest names are dealt out among the samples
    of a message; in a thorough run each sample has them all."""
    for place, language in enumerate(library.languages(name)):
        source = replace(library.source(name, language), look=look)
        for number, data in enumerate(trial.shown(sample(name), name), place):
            people = [
                somebody(data, first, DAYS[n % 2], n) for n, first in enumerate(["Ana", "Luis", "Eva", ""])
            ]
            people *= 3  # the first of them teach what the markup reads
            assert same(source, language, people) >= 12
            names = [*enumerate(HOSTILE)] if THOROUGH else [*enumerate(HOSTILE)][number % FEWER :: FEWER]
            same(source, language, [somebody(data, first, DAYS[n % len(DAYS)], n) for n, first in names])


WORDS = st.sampled_from(
    ["Hello, ", " ", "\n", ",", ", ", "&nbsp;", "{{ customer.first_name }}",
     "{{ customer.first_name | person }}", "{{ name }}", "{{- customer.first_name -}}", "{{ offer.words }}",
     "{{ offer.words | capitalize }}", "{{ offer.code }}", "{{ offer.use }}", "{{ offer.use | truncate: 20 }}",
     "{{ offer.percent | percent }}", "{{ offer.money | money }}", "{{ last_purchase.on | date }}",
     "{{ last_purchase.on }}", "{{ offer.valid_until | date }}", "{{ customer }}", "{{ offer }}",
     "{{ customer.first_name.size }}", "{{ customer.first_name | upcase }}",
     "{{ customer.first_name | default: 'you' }}", "{{ links.page }}", "{{ reason }}",
     "{{ rhythm.days | number }}", "{{ said | append: customer.first_name }}", "{{ customer[key] }}",
     "{{ customer['first_name'] }}", "{{ preheader }}", "{{ subject }}", "{{ offer.words.size }}",
     "{{ missing }}", "{{ many | names }}", "{{ many[0] }}"]
)  # fmt: skip
CONDITIONS = st.sampled_from(
    ["name != ''", "name == blank", "customer.first_name == 'Ana'", "customer.first_name == empty", "offer",
     "offer.words", "offer.words == ''", "offer.words contains '10'", "last_purchase.on",
     "last_purchase.on == first_purchase.on", "rhythm.days > 30", "rhythm.days and name != ''",
     "customer.first_name < 'B'", "name", "name == 'Ana'", "nothing == nil",
     "many contains customer.first_name", "offer.percent or offer.money"]
)  # fmt: skip


def inside(children):
    text = st.lists(children, max_size=4).map("".join)
    return st.one_of(
        st.tuples(CONDITIONS, text).map(
            lambda both: f"{{% if {both[0]} %}}{both[1]}{{% else %}}x{{% endif %}}"
        ),
        st.tuples(CONDITIONS, text).map(lambda both: f"{{% unless {both[0]} %}}{both[1]}{{% endunless %}}"),
        text.map(lambda said: "{% for one in many %}{{ one }}" + said + "{% endfor %}"),
        text.map(lambda said: "{% for name in many %}{{ name }}" + said + "{% endfor %}"),
        text.map(lambda said: "{% capture said %}" + said + "{% endcapture %}{{ said | upcase }}"),
        text.map(lambda said: "{% capture name %}" + said + "{% endcapture %}"),
        text.map(lambda said: "{% assign name = last_purchase.on | date %}" + said),
        text.map(lambda said: "{% assign offer = customer.first_name %}" + said),
        text.map(lambda said: "{% assign customer = name %}" + said),
        text.map(
            lambda said: "{% case customer.first_name %}{% when 'Ana', name %}" + said + "{% endcase %}"
        ),
        text.map(lambda said: "{% case offer.kind %}{% when 'fixed' %}" + said + "{% else %}-{% endcase %}"),
    )


INSIDE = st.recursive(WORDS, inside, max_leaves=8)
PERSON = st.tuples(
    st.sampled_from(HOSTILE),
    st.sampled_from(DAYS),
    st.sampled_from(LINKS),
    st.sampled_from([7, 42, 0, None, "9"]),
)


@given(
    st.lists(INSIDE, max_size=5).map("".join), BODY, st.lists(INSIDE, max_size=3).map("".join),
    st.sampled_from(
        ["{{ offer.headline }}", "Hello {{ customer.first_name }}", "{{ shop.name }}, {{ last_purchase.on | date }}"]
    ),
    st.sampled_from(["", "{{ offer.code }} {{ customer.first_name | person }}", "{{ offer.words | upcase }}"]),
    st.lists(PERSON, min_size=2, max_size=4), st.booleans(),
)  # fmt: skip
@settings(max_examples=tries(120), deadline=None)
def test_whatever_an_admin_writes_is_the_same(words, body, text, subject, preheader, people, whole):
    """Whoever it is for. Or the same problem."""
    begin = "{% assign name = customer.first_name | person %}{% assign said = 'x' %}"
    element = f"<mj-text>{words}</mj-text>"
    mjml = body if whole else f"<mj-section><mj-column>{element}</mj-column></mj-section>{body}"
    source = replace(
        library.source("win_back", "en"),
        mjml=begin + mjml,
        text=begin + text,
        subject=subject,
        preheader=preheader,
    )
    shown = {**sample("win_back"), "size": 7, "many": ["Ana", "b"], "nothing": None, "key": "first_name"}
    told = []
    for number, (name, day, link, days) in enumerate(people):
        one = somebody(shown, name, day, number)
        one["links"]["page"], one["rhythm"] = link.replace('"', "%22"), {"days": days}
        told.append(one)
    same(source, "en", told)


def test_a_campaigns_mails_are_rendered_once_per_shape():
    """Whoever they are for, whatever their codes, days and links are: all but a few are filled in."""
    for language in ("en", "es"):
        source = replace(
            library.source("win_back", language), look=Look(signature=f"Ana {language}", voice=Voice.USTED)
        )
        people = [somebody(sample("win_back"), f"Ana{n}", f"2025-03-{1 + n % 28:02}", n) for n in range(40)]
        assert same(source, language, people) >= 3 * 40 - 8


def test_nobody_gets_what_holds_for_somebody_else():
    """Whoever differs in what a condition asks, and in nothing that is printed, has another shape."""
    asks = '{% if customer.first_name == "Ana" %}Ana{% endif %}{% if offer.once %}Once{% endif %}{{ offer.code }}'
    source = replace(library.source("win_back", "en"), text=asks, mjml="<mj-section></mj-section>")
    people = []
    for number in range(16):
        one = somebody(sample("win_back"), ["Ana", "Eva"][number % 2], "2025-03-14", number)
        people.append({**one, "offer": {**one["offer"], "once": number % 4 > 1}})
    assert same(source, "en", people) > 24


def test_nobody_is_kept_for_longer_than_a_batch():
    """Neither whose mail was the first of its shape, nor a value by which a shape is found. The next batch begins the
    shape anew, and its mails are the same."""
    asks = '{% if customer.first_name == "Zenobia" %}Dear {% endif %}{{ offer.code }}'
    source = replace(library.source("win_back", "en"), text=asks, mjml="<mj-section></mj-section>")
    zenobia = somebody(sample("win_back"), "Zenobia", "2025-03-14", 1)
    fill.forget()
    fill.render(source, "en", zenobia)
    [place] = fill._waiting
    assert "Zenobia" in str(place.first)
    fill.forget()
    assert place.first is None and fill._waiting == []
    assert "Zenobia" in str(fill._key(holes.marked(source, frozenset()), clean(zenobia)))
    assert "Zenobia" not in str(fill._digest(fill._key(holes.marked(source, frozenset()), clean(zenobia))))
    assert same(source, "en", [zenobia] * 4) > 0


def test_a_message_that_is_too_long_with_its_marks():
    """It is rendered as ever."""
    text = "{{ customer.first_name }} {{ offer.code }}\n" * 100
    source = replace(library.source("win_back", "en"), text=text + "x" * (liquid_source.LONGEST - len(text)))
    people = [somebody(sample("win_back"), "Ana", "2025-03-14", number) for number in range(3)]
    assert same(source, "en", people) == 0
    assert "Ana 100000000000" in fill.render(source, "en", people[0]).text


def test_what_a_part_looks_at_has_no_mark():
    """Words of the offer in capitals would be marks in capitals."""
    source = replace(library.source("win_back", "en"), text="{{ offer.words | upcase }}{{ offer.code }}")
    marked = holes.marked(source, frozenset())
    names = {marked.holes[number].name for number in marked.used}
    assert ("offer", "code") in names
    assert not names & {("offer", "percent"), ("offer", "money"), ("offer", "minimum")}
    assert "offer.percent" in marked.source.offer
