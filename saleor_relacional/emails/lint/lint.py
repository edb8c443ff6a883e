"""The linter: reads the words as they stand, and the mail that comes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from saleor_relacional.emails.checks import markup, trial
from saleor_relacional.emails.checks.fault import place
from saleor_relacional.emails.library import Source
from saleor_relacional.emails.look import Voice
from saleor_relacional.emails.render import letter, render_from

from . import words
from .remark import Remark, RemarkCode

PARTS = ("subject", "preheader", "mjml", "text")
LONGEST_READ = 240
"""Words of a mail, without its foot: what people read in a minute (Brysbaert 2019: 238 a minute)."""
_FOOT = "--------------------------------"
_LINKED = re.compile(r"<(a|mj-button)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_BUTTON = re.compile(r"<mj-button\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BRANCH = re.compile(r"\{%-?\s*(if|unless|endif|endunless|else|elsif)\b\s*(.*?)\s*-?%\}", re.DOTALL)
_BRACES = re.compile(r"\{%-?|-?%\}")
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def lint(source: Source, sample: Mapping[str, object], *, offers: bool) -> list[Remark]:
    """All remarks on a message that passes its checks. `offers`: whether it may offer something; else it says neither
    price nor code, but for the prices of the goods that it shows."""
    language = source.language.partition("-")[0]
    found = [*_reply(source)]
    for part in PARTS:
        text = getattr(source, part)
        found += _urgency(text, part, language)
        found += [] if offers else _prices(text, part)
    return [
        *found,
        *_pictures(source.mjml),
        *_links(source.mjml, language),
        *_as_read(source, sample, language),
    ]


def _reply(source: Source) -> Iterator[Remark]:
    """Also where Liquid stands before it, which may come to nothing."""
    found = words.REPLY.match(_LIQUID.sub(_blank, source.subject))
    if found:
        at = found.start(1)
        line, column = place(source.subject, at)
        said = source.subject[at : found.end()].strip()
        yield Remark(code=RemarkCode.FALSE_REPLY, part="subject", line=line, column=column, what=said)


def _urgency(text: str, part: str, language: str) -> Iterator[Remark]:
    """In a line that names no day until when. The numbers of a tag are none."""
    said = _TAG.sub(_blank, text) if part == "mjml" else text
    for number, (line, words_alone) in enumerate(zip(text.split("\n"), said.split("\n"), strict=True), 1):
        found = words.URGENCY.get(language, words.URGENCY["en"]).search(line)
        if found and not words.DATE.search(words.PRICE.sub(_blank, words_alone)):
            yield Remark(
                code=RemarkCode.URGENCY, part=part, line=number, column=found.start() + 1, what=found[0]
            )


def _prices(text: str, part: str) -> Iterator[Remark]:
    """Outside of what is said only where there is an offer, and of what a product costs that is shown."""
    said = _not_offered(_TAG.sub(_blank, text) if part == "mjml" else text)
    said = _BRACES.sub(_blank, words.CARD.sub(_blank, said))
    for pattern in (words.PRICE, words.CODE, words.TYPED_CODE):
        found = pattern.search(said)
        if found:
            line, column = place(text, found.start())
            yield Remark(code=RemarkCode.PRICE, part=part, line=line, column=column, what=found[0])


def _not_offered(text: str) -> str:
    """The text without what stands in `{% if offer %}`, each sign in its place."""
    inside: list[bool] = []  # of each condition that is open: whether it is this one, in its first branch
    found, last = "", 0
    for tag in _BRANCH.finditer(text):
        passed = text[last : tag.start()]
        found += re.sub(r"[^\n]", " ", passed) if any(inside) else passed
        found, last = found + _blank(tag), tag.end()
        if tag[1] in ("if", "unless"):
            inside.append(tag[1] == "if" and tag[2] == "offer")
        elif inside and tag[1] in ("else", "elsif"):
            inside[-1] = False
        elif inside:
            inside.pop()
    return found + text[last:]


def _blank(found: re.Match[str]) -> str:
    """Nothing in the same place: no width of 50% is taken for a discount, and what stands behind keeps its place."""
    return re.sub(r"[^\n]", " ", found[0])


def _pictures(mjml: str) -> Iterator[Remark]:
    for tag in markup.read(mjml).tags:
        alt = [value for name, value, _ in tag.attributes if name == "alt"]
        if tag.name in ("img", "mj-image") and not (alt and alt[0].strip()):
            line, column = place(mjml, tag.at)
            yield Remark(code=RemarkCode.NO_ALT, part="mjml", line=line, column=column, what=f"<{tag.name}>")


def _links(mjml: str, language: str) -> Iterator[Remark]:
    for found in _LINKED.finditer(mjml):
        said = " ".join(_TAG.sub(" ", found[2]).split()).strip(" .:!»›→>")
        empty = words.EMPTY_LINK.get(language, words.EMPTY_LINK["en"]).fullmatch(said)
        pictured = re.search(r"<img\b", found[2], re.IGNORECASE)
        if empty or markup.WEB.fullmatch(said) or not (said or pictured):
            line, column = place(mjml, found.start())
            yield Remark(code=RemarkCode.LINK_TEXT, part="mjml", line=line, column=column, what=said[:60])


def _as_read(source: Source, sample: Mapping[str, object], language: str) -> Iterator[Remark]:
    """Of what comes out of it: how long it is, how many buttons somebody sees, how it speaks."""
    message = source.name.partition("/")[0]
    data = next(iter(trial.shown(sample, message)))
    made = render_from(source, source.language, data)
    letters = [letter(source, source.language, each) for each in trial.shown(sample, message)]
    read = {
        "mjml": len(_TAG.sub(" ", letters[0]).split()),
        "text": len(made.text.partition(_FOOT)[0].split()),
    }
    longer = max(read, key=lambda part: read[part])
    if read[longer] > LONGEST_READ:
        yield Remark(code=RemarkCode.LONG, part=longer, what=str(read[longer]))
    seen = max(len(_BUTTON.findall(each)) for each in letters)
    if seen > 1:
        tags = [tag for tag in markup.read(source.mjml).tags if tag.name == "mj-button" and not tag.closes]
        line, column = place(source.mjml, tags[:2][-1].at)
        yield Remark(code=RemarkCode.BUTTONS, part="mjml", line=line, column=column, what=str(seen))
    if language == "es" and source.look.voice is Voice.USTED:
        own = replace(source, layout_text="{{ content }}")
        told = words.TU.search(render_from(own, source.language, data).text)
        if told:
            yield Remark(code=RemarkCode.VOICE, part="text", what=told[0])
