"""The words of a message, edited: saved as a version of their own, taken back, compared. None is ever changed."""

import difflib
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import emails
from saleor_relacional.db import sql, tables
from saleor_relacional.emails import library as shipped
from saleor_relacional.emails.checks import Fault, check
from saleor_relacional.emails.languages import choose
from saleor_relacional.emails.languages import known as known_language
from saleor_relacional.emails.liquid_source import LONGEST
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.messages import library
from saleor_relacional.flows.messages.fault_words import BadTemplate
from saleor_relacional.models import TemplateVersion

PARTS = ("subject", "preheader", "mjml", "text")

_INSERT = f"""
INSERT INTO {tables.TEMPLATE_VERSION}
    (message, language, number, shipped, subject, preheader, mjml, text, restores, made_at, made_by)
VALUES (%(message)s, %(language)s, %(number)s, %(shipped)s, %(subject)s, %(preheader)s, %(mjml)s, %(text)s,
        %(restores)s, %(now)s, %(who)s)
ON CONFLICT (message, language, number) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an owner edits of a message in one language."""

    subject: str
    preheader: str
    mjml: str
    text: str


class WrittenMeanwhile(Refused):
    """Somebody has saved another version since; nothing was saved. `holds`: theirs; None: there is none."""

    def __init__(self, holds: TemplateVersion | None, basis: int) -> None:
        super().__init__(_conflict(holds, basis), code="CONFLICT", field="basis")
        self.holds = holds


def save(
    message: str, language: str, words: Words, *, basis: int, who: str, now: datetime, restores: int | None = None
) -> TemplateVersion:  # fmt: skip
    """Save these words as the version that holds from now on, and return it.

    `basis` is the number of the version that was edited, 0 for the words that ship. Raises BadTemplate with every
    fault, BadInput, or WrittenMeanwhile.
    """
    language = known(message, language)
    words = _typed(words)
    faults = look_over(message, language, words)
    if faults:
        raise BadTemplate(faults)
    kept = {"shipped": False, "restores": restores, **{part: getattr(words, part) for part in PARTS}}
    return _insert(message, language, basis, who, now, kept)


def restore(
    message: str, language: str, number: int, *, basis: int, who: str, now: datetime
) -> TemplateVersion:
    """Let an earlier version hold again, as a new one; 0: the words that ship, of whichever release. Raises as `save`:
    what the message knows may have changed since."""
    language = known(message, language)
    if number == 0:
        return _insert(
            message, language, basis, who, now, {"shipped": True, **dict.fromkeys(PARTS, ""), "restores": 0}
        )
    return save(
        message, language, of(message, language, number), basis=basis, who=who, now=now, restores=number
    )


def look_over(message: str, language: str, words: Words) -> list[Fault]:
    """What is wrong with these words; nothing is saved."""
    return check(as_source(message, language, words), shipped.sample(message))


def as_source(message: str, language: str, words: Words, *, number: int = 0) -> emails.Source:
    """The message in these words."""
    return library.worded(
        shipped.source(message, language), language=language, number=number,
        subject=words.subject, preheader=words.preheader, mjml=words.mjml, text=words.text,
    )  # fmt: skip


def of(message: str, language: str, number: int | None = None) -> Words:
    """The words of a version; None: of the one that holds; 0: those that ship. Raises BadInput where there is none."""
    language = known(message, language)
    if number == 0:
        return _words(shipped.source(message, language))
    row = current(message, language)
    if number is not None:
        row = TemplateVersion.objects.filter(message=message, language=language, number=number).first()
    elif row is None:
        return _words(shipped.source(message, language))
    if row is None:
        raise BadInput(_("There is no such version."), code="NOT_FOUND", field="version")
    return _words(library.of_version(row))


def current(message: str, language: str) -> TemplateVersion | None:
    """The version that holds; None: nobody has ever saved one."""
    rows = TemplateVersion.objects.filter(message=message, language=language)
    return rows.order_by("-number").first()


def held(message: str | None = None) -> list[tuple[str, str, TemplateVersion | None]]:
    """Every message in every language that ships, and in those in which the shop has written it: name, language, and
    the version that holds, None where nobody has ever saved one. `message`: of this one alone."""
    names = [name for name in shipped.names() if message in (None, name)]
    rows = {(row.message, row.language): row for row in library.latest(names)}
    keys = sorted({(name, tag) for name in names for tag in shipped.languages(name)} | set(rows))
    return [(name, tag, rows.get((name, tag))) for name, tag in keys]


def frame_language(language: str) -> str:
    """In which language head, foot, reason and offers of a mail in this language are: these ship, and nobody writes
    them anew."""
    return choose(language, shipped.layouts())


def history(
    message: str, language: str, *, most: int, before: int | None = None, using: str | None = None
) -> list[TemplateVersion]:  # fmt: skip
    """The latest versions, newest first; with `before`, of those with a lower number."""
    rows = TemplateVersion.objects.at(using).filter(message=message, language=language)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return list(rows.order_by("-number")[:most])


def diff(before: Words, after: Words) -> str:
    """What changed from one to the other, part by part, as a unified diff; empty: nothing."""
    found: list[str] = []
    for part in PARTS:
        old, new = getattr(before, part).splitlines(), getattr(after, part).splitlines()
        found += difflib.unified_diff(old, new, part, part, lineterm="", n=2)
    return "\n".join(found)


def known(message: str, language: str) -> str:
    """The language as it is kept: any that there is. Raises BadInput where there is no such message, or language."""
    if message not in shipped.names():
        raise BadInput(_("There is no such message."), code="NOT_FOUND", field="message")
    tag = known_language(language)
    if not tag:
        raise BadInput(_("Give a language as its tag, such as es, es-MX or pt-BR."), field="language")
    return tag


def _typed(words: Words) -> Words:
    """The words with plain line breaks. Raises BadInput for characters that print nothing."""
    kept = {part: getattr(words, part).replace("\r\n", "\n") for part in PARTS}
    for part, text in kept.items():
        input_validation.words(text[: LONGEST + 1], field=part, most=LONGEST + 1)
    for part in ("subject", "preheader"):
        kept[part] = kept[part].strip()
    return Words(**kept)


def _words(source: emails.Source) -> Words:
    return Words(subject=source.subject, preheader=source.preheader, mjml=source.mjml, text=source.text)


def _insert(
    message: str, language: str, basis: int, who: str, now: datetime, kept: dict[str, object]
) -> TemplateVersion:  # fmt: skip
    """The row after `basis`. Of two who save at once the database takes one; the other is told."""
    holds = current(message, language)
    if (holds.number if holds else 0) == basis:
        row = {"message": message, "language": language, "number": basis + 1, "who": who, "now": now, **kept}
        if found := sql.rows(_INSERT, row):
            return TemplateVersion.objects.get(pk=found[0][0])
        holds = current(message, language)
    raise WrittenMeanwhile(holds, basis)


def _conflict(holds: TemplateVersion | None, basis: int) -> str:
    if holds is None:
        return _("There is no version %(basis)s: what ships holds.") % {"basis": basis}
    return _(
        "Version %(number)s was saved on %(at)s by %(who)s since you began from version %(basis)s. Nothing of yours is"
        " saved: look at what changed, and save again from version %(number)s."
    ) % {
        "number": holds.number, "at": f"{holds.made_at:%Y-%m-%d %H:%M} UTC", "who": holds.made_by, "basis": basis,
    }  # fmt: skip
