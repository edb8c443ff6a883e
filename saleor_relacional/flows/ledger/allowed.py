"""What they agreed and objected to, as it was said, with the words that they were shown: the proof, for both sides."""

from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.flows.consent import consent, statements
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Entry, Section, SectionKind, name
from saleor_relacional.models import Basis, Profile


def of(profile: Profile, now: datetime) -> Section:
    """Whether we may write, and everything that was said about it."""
    basis = consent.bases([profile.pk], now=now).get(profile.pk)
    said = statements.of_ids([profile.pk], most=MOST).get(profile.pk, [])
    entries = [
        Entry(
            name=name("consent", f"{one.purpose}:{one.basis}:{one.happened_at.isoformat()}"),
            title=words.basis(one.basis), detail=_proof(one), at=one.happened_at,
        )
        for one in said
    ]  # fmt: skip
    return Section(kind=SectionKind.ALLOWED, summary=_summary(basis), entries=entries)


def _summary(basis: Basis | None) -> str:
    if basis is None:
        return _("Nothing allows us to write to you about offers and news.")
    if basis == Basis.OPT_OUT:
        return _("We do not write to you about offers and news.")
    return _("We may write to you about offers and news.")


def _proof(one: statements.Statement) -> str:
    where = _("Said %(where)s.") % {"where": words.source(one.source)}
    return f"{where} “{one.text}”" if one.text else where
