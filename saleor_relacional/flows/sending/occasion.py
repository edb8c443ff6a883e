"""What a mail says of the occasion on which it is written, as the campaign's kind names it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.hosts.cards import Card
from saleor_relacional.models import Basket, Profile

LINES_TOLD = 10
"""Lines of a checkout that a mail tells; of the others only that there are more."""


def of(mail: StepMail, now: datetime) -> Mapping[str, object]:
    """Name → value, as `CampaignKind.occasion` and `CampaignKind.checkout` have them; empty where the kind names
    nothing. Under `links` addresses of our pages that the mail leads to. At most one statement, two more and the host's
    of a checkout, the host's of goods. Raises RelacionalError when the checkout, or the order, is not there any more,
    or nothing in it can be bought."""
    version = mail.version
    kind = cycles.kind(version)
    wanted = {
        **kind.occasion,
        **({"checkout": kind.checkout} if kind.checkout else {}),
        **({"rates": kind.rates} if kind.rates else {}),
    }
    if not wanted:
        return {}
    asked = {**cycles.parameters(version, now), "enrolment": mail.enrolment.pk}
    [found] = sql.rows(_statement(wanted), asked)
    told = dict(zip(wanted, found, strict=True))
    basket, rated = told.pop("checkout", None), told.pop("rates", None)
    if kind.rates:
        told["links"] = _rating(mail, rated, now)
    if kind.goods:
        told[kind.goods] = _goods(told[kind.goods], mail)
    return {**told, **_checkout(kind, basket, mail, now)}


def _statement(wanted: Mapping[str, str]) -> str:
    return f"""
SELECT {", ".join(f"({expression})" for expression in wanted.values())}
FROM {tables.ENROLMENT} e JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
WHERE e.id = %(enrolment)s
"""


def _rating(mail: StepMail, purchase: int | None, now: datetime) -> Mapping[str, str]:
    """Our page, once for every number of stars. Raises RelacionalError when the order is not there any more."""
    person = Profile.objects.filter(pk=mail.enrolment.profile_id or 0).first()
    if person is None or purchase is None:
        raise RelacionalError("There is no order to ask about any more.", code="ORDER_GONE")
    page = links.feedback_url(person.public_id, now, purchase)
    return {f"rate_{stars}": f"{page}?stars={stars}" for stars in range(1, 6)}


def _goods(variants: Sequence[str] | None, mail: StepMail) -> list[dict[str, object]]:
    """What the shop sells of these at this moment, as mails show it; what cannot be bought is left out."""
    shown = conf.host().cards(variants or [], channel=mail.enrolment.channel, language=_language(mail))
    return [{"name": one.name, "price": _price(one)} for key in variants or [] if (one := shown.get(key))]


def _price(card: Card) -> dict[str, object] | None:
    return None if card.price is None else {"amount": card.price, "currency": card.currency}


def _language(mail: StepMail) -> str:
    return mail.touch.profile.language if mail.touch.profile else ""


def _checkout(
    kind: CampaignKind, basket: int | None, mail: StepMail, now: datetime
) -> Mapping[str, object]:  # fmt: skip
    """What is in the checkout and can be bought at this moment, asked of the host, and our page that leads back to
    it."""
    if not kind.checkout:
        return {}
    row = Basket.objects.filter(pk=basket or 0).first()
    lines = conf.host().checkout_lines(row.reference, limit=LINES_TOLD + 1) if row else ()
    if row is None or not lines or not conf.host().checkout_url(row.channel, row.reference):
        code = "NO_STOREFRONT" if lines else "CHECKOUT_GONE"
        raise RelacionalError("There is nothing to lead this person back to.", code=code)
    told = lines[:LINES_TOLD]
    shown = conf.host().cards([line.variant for line in told], channel=row.channel, language=_language(mail))
    if not shown:
        raise RelacionalError("Nothing that they left can be bought at the moment.", code="SOLD_OUT")
    return {
        "lines": [
            {"name": line.name, "quantity": line.quantity, "price": _price(shown[line.variant])}
            for line in told
            if line.variant in shown
        ],
        "more": len(lines) > LINES_TOLD,
        "links": {"checkout": links.checkout_url(row.pk, now)},
    }
