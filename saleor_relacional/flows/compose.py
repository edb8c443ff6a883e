"""One person's mail, from what we know now: data, words, headers. Nothing of it is stored but a version
and a hash."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from saleor_relacional import conf, emails
from saleor_relacional.emails import message
from saleor_relacional.flows import codes, links
from saleor_relacional.flows.suppression import Judgement
from saleor_relacional.hosts.base import Discount
from saleor_relacional.models import Basis, Consent, Incentive, Profile, Purchase, Sender, Standing, Touch

OWN_DAYS_FOR_A_RHYTHM = 3
"""Purchase days behind "about every so many days". Two are one gap, and one gap is no habit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail that is ready to be handed over."""

    mail: EmailMultiAlternatives
    template_version: str
    data_hash: str


def compose(
    touch: Touch, profile: Profile, offer: Incentive | None, sender: Sender, judged: Judgement, now: datetime
) -> Composed:
    """Render and address it. Raises RelacionalError (template, message) where trying again will not help."""
    values = data(profile, offer, sender, judged, now)
    rendered = emails.render(touch.enrolment.version.message, profile.language, values)
    mail = message.build(
        rendered,
        sender=message.Sender(
            name=sender.name,
            address=sender.address,
            reply_to=sender.reply_to,
            postal_address=sender.postal_address,
        ),
        recipient=profile.email,
        unsubscribe_url=links.leave_url(profile.public_id),
        message_id=message_id(touch, sender),
    )
    mail.message()  # what cannot be written down fails here, before the hand-over begins
    key = settings.SECRET_KEY.encode()
    return Composed(
        mail=mail,
        template_version=rendered.template_version,
        data_hash=emails.data_hash(values, key=key),
    )


def message_id(touch: Touch, sender: Sender) -> str:
    """The same however often this touch is composed: a mail server may drop the second one."""
    return f"<{touch.public_id.hex}@{sender.address.rpartition('@')[2]}>"


def data(
    profile: Profile, offer: Incentive | None, sender: Sender, judged: Judgement, now: datetime
) -> dict[str, object]:
    """What the words may use; the keys are those of the message's sample.json."""
    host = conf.host()
    return {
        "timezone": host.time_zone(),
        "shop": {"name": host.shop_name()},
        "sender": {"name": sender.name, "postal_address": sender.postal_address},
        "customer": {"first_name": profile.first_name},
        "last_purchase": {"on": _last_day(profile)},
        "rhythm": {"days": _own_rhythm(profile)},
        "offer": _offer(offer, sender.channel),
        "basis": _basis(profile, judged.basis, now),
        "links": {
            "storefront": host.storefront_url(sender.channel) or None,
            "unsubscribe": links.leave_url(profile.public_id),
            "privacy": None,
        },
    }


def _last_day(profile: Profile) -> date:
    """Counted from the facts, not from a standing that may be older than they are."""
    counted = Purchase.objects.using(conf.database()).filter(profile=profile, state="counts")
    return counted.latest("day").day


def _own_rhythm(profile: Profile) -> int | None:
    """Typical days between their own purchases (geometric mean); None when there is too little to say
    "you used to"."""
    standing = Standing.objects.using(conf.database()).filter(profile=profile).first()
    if standing is None or standing.purchase_days < OWN_DAYS_FOR_A_RHYTHM:
        return None
    return max(1, round(math.exp(standing.gap_log_sum / (standing.purchase_days - 1))))


def _offer(offer: Incentive | None, channel: str) -> Mapping[str, Any] | None:
    if offer is None:
        return None
    value = codes.plain(offer.value)
    percent = offer.discount == Discount.PERCENTAGE
    zone = ZoneInfo(conf.host().time_zone())
    return {
        "code": offer.code,
        "percent": value if percent else None,
        "money": None if percent else {"amount": value, "currency": offer.channels[channel]},
        "minimum": None,
        "valid_until": offer.expires_at.astimezone(zone).date(),
    }


def _basis(profile: Profile, basis: Basis | None, now: datetime) -> Mapping[str, Any]:
    said = Consent.objects.using(conf.database()).filter(
        profile=profile, basis=Basis.OPT_IN, happened_at__lte=now
    )
    last = said.order_by("-happened_at", "-pk").first() if basis == Basis.OPT_IN else None
    return {"kind": str(basis.value) if basis else "", "on": last.happened_at if last else None}
