"""What a mail says of the occasion on which it is written, as the campaign's kind names it."""

from collections.abc import Mapping
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.models import Basket, Profile

LINES_TOLD = 10
"""Lines of a checkout that a mail tells; of the others only that there are more."""


def of(mail: StepMail, now: datetime) -> Mapping[str, object]:
    """Name → value, as `CampaignKind.occasion` and `CampaignKind.checkout` have them; empty where the kind names
    nothing. Under `links` addresses of our pages that the mail leads to. At most one statement, and two more and the
    host's of a checkout. Raises RelacionalError when the checkout, or the order, is not there any more."""
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
    return {**told, **_checkout(kind, basket, now)}


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


def _checkout(kind: CampaignKind, basket: int | None, now: datetime) -> Mapping[str, object]:
    """What is in the checkout, asked of the host now, and our page that leads back to it."""
    if not kind.checkout:
        return {}
    row = Basket.objects.filter(pk=basket or 0).first()
    lines = conf.host().checkout_lines(row.reference, limit=LINES_TOLD + 1) if row else ()
    if row is None or not lines or not conf.host().checkout_url(row.channel, row.reference):
        code = "NO_STOREFRONT" if lines else "CHECKOUT_GONE"
        raise RelacionalError("There is nothing to lead this person back to.", code=code)
    return {
        "lines": [{"name": line.name, "quantity": line.quantity} for line in lines[:LINES_TOLD]],
        "more": len(lines) > LINES_TOLD,
        "links": {"checkout": links.checkout_url(row.pk, now)},
    }
