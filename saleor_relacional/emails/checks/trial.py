"""A template shown to all the people that its message is for: with and without an offer, a name, a storefront, a
habit; every fault of what comes out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from itertools import cycle, islice

from saleor_relacional.emails.library import Source
from saleor_relacional.emails.look import Voice
from saleor_relacional.emails.problems import TemplateProblem
from saleor_relacional.emails.render import Rendered, render_from

from . import known, markup, present
from .fault import Fault, FaultCode, place

GMAIL = 100_000
"""Bytes. Gmail cuts a mail at 102 kB, and the foot with the way out goes first."""
OPTIONAL = ("storefront", "page", "privacy", "experience")
"""Links that a shop, or a mail, may not have."""
MOST_OF_A_LIST = 10
"""Goods that a mail is given at most (flows/sending/occasion.py)."""
LONGEST_NAME = 250
"""Characters of what they are called."""
_HREF = re.compile(r"href=\"([^\"]*)\"")
_OUTPUT = re.compile(rf"\{{\{{-?\s*links\.({'|'.join(OPTIONAL)})\b[^}}]*\}}\}}")
_MARK = "[[link {}]]"
_FILES = {
    "subject.liquid": "subject",
    "preheader.liquid": "preheader",
    "body.mjml": "mjml",
    "body.txt": "text",
}
_EXPERIENCES = (
    {"kind": "early_access", "collection": "Early", "person": "", "days": 0},
    {"kind": "call", "collection": "", "person": "Luis", "days": 3},
)


def shown(sample: Mapping[str, object], message: str = "") -> Iterator[Mapping[str, object]]:
    """The sample, and what it is like for others; the first of them has least. `message`: whose sample it is, where
    what is always there in it counts."""
    links = known.of(sample).get("links")
    if isinstance(links, Mapping):
        sample = {**sample, "links": {**links, "experience": None}}
        yield from _fewer_links(sample, links)
    yield sample
    occasion = sample.get("occasion")
    if isinstance(occasion, Mapping) and any(isinstance(value, list) for value in occasion.values()):
        yield {**sample, "occasion": {name: _most(value) for name, value in occasion.items()}}
    if isinstance(sample.get("offer"), Mapping):
        yield {**sample, "offer": None}
    yield from present.other_offers(sample)
    yield from present.without(message, sample)
    if "customer" in sample:
        yield {**sample, "customer": {"first_name": ""}}
    if "experience" in sample:
        for experience in _EXPERIENCES:
            yield {**sample, "experience": experience, "links": links}


def _fewer_links(sample: Mapping[str, object], links: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """For whom a shop, or a mail, has none of the links that not all have, or some; also where nothing is offered, and
    with what is given beside an offer."""
    none = {**links, **dict.fromkeys(OPTIONAL)}
    yield {**sample, "links": none}
    for some in (
        {**none, "storefront": links["storefront"]},
        {**links, "storefront": None, "experience": None},
    ):
        yield {**sample, "links": some}
    if isinstance(sample.get("offer"), Mapping):
        yield {**sample, "offer": None, "links": none}
    if "experience" in sample:
        yield from ({**sample, "experience": experience, "links": none} for experience in _EXPERIENCES)


def _most(value: object) -> object:
    """A list as long as it can be, of things with long names; anything else as it is."""
    if not isinstance(value, list) or not value:
        return value
    return [_named_long(one) for one in islice(cycle(value), MOST_OF_A_LIST)]


def _named_long(one: object) -> object:
    if isinstance(one, str):
        return f"{one} " * (LONGEST_NAME // (len(one) + 1))
    return {**one, "name": _named_long(one["name"])} if isinstance(one, Mapping) and one.get("name") else one


def faults(source: Source, sample: Mapping[str, object], read: markup.Read) -> list[Fault]:
    """Of the first of them for whom it goes wrong; empty: it is fine for all."""
    everybody = list(shown(sample, source.name.partition("/")[0]))
    for data in everybody:
        if found := _faults(source, data, read):
            return found
    if found := _dead_in_text(source, everybody):
        return found
    usted = replace(source, look=replace(source.look, voice=Voice.USTED))
    return _faults(usted, everybody[-1], read)


def _faults(source: Source, data: Mapping[str, object], read: markup.Read) -> list[Fault]:
    try:
        made = render_from(source, source.language, data)
    except TemplateProblem as problem:
        return [_of_problem(problem, read)]
    return [*_too_long(made), *_dead_links(made, read)]


def _of_problem(problem: TemplateProblem, read: markup.Read) -> Fault:
    part = _FILES.get(problem.template.rpartition("/")[2])
    if part is None:  # in what is ours, because of what they said
        return Fault(code=FaultCode.MARKUP, part="mjml", what=problem.problem, near=problem.cure)
    if problem.problem == "the subject is empty":
        return Fault(code=FaultCode.EMPTY, part="subject")
    if problem.line is None and part == "mjml":
        astray = markup.astray(read)
        if astray:
            return astray
    code = FaultCode.MARKUP if part == "mjml" and problem.line is None else FaultCode.LIQUID
    return Fault(
        code=code, part=part, line=problem.line, column=problem.column, what=problem.problem, near=problem.cure
    )  # fmt: skip


def _too_long(made: Rendered) -> Iterator[Fault]:
    for part, said in (("mjml", made.html), ("text", made.text)):
        size = len(said.encode())
        if size > GMAIL:
            yield Fault(code=FaultCode.TOO_LONG, part=part, what=str(size), near=str(GMAIL))


def _dead_in_text(source: Source, everybody: Sequence[Mapping[str, object]]) -> list[Fault]:
    """Links of the text part that are nothing in a shop, or a mail, that does not have them: each is marked, and a mark
    that comes out stands before nothing."""
    outputs = list(_OUTPUT.finditer(source.text))
    if not outputs:
        return []
    marked, last = "", 0
    for number, found in enumerate(outputs):
        marked += f"{source.text[last : found.start()]}{_MARK.format(number)}"
        last = found.start()
    bare = replace(source, text=marked + source.text[last:], layout_text="{{ content }}")
    dead: set[int] = set()
    for data in everybody:
        links = data.get("links")
        missing = [n for n, one in enumerate(outputs) if isinstance(links, Mapping) and not links.get(one[1])]
        if missing:
            text = render_from(bare, source.language, data).text
            dead |= {number for number in missing if _MARK.format(number) in text}
    return [_dead(source.text, outputs[number]) for number in sorted(dead)]


def _dead(text: str, found: re.Match[str]) -> Fault:
    line, column = place(text, found.start())
    return Fault(
        code=FaultCode.LINK, part="text", line=line, column=column, what=found[0][:80], near="missing"
    )


def _dead_links(made: Rendered, read: markup.Read) -> Iterator[Fault]:
    """Links that are none once they are filled in. Ours, in head and foot, are in order."""
    dead = [found for found in _HREF.findall(made.html) if not markup.is_link(unescape(found))]
    if not dead:
        return
    filled = [(value, at) for value, at in markup.links(read) if "{{" in value] or markup.links(read)
    value, at = filled[0] if filled else ("", 0)
    for candidate, where in filled:
        if any(name in candidate for name in OPTIONAL):
            value, at = candidate, where
            break
    line, column = place(read.source, at)
    yield Fault(code=FaultCode.LINK, part="mjml", line=line, column=column, what=value[:80], near="missing")
