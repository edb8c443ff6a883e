"""The words that people agree to: those that ship, and those that the owner wrote instead, per place and language.

Nothing is ever changed. Whatever was agreed to keeps the words that it was agreed to with; a new version holds from the
moment at which it is saved, and what somebody agreed to at an earlier moment is asked with that moment (`at`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.emails.languages import known, wanted
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.models import ConsentPlace, ConsentText, Policy

LANGUAGES = ("en", "es")
"""In which words ship."""
SHOP = "{shop}"
"""What stands for the shop's name."""
LONGEST = {ConsentPlace.STAY: 80, ConsentPlace.PROFILING: 80}
"""Of what is read on a button; elsewhere MOST."""
MOST = 1_000
_KEY = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*:[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is agreed to at one place, as somebody reads it."""

    text: str
    """Empty: nothing is said there."""
    language: str
    """Of the text, which need not be the one that was asked for."""
    number: int
    """Of the owner's version; 0: the words that ship."""

    @property
    def key(self) -> str:
        """Names exactly these words: a form that shows them sends it back."""
        return f"{self.language}:{self.number}"

    def tag_for(self, reader: str) -> str:
        """Language to be kept beside the text: the reader's own where the text is in a form of it (es-mx reads es)."""
        tag = known(reader)
        return tag if tag.partition("-")[0] == self.language.partition("-")[0] else self.language


def shipped(place: str, language: str) -> str:
    """The words that ship, with SHOP in them; empty where none do."""
    if language not in LANGUAGES or place == ConsentPlace.SOFT_OPT_IN:
        return ""
    with translation.override(language):
        if place == ConsentPlace.STAY:
            return _("Yes, keep writing to me about offers and news")
        if place == ConsentPlace.PROFILING:
            return _("You may learn my rhythm again")
        said = _("Yes, %(shop)s may send me news and offers by email. I can leave at any time.")
        return said % {"shop": SHOP}


def of(place: str, language: str, *, at: datetime | None = None) -> Words:
    """What a reader of this language agrees to at this place, now or at an earlier moment: in the best language that
    there is for it, the owner's words before those that ship within each: es-mx, es, en. One query.

    Of soft opt-in nothing ships: where it is written in none of these languages, in the first in which it is.
    """
    own = holding(place, at=at)
    tags = wanted(language)
    if place == ConsentPlace.SOFT_OPT_IN:
        tags += sorted(tag for tag, row in own.items() if row.text)
    for tag in tags:
        row = own.get(tag)
        if row is not None and row.text:
            return Words(text=of_shop(row.text), language=tag, number=row.number)
        if text := shipped(place, tag):
            return Words(text=of_shop(text), language=tag, number=0)
    return Words(text="", language="", number=0)


def read(place: str, key: str, language: str, *, at: datetime | None = None) -> Words:
    """The words of this key, which somebody has just read, whatever holds by now; where there are none of it, what
    holds in this language (`at`)."""
    return by_key(place, key) or of(place, language, at=at)


def told(place: str, said: str, language: str) -> Words:
    """What a storefront says that somebody has read: words of its own, or the key of the shop's. Raises BadInput where
    there are none of this key."""
    if not is_key(said):
        return Words(text=said, language=language, number=0)
    own = by_key(place, said)
    if own is None:
        raise BadInput(
            _("There are no words of this key: see relationshipConsentText."), code="NOT_FOUND", field="text"
        )
    return Words(text=own.text, language=own.tag_for(language), number=own.number)


def by_key(place: str, key: str) -> Words | None:
    """The words of this key; None where there are none of it at this place."""
    tag, _colon, number = key.partition(":")
    if number == "0" and (text := shipped(place, tag)):
        return Words(text=of_shop(text), language=tag, number=0)
    if _KEY.fullmatch(key):
        row = (
            ConsentText.objects.filter(place=place, language=tag, number=int(number)).exclude(text="").first()
        )
        if row is not None:
            return Words(text=of_shop(row.text), language=tag, number=row.number)
    return None


def is_key(text: str) -> bool:
    """Whether it names words, as `Words.key` does."""
    return bool(_KEY.fullmatch(text))


def holding(place: str, *, at: datetime | None = None) -> Mapping[str, ConsentText]:
    """Language → the owner's version that holds (at that moment), of every language in which one was ever saved."""
    rows = ConsentText.objects.filter(place=place)
    if at is not None:
        rows = rows.filter(made_at__lte=at)
    return {row.language: row for row in rows.order_by("language", "number")}


def written(place: str, language: str) -> str:
    """The owner's words as they were typed, with SHOP in them; empty: there are none."""
    row = holding(place).get(language)
    return row.text if row else ""


def history(
    place: str, *, most: int | None = None, before: int | None = None, using: str | None = None
) -> list[ConsentText]:  # fmt: skip
    """Every version of the words at one place, the latest first; `most` of them, and with `before` of those that were
    saved before that one (its key in the database)."""
    rows = ConsentText.objects.at(using).filter(place=place).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:most])


