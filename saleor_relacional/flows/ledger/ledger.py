"""The ledger of one person: what we know, believe, sent, plan, offer and promised, and what they agreed to; said in
words that its reader understands in half a minute, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.flows.ledger import allowed, believe, coming, know, promised, said
from saleor_relacional.flows.ledger.entries import Entry, Section, SectionKind
from saleor_relacional.models import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All of it."""

    headline: Sequence[str]
    """Three or four sentences: the whole of it in half a minute."""
    sections: Sequence[Section]
    """In the order of SectionKind."""

    def entry(self, name: str) -> Entry | None:
        """The entry of this name; None where this person has none."""
        return next((one for part in self.sections for one in part.entries if one.name == name), None)


def of(profile: Profile, now: datetime) -> Ledger:
    """A constant number of statements beside what is to come (see there), and one question to the host where they hold
    offers."""
    zone = conf.time_zone()
    sections = [
        know.of(profile, zone),
        believe.of(profile.pk, now),
        said.sent(profile, zone),
        coming.planned(profile, now),
        promised.offers(profile, now, zone),
        promised.kept(profile, now, zone),
        allowed.of(profile, now),
    ]
    return Ledger(headline=_headline(sections), sections=sections)


def _headline(sections: Sequence[Section]) -> list[str]:
    told = {one.kind: one for one in sections}
    rhythm = [
        one.title for one in told[SectionKind.BELIEVE].entries if one.name.startswith(("rhythm-", "next-"))
    ]
    return [
        told[SectionKind.KNOW].summary,
        *rhythm,
        told[SectionKind.SENT].summary,
        told[SectionKind.ALLOWED].summary,
    ]
