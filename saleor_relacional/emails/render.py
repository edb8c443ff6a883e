"""Makes subject, HTML and text of a message's name and data. No Django, no clock, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from babel import Locale
from markupsafe import Markup

from . import library, mjml, skeleton
from .data import clean, one_line
from .languages import locale_of
from .library import Source
from .liquid_source import compile_source, evaluate, output
from .problems import TemplateProblem

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One mail's words, ready to be addressed."""

    subject: str
    """One line, not escaped."""
    preheader: str = ""
    """One line, not escaped; it stands in the HTML, unseen."""
    html: str
    text: str
    template_version: str
    """64 hex digits over all templates that had a part in it."""
    language: str = "en"
    """The language the words are in, which need not be the one asked for."""


def render(name: str, language: str, data: Mapping[str, object]) -> Rendered:
    """A message as it ships, in the best language there is for it."""
    return render_from(library.source(name, language), language, data)


def render_from(source: Source, language: str, data: Mapping[str, object]) -> Rendered:
    """Any message; numbers and dates are written as readers of `language` do."""
    return render_with_markup(source, language, data)[0]


def render_with_markup(
    source: Source, language: str, data: Mapping[str, object]
) -> tuple[Rendered, skeleton.Markup]:  # fmt: skip
    """The same, and the markup of which its HTML was made."""
    locale = locale_of(language, source.language)
    framed = _framed(source, _told(source, clean(data), locale), locale)
    markup = _markup(source, framed, locale)
    rendered = Rendered(
        subject=str(framed["subject"]),
        preheader=str(framed["preheader"]),
        html=skeleton.to_html(markup, f"{source.name}/body.mjml"),
        text=_text(source, framed, locale),
        template_version=source.version,
        language=source.language,
    )
    return rendered, markup


def render_source(
    subject: str,
    mjml: str,
    text: str,
    language: str,
    data: Mapping[str, object],
    *,
    reason_of: str = "win_back",
    preheader: str = "",
) -> Rendered:
    """A shop's own words for a message that ships: its header, footer and reason stay ours."""
    kind = library.source(reason_of, language)
    name = f"own {reason_of}/{kind.language}"
    source = replace(kind, name=name, subject=subject, preheader=preheader, mjml=mjml, text=text)
    return render_from(source, language, data)


def why(source: Source, language: str, data: Mapping[str, object]) -> str:
    """Why somebody gets this message and on what ground: the sentences in its foot, and wherever somebody asks."""
    locale = locale_of(language, source.language)
    return _why(source, {**clean(data), "voice": source.look.voice}, locale)


def ours(source: Source, locale: Locale) -> Locale:
    """How the sentences that are ours write numbers and dates: an English one has no Portuguese day in it."""
    return locale_of(source.frame, source.frame) if source.frame else locale


def letter(source: Source, language: str, data: Mapping[str, object]) -> str:
    """The MJML of its own words, filled in, without head and foot."""
    locale = locale_of(language, source.language)
    framed = _framed(source, _told(source, clean(data), locale), locale)
    return _liquid(source, "body.mjml", source.mjml, framed, locale, html=True)


def _why(source: Source, data: Mapping[str, object], locale: Locale) -> str:
    locale = ours(source, locale)
    parts = {"reason.liquid": source.reason, "basis.liquid": source.basis}
    said = (one_line(_liquid(source, part, text, data, locale)) for part, text in parts.items())
    return " ".join(sentence for sentence in said if sentence)


def _framed(source: Source, data: Mapping[str, object], locale: Locale) -> Mapping[str, object]:
    """The data with what stands around the words."""
    subject = _subject(source, data, locale)
    preheader = one_line(_liquid(source, "preheader.liquid", source.preheader, data, locale))[
        :LONGEST_SUBJECT
    ]
    return {
        **data, "subject": subject, "preheader": preheader, "reason": _why(source, data, locale),
        "look": source.look.told(_shop(data)),
    }  # fmt: skip


def _shop(data: Mapping[str, object]) -> str:
    shop = data.get("shop")
    return str(shop.get("name") or "") if isinstance(shop, Mapping) else ""


def _told(source: Source, data: Mapping[str, object], locale: Locale) -> Mapping[str, object]:
    """The data with the words of what the mail gives: the same in every message of a language."""
    words = {
        "offer": {"words": source.offer, "use": source.offer_use, "headline": source.offer_headline},
        "experience": {"words": source.experience},
    }
    look, locale = source.look, ours(source, locale)
    told = {**data, "voice": look.voice.value, "signature": look.signature or _shop(data)}
    for name, parts in words.items():
        given = data.get(name)
        if isinstance(given, Mapping):
            said = {
                part: _liquid(source, f"{name}.liquid", text, told, locale) for part, text in parts.items()
            }
            told[name] = {**given, **{part: _sentence(text) for part, text in said.items()}}
    return told


def _sentence(text: str) -> str:
    """In one line; blanks that do not break stay, as between a number and its sign."""
    return one_line(re.sub(r"[ \n\t]+", " ", text)).replace(" ,", ",")


def _subject(source: Source, data: Mapping[str, object], locale: Locale) -> str:
    words = " ".join(_liquid(source, "subject.liquid", source.subject, data, locale).split())
    subject = one_line(words)[:LONGEST_SUBJECT].rstrip()
    if not subject:
        raise TemplateProblem("the subject is empty", template=source.name, cure="Write one.")
    return subject


def _markup(source: Source, data: Mapping[str, object], locale: Locale) -> skeleton.Markup:
    said = output(compile_source(source.mjml, f"{source.name}/body.mjml", html=True), data, locale)
    mjml.check_body(said.getvalue(), f"{source.name}/body.mjml")
    body = skeleton.of(said)
    framed = {**data, "content": Markup(body.skeleton)}  # escaped already, value by value
    layout = compile_source(source.look.colour(source.layout_mjml), f"{source.name}/layout.mjml", html=True)
    places = said.size - len(body.skeleton.encode())
    return skeleton.of(output(layout, framed, locale, size=places), body.values)


def _text(source: Source, data: Mapping[str, object], locale: Locale) -> str:
    body = _liquid(source, "body.txt", source.text, data, locale).strip()
    whole = _liquid(source, "layout.txt", source.layout_text, {**data, "content": body}, locale)
    lines = "\n".join(line.rstrip() for line in whole.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _liquid(
    source: Source,
    part: str,
    template: str,
    data: Mapping[str, object],
    locale: Locale,
    *,
    html: bool = False,
) -> str:
    return evaluate(compile_source(template, f"{source.name}/{part}", html=html), data, locale)