def main_language() -> str:
    """In which soft opt-in was first written of those in which it still is; empty: in none."""
    written = [tag for tag, row in holding(ConsentPlace.SOFT_OPT_IN).items() if row.text]
    rows = ConsentText.objects.filter(place=ConsentPlace.SOFT_OPT_IN, language__in=written).order_by("pk")
    return str(rows.values_list("language", flat=True).first() or "")


def save(
    place: str, language: str, text: str, *, who: str, now: datetime, basis: int | None = None
) -> ConsentText | None:  # fmt: skip
    """Save these words as those that hold from now on; empty ones go back to what ships. The version that holds, which
    is the one there was where the words are the same; None where nobody has ever saved any.

    `basis` is the number of the version that was edited, 0 for none; None: whichever holds. Raises BadInput with the
    field at fault (place, language, text), or Refused where somebody has saved another version since (CONFLICT).
    """
    place, tag = _place(place), _language(language)
    text = _text(place, text)
    with sql.atomic():
        locks.lock(Lock.POLICY)
        own = holding(place)
        held = own.get(tag)
        number = held.number if held else 0
        if basis is not None and basis != number:
            raise Refused(
                _("Somebody else has changed this meanwhile. Nothing of yours is saved yet: look, and save again."),
                code="CONFLICT", field="basis",
            )  # fmt: skip
        if text == (held.text if held else ""):
            return held
        if place == ConsentPlace.SOFT_OPT_IN and not text:
            _still_told({tag for tag, row in own.items() if row.text} - {tag})
        return ConsentText.objects.create(
            place=place, language=tag, number=number + 1, text=text, made_at=now, made_by=who
        )


def _still_told(elsewhere: set[str]) -> None:
    if not elsewhere and Policy.objects.filter(pk=1, soft_opt_in=True).exists():
        raise BadInput(_("Soft opt-in needs the text that buyers were shown when they bought."), field="text")


def of_shop(text: str) -> str:
    """The words with the shop's name in them."""
    return text.replace(SHOP, conf.host().shop_name())


def _place(place: str) -> ConsentPlace:
    try:
        return ConsentPlace(place)
    except ValueError as error:
        raise BadInput(_("Nobody agrees to anything there."), code="NOT_FOUND", field="place") from error


def _language(language: str) -> str:
    tag = known(language)
    if not tag:
        raise BadInput(_("Give a language as its tag, such as es, es-MX or pt-BR."), field="language")
    return tag


def _text(place: ConsentPlace, text: str) -> str:
    most = LONGEST.get(place)
    if most:
        kept = input_validation.line(text, field="text", most=most, required=False)
    else:
        kept = input_validation.words(text.replace("\r\n", "\n"), field="text", most=MOST)
    if set("{}") & set(kept.replace(SHOP, "")):
        raise BadInput(_("Only {shop} can stand in braces: it becomes the shop's name."), field="text")
    return kept
