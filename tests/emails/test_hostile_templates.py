"""What somebody with the right to write a template, and bad intent or bad luck, can do: nothing, quickly."""

import threading
import time
import tracemalloc
from dataclasses import replace

import pytest

from saleor_relacional.emails import TemplateProblem, library, render_source, sample
from saleor_relacional.emails.checks import check
from saleor_relacional.emails.liquid_source import compile_source
from saleor_relacional.emails.mjml import MOST_ELEMENTS

MANY = {"many": list(range(100))}
NEST = "{% for a in many %}{% for b in many %}{% for c in many %}{% for d in many %}x"
NEST += "{% endfor %}" * 4
DOUBLE = '{% assign s = "0123456789" %}' + "{% assign s = s | append: s %}" * 40
CHAIN = '{% assign s = "0123456789" %}{{ s' + " | append: s" * 5_000 + " }}"
WIDE = "{% capture s %}" + "x" * 30_000 + "{% endcapture %}"

HOSTILE = {
    "nested loops": NEST,
    "loops in a row": "{% for a in many %}{% endfor %}" * 25,
    "a loop inside, never printing": "{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}",
    "a range": "{% for i in (1..1000000000) %}{% endfor %}",
    "a range, reversed": "{% for i in (1..999999999) reversed limit:1 %}{% endfor %}",
    "a range in an output": "{{ (1..999999999) | size }}",
    "a range in a condition": '{% if (1..999999999) contains "x" %}{% endif %}',
    "huge output": WIDE + "{{ s }}" * 10,
    "huge variable": DOUBLE,
    "huge capture": "{% capture a %}{% for i in many %}" + "y" * 3_000 + "{% endfor %}{% endcapture %}",
    "many variables": "".join("{% assign v" + str(n) + ' = "some words" %}' for n in range(1_000)),
    "a long chain of filters": CHAIN,
    "a long chain of filters on a long text": WIDE + "{{ s" + " | upcase" * 25_000 + "}}",
    "many steps": "{% for a in many %}" + "{% assign x = 1 %}" * 300 + "{% endfor %}",
    "nested blocks": "{% if true %}" * 500 + "{% endif %}" * 500,
    "a long condition": "{% if 1 " + "and 1 " * 8_000 + "%}{% endif %}",
    "nested brackets": "{{ " + "many[" * 5_000 + "0" + "]" * 5_000 + " }}",
    "unclosed": "{{" * 30_000,
    "unclosed tags": "{% if " * 10_000,
    "unclosed raw": "{% raw %}" * 7_000,
    "a tag of blanks": "{{" + " " * 60_000 + "}}",
    "an unclosed tag of blanks": "{%" + " " * 60_000,
    "an unclosed comment": "{% comment %}" * 4_000,
    "quotes": "{{ " + "'\"" * 30_000 + " }}",
    "too long a source": "x" * 64_001,
    "include": '{% include "/etc/passwd" %}',
    "render": '{% render "win_back/en/body" %}',
    "dunder of an object": "{{ shop.__class__.__mro__ }}",
    "dunder by brackets": '{{ shop["__class__"] }}',
    "method of a string": "{{ shop.name.format }}",
    "method of a mapping": "{{ shop.items }}",
    "unescape": "{{ shop.name | safe }}",
    "unescape in a branch not taken": "{% if offer == 1 %}{{ shop.name | safe }}{% endif %}",
    "replace": '{{ shop.name | replace: "", shop.name }}',
    "whole number without end": "{{ 9 | times: 9 }}",
    "break outside": "{% break %}",
    "tablerow": "{% tablerow a in many cols:1 %}{% endtablerow %}",
    "division": "{{ 1 | divided_by: 0 }}",
}


LONGEST_SECONDS, MOST_BYTES = 0.2, 1_000_000
"""Of one template, compiled and rendered, on the processor."""


def least_seconds(action, before=lambda: None):
    """Of this thread's processor, the least of three tries: others use the machine, too. `before` is not counted."""
    return min(_seconds(action, before) for _ in range(3))


def _seconds(action, before):
    before()
    began = time.thread_time()
    action()
    return time.thread_time() - began


def attempt(subject="s", mjml="", text="t"):
    problems = []

    def render():
        with pytest.raises(TemplateProblem) as caught:
            render_source(subject, mjml, text, "en", sample("win_back") | MANY)
        problems.append(caught.value)

    assert least_seconds(render, compile_source.cache_clear) < LONGEST_SECONDS
    assert len(str(problems[-1])) < 600
    return problems[-1]


@pytest.mark.parametrize("part", ["subject", "mjml", "text"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_ends_with_a_problem_that_names_the_template(part, source):
    assert attempt(**{part: source}).template.startswith("own win_back/en/")


@pytest.mark.parametrize("part", ["subject", "mjml", "text"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_is_refused_at_save_quickly_and_in_little_memory(part, source):
    """Whatever an admin tries to save."""
    hostile = replace(library.source("win_back", "en"), **{part: source})

    def before():
        check(library.source("win_back", "en"), sample("win_back"))
        compile_source.cache_clear()

    assert least_seconds(lambda: check(hostile, sample("win_back")), before) < LONGEST_SECONDS
    assert check(hostile, sample("win_back"))
    compile_source.cache_clear()
    check(library.source("win_back", "en"), sample("win_back"))
    tracemalloc.start()
    check(hostile, sample("win_back"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_BYTES


def text_element(inside):
    return f"<mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section>"


@pytest.mark.parametrize(
    "mjml",
    [
        '<mj-include path="/etc/passwd" />',
        '<mj-include path="http://127.0.0.1:9/x.mjml" />',
        "<mj-include path='file:///etc/passwd'></mj-include>",
        "<MJ-INCLUDE path='/etc/passwd' />",
        "<mjml><mj-body></mj-body></mjml>",
        "</mj-wrapper></mj-body></mjml>",
        "<mj-raw><!-- </mj-raw>",
        "<mj-sektion></mj-sektion>",
        "<mj-social><mj-social-element name='x' /></mj-social>",
        text_element("<script>1</script>"),
        text_element("<iframe src='https://x.example'></iframe>"),
        text_element("<style>.small { display: none }</style>"),
        text_element('{{ "<scr" }}{{ "ipt>" }}'),
        text_element("<!-- the foot"),
        text_element("<b>"),
        text_element("<div>" * 20_000 + "</div>" * 20_000),
        text_element("{% for a in many %}{% for b in shop %}<div>{% endfor %}" * 4 + "{% endfor %}" * 4),
        text_element("<a " + "b" * 30_000),
    ],
)
def test_mjml_reaches_no_file_no_network_and_no_foot(mjml):
    attempt(mjml=mjml)


def test_the_most_elements_allowed_do_not_overflow_a_small_stack():
    """In a thread of 2 MB, where mrml's recursion would end the process, not the rendering."""
    inside = MOST_ELEMENTS - 3
    body = text_element("<div>" * inside + "</div>" * inside)
    made = []
    before = threading.stack_size(2 * 1024 * 1024)
    try:
        thread = threading.Thread(
            target=lambda: made.append(render_source("s", body, "t", "en", sample("win_back")))
        )
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()

    assert "<div><div>" in made[0].html


def test_a_loop_over_a_list_of_ordinary_length_is_fine():
    mail = render_source(
        "s", "", "{% for a in many %}{{ a | number }} {% endfor %}", "en", sample("win_back") | MANY
    )
    assert "97 98 99" in mail.text
