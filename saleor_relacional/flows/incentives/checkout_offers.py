"""The wallet on one open checkout: what each offer takes off it, and putting one on.

A code that is given is compared with the customer's own offers and looked up nowhere. So whatever does not stand in
their wallet (nobody's, somebody else's, over) takes the same way and gets the same answer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.incentives import entitlement, wallet
from saleor_relacional.flows.incentives.wallet import Offer
from saleor_relacional.flows.incentives.why_not_words import why_not_words
from saleor_relacional.hosts.facts import CheckoutFact, FactKind
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot
from saleor_relacional.models import Entitlement, Profile


def offers_on(profile: int, checkout: str, *, now: datetime) -> tuple[Offer, ...]:
    """The customer's offers, by their end, each with what it takes off this checkout; without it where the checkout is
    not theirs, or there is none."""
    return _on(profile, checkout, now)[1]


def apply(profile: int, checkout: str, code: str | None, *, now: datetime) -> Offer:
    """Put this offer, or the one that takes off most, on the customer's checkout, in place of another code; which one,
    with what it was to take off (see `as_it_stands`). Twice is once. Raises BadInput where there is no such checkout or
    offer of theirs, Refused where it takes nothing off now; then nothing has changed."""
    fact, offers = _on(profile, checkout, now)
    if fact is None:
        raise BadInput(_("You have no such open checkout."), code="NOT_FOUND", field="checkoutId")
    chosen = _chosen(offers, code)
    if chosen is None:
        raise BadInput(_("You have no such offer."), code="NOT_FOUND", field="code")
    if chosen.here is None or chosen.here.why_not:
        raise Refused(why_not_words(chosen.here), code="NOT_APPLICABLE", field="code")
    if not conf.host().put_on(checkout, chosen.code):
        words = _("The shop cannot put it on at this moment. Look at the checkout and try again.")
        raise Refused(words, code="NOT_APPLICABLE", field="code")
    return chosen


def as_it_stands(offer: Offer, checkout: str, *, now: datetime) -> Offer:
    """The offer with what it takes off the checkout now. Asked when `apply` has committed: a tax app may be slow, and
    nobody is to wait for the checkout meanwhile."""
    return replace(offer, here=conf.host().takes_off(checkout, [offer.code], now=now).get(offer.code))


def _chosen(offers: Sequence[Offer], code: str | None) -> Offer | None:
    if code is not None:
        return next((each for each in offers if each.code == code), None)
    return max(offers, key=lambda each: each.here.amount if each.here else 0, default=None)


def _on(profile: int, checkout: str, now: datetime) -> tuple[CheckoutFact | None, tuple[Offer, ...]]:
    """(the checkout where it is theirs, their offers). On the writer: a moment ago may be too old."""
    offers = wallet.wallets([profile], now).get(profile, ())
    fact = _theirs(profile, checkout)
    if fact is None or not offers:
        return fact, offers
    codes = [each.code for each in offers]
    effects = conf.host().takes_off(checkout, codes, now=now)
    rows = Entitlement.objects.using(conf.HOST_DATABASE).in_bulk(codes)
    return fact, tuple(
        replace(each, here=_granted(rows[each.code], fact, effects[each.code]))
        for each in offers
        if each.code in effects and each.code in rows
    )


def _theirs(profile: int, checkout: str) -> CheckoutFact | None:
    """The open checkout, where it is of an account of theirs, or of no account and has their address typed."""
    person = Profile.objects.filter(pk=profile).first()
    for fact in conf.host().fetch(FactKind.CHECKOUT, [checkout]):
        if person is None or not isinstance(fact, CheckoutFact):
            continue
        if fact.customer is not None:
            return fact if fact.customer in wallet.accounts_of([profile]).get(profile, ()) else None
        typed = fact.email.strip().lower()
        return fact if typed and typed == person.email_key else None
    return None


def _granted(row: Entitlement, fact: CheckoutFact, effect: TakesOff) -> TakesOff:
    """What the check at completion lets through: see entitlement.check."""
    reason = None
    if not entitlement.owns(row, account=fact.customer, email=fact.email):
        reason = WhyNot.OWNER
    elif row.holder not in ("", fact.reference):
        held = conf.host().holder(row.holder, row.code)
        reason = None if held in entitlement.FREES else WhyNot.HELD
    if reason is None or effect.why_not:
        return effect
    return replace(effect, amount=effect.amount * 0, why_not=reason)
