"""The words that people agree to, as forms: one per place, a field per language, and one more language."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional.dashboard import languages
from saleor_relacional.dashboard.fields import Field, Typed
from saleor_relacional.dashboard.filters import day
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import consent_texts
from saleor_relacional.models import ConsentPlace, ConsentText

CODE = "agreed_"
SHOWN = 20
"""Versions of a page of them."""


def all_forms() -> Iterator[Form]:
    """One per place."""
    for place in ConsentPlace:
        yield _form(place, consent_texts.holding(place))


def versions(code: str, reader: str, *, before: int | None = None) -> dict[str, Any]:
    """What was written for the place of this form, the latest first, a page of it, and before which the next page is;
    of any other form nothing."""
    place = code.removeprefix(CODE)
    if not code.startswith(CODE) or place not in ConsentPlace.values:
        return {"versions": [], "earlier": None}
    names = StaffNames(reader)
    rows = consent_texts.history(place, most=SHOWN + 1, before=before)
    shown = [
        {"language": languages.name(row.language), "number": row.number, "at": row.made_at,
         "by": names.of(row.made_by), "text": row.text}
        for row in rows[:SHOWN]
    ]  # fmt: skip
    return {"versions": shown, "earlier": rows[SHOWN - 1].pk if len(rows) > SHOWN else None}


def _form(place: ConsentPlace, own: Mapping[str, ConsentText]) -> Form:
    tags = [*consent_texts.LANGUAGES, *(tag for tag in own if tag not in consent_texts.LANGUAGES)]
    kind = "text" if place in consent_texts.LONGEST else "words"
    written = [tag for tag in tags if tag in own and own[tag].text]

    def save(typed: Typed, now: datetime, who: str) -> None:
        for tag in tags:
            if f"text:{tag}" in typed:
                _save(place, tag, typed[f"text:{tag}"], f"text:{tag}", now, who)
        if typed.get("language") or typed.get("text", "").strip():
            if not typed.get("language"):
                raise BadInput(_("Choose the language."), code="REQUIRED", field="language")
            if not typed.get("text", "").strip():
                raise BadInput(_("Write the words."), code="REQUIRED", field="text")
            _save(place, typed["language"], typed["text"], "text", now, who)

    return Form(
        code=f"{CODE}{place}", title=_title(place), decided=_decided(place, written), lead=_lead(place),
        fields=(
            *(_field(place, tag, kind, own.get(tag)) for tag in tags),
            Field(name="language", label=_("Another language"), kind="choice",
                  options=[("", "–"), *languages.others(tags)]),
            Field(name="text", label=_("Its words"), kind=kind,
                  hint=_("Whoever reads a language that is not here reads English.")
                  if place != ConsentPlace.SOFT_OPT_IN else ""),
        ),
        save=save,
    )  # fmt: skip


def _save(place: str, tag: str, text: str, field: str, now: datetime, who: str) -> None:
    """Raises BadInput with the field as the form names it."""
    try:
        consent_texts.save(place, tag, text, who=who, now=now)
    except BadInput as error:
        named = field if error.field == "text" else "language"
        raise BadInput(error.message, code=error.code, field=named) from error


def _field(place: str, tag: str, kind: str, row: ConsentText | None) -> Field:
    ships = consent_texts.of_shop(consent_texts.shipped(place, tag))
    said = _("Version %(number)s, since %(day)s.") if row and row.text else ""
    return Field(
        name=f"text:{tag}", label=languages.name(tag), kind=kind, value=row.text if row else "",
        hint=_("Empty: “%(words)s”") % {"words": ships} if ships else "",
        said=said % {"number": row.number, "day": day(row.made_at)} if row else "",
    )  # fmt: skip


def _title(place: ConsentPlace) -> str:
    return {
        ConsentPlace.NEWSLETTER: _("What people agree to: the newsletter"),
        ConsentPlace.CHECKOUT: _("What people agree to: the box at the checkout"),
        ConsentPlace.STAY: _("What people agree to: the button to stay after all"),
        ConsentPlace.PROFILING: _("What people agree to: the button that lets you learn from their orders again"),
        ConsentPlace.SOFT_OPT_IN: _("What buyers are told when they buy"),
    }[place]  # fmt: skip


def _lead(place: ConsentPlace) -> str:
    where = {
        ConsentPlace.NEWSLETTER: _("It stands above the button of the newsletter's form, in the mail that asks for the"
                                   " confirmation, and wherever your storefront asks us for it."),
        ConsentPlace.CHECKOUT: _("It stands beside the box at the checkout, where your storefront asks us for it."),
        ConsentPlace.STAY: _("Whoever has just left can press it, and is written to again."),
        ConsentPlace.PROFILING: _("Whoever has objected to conclusions about them can press it on their page."),
        ConsentPlace.SOFT_OPT_IN: _("Word for word as your shop shows it: it is kept as the evidence."),
    }[place]  # fmt: skip
    kept = _(
        "New words hold from now on. What was agreed to before keeps the words that it was agreed to with."
    )
    return f"{where} {kept} " + _("{shop} becomes the shop's name.")


def _decided(place: ConsentPlace, written: list[str]) -> str:
    if written:
        return _("yours: %(languages)s") % {"languages": ", ".join(map(languages.name, written))}
    return "" if place == ConsentPlace.SOFT_OPT_IN else _("the words that ship")
