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


def asked(mails: Sequence[StepMail], now: datetime) -> Mapping[int, Mapping[str, object]]:
    """Touch's id → name → what SQL says of it, as `CampaignKind.occasion`, `checkout` and `rates` have them; left
    out where the kind names nothing. A statement per version."""
    found: dict[int, Mapping[str, object]] = {}
    versions: dict[int, list[StepMail]] = {}
    for mail in mails:
        versions.setdefault(mail.version.pk, []).append(mail)
    for some in versions.values():
        kind = cycles.kind(some[0].version)
        wanted = {
            **kind.occasion,
            **({"checkout": kind.checkout} if kind.checkout else {}),
            **({"rates": kind.rates} if kind.rates else {}),
        }
        if not wanted:
            continue
        by_enrolment = {mail.enrolment_id: mail.touch.pk for mail in some}
        parameters = {**cycles.parameters(some[0].version, now), "enrolments": list(by_enrolment)}
        for enrolment, *values in sql.rows(_statement(wanted), parameters):
            found[by_enrolment[enrolment]] = dict(zip(wanted, values, strict=True))
    return found


def of(
    mail: StepMail, told: Mapping[str, object], now: datetime, *, channel: str, language: str
) -> Mapping[str, object]:
    """Name → value, as the mail's words use them; under `links` addresses of our pages that it leads to. Asks the host
    for the goods of a checkout, or of the kind. Raises RelacionalError when the checkout, or the order, is not there
    any more, or nothing in it can be bought."""
    rest, kind = dict(told), mail.kind
    basket, rated = rest.pop("checkout", None), rest.pop("rates", None)
    if kind.rates:
        rest["links"] = _rating(mail, rated if isinstance(rated, int) else None, now)
    if kind.goods:
        rest[kind.goods] = _goods(rest.get(kind.goods), channel, language)
    return {**rest, **_checkout(kind, basket if isinstance(basket, int) else None, language, now)}


def _statement(wanted: Mapping[str, str]) -> str:
    return f"""
SELECT e.id, {", ".join(f"({expression})" for expression in wanted.values())}
FROM {tables.ENROLMENT} e JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
WHERE e.id = ANY(%(enrolments)s)
"""


def _rating(mail: StepMail, purchase: int | None, now: datetime) -> Mapping[str, str]:
    """Our page, once for every number of stars. Raises RelacionalError when the order is not there any more."""
    person = Profile.objects.filter(pk=mail.touch.profile_id or 0).first()
    if person is None or purchase is None:
        raise RelacionalError("There is no order to ask about any more.", code="ORDER_GONE")
    page = links.feedback_url(person.public_id, now, purchase)
    return {f"rate_{stars}": f"{page}?stars={stars}" for stars in range(1, 6)}


def _goods(variants: object, channel: str, language: str) -> list[dict[str, object]]:
    """What the shop sells of these at this moment, as mails show it; what cannot be bought is left out."""
    keys = [str(one) for one in variants] if isinstance(variants, list) else []
    shown = conf.host().cards(keys, channel=channel, language=language)
    return [{"name": one.name, "price": _price(one)} for key in keys if (one := shown.get(key))]


def _price(card: Card) -> dict[str, object] | None:
    return None if card.price is None else {"amount": card.price, "currency": card.currency}


def _checkout(
    kind: CampaignKind, basket: int | None, language: str, now: datetime
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
    shown = conf.host().cards([line.variant for line in told], channel=row.channel, language=language)
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
