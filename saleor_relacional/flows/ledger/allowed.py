"""What they agreed and objected to, as it was said, with the words that they were shown: the proof, for both sides."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.consent import consent, statements
from saleor_relacional.flows.consent.purposes import SELLING
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Entry, Section, SectionKind, name
from saleor_relacional.models import Basis, ConsentPlace, Profile, Purchase, Purpose


def of(profile: Profile, now: datetime) -> Section:
    """Whether we may write, and everything that was said about it."""
    bases = [consent.bases([profile.pk], now=now, purpose=one).get(profile.pk) for one in SELLING]
    said = statements.of_ids([profile.pk], most=MOST).get(profile.pk, [])
    about: dict[tuple[str, str, str, datetime], list[statements.Statement]] = {}
    for one in said:
        about.setdefault((one.basis, one.source, one.text, one.happened_at), []).append(one)
    entries = [
        Entry(
            name=name("consent", f"{some[0].purpose}:{some[0].basis}:{some[0].happened_at.isoformat()}"),
            title=words.basis(some[0].basis), detail=_proof(some), at=some[0].happened_at,
        )
        for some in about.values()
    ]  # fmt: skip
    if Basis.SOFT_OPT_IN in bases:
        entries += _told_as_buyer(profile)
    return Section(kind=SectionKind.ALLOWED, summary=_summary(bases), entries=entries)


def _told_as_buyer(profile: Profile) -> list[Entry]:
    """What they were told when they last bought: the words of that day, or the first there were after it."""
    bought = Purchase.objects.filter(profile=profile, state="counts").order_by("-placed_at")
    at = bought.values_list("placed_at", flat=True).first()
    if at is None:
        return []
    told = consent_texts.of(ConsentPlace.SOFT_OPT_IN, profile.language, at=at)
    told = told if told.text else consent_texts.of(ConsentPlace.SOFT_OPT_IN, profile.language)
    said = f"“{told.text}”" if told.text else ""
    return [
        Entry(name=name("consent", "soft_opt_in"), title=words.basis(Basis.SOFT_OPT_IN), detail=said, at=at)
    ]


def _summary(bases: Sequence[Basis | None]) -> str:
    """Of the purposes of SELLING."""
    if any(one not in (None, Basis.OPT_OUT) for one in bases):
        return _("We may write to you about offers and news.")
    if Basis.OPT_OUT in bases:
        return _("We do not write to you about offers and news.")
    return _("Nothing allows us to write to you about offers and news.")


def _proof(some: Sequence[statements.Statement]) -> str:
    """Of what was said at once, in the same words."""
    where = _("Said %(where)s.") % {"where": words.source(some[0].source)}
    if {one.purpose for one in some} != set(SELLING):
        where = f"{', '.join(_about(one.purpose) for one in some)}. {where}"
    return f"{where} “{some[0].text}”" if some[0].text else where


def _about(purpose: str) -> str:
    return {
        Purpose.SERVICE: _("Service"), Purpose.CONTENT: _("News"), Purpose.OFFERS: _("Offers"),
        Purpose.PROFILING: _("Conclusions about you"),
    }[Purpose(purpose)]  # fmt: skip
