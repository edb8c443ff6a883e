"""One person's mail, from what we know now: data, words, headers. Nothing of it is stored but a version
and a hash."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from saleor_relacional import conf, emails
from saleor_relacional.db import sql, tables
from saleor_relacional.emails import message
from saleor_relacional.flows.campaigns.suppression import Judgement
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.messages.library import Shelf
from saleor_relacional.flows.sending import gives, occasion, why
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.hosts import storefront
from saleor_relacional.models import (
    Basis,
    Consent,
    Incentive,
    Profile,
    Rung,
    Sender,
    ServiceMessage,
    Touch,
)

GAPS_FOR_A_RHYTHM = 2
"""Own gaps behind "about every so many days". One gap is no habit."""

_HISTORY = f"""
SELECT min(u.day), max(u.day), max(s.rhythm_gaps), max(s.gap_log_sum), count(d.profile_id)
FROM {tables.PURCHASE} u LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = u.profile_id
LEFT JOIN {tables.DECLARATION} d ON d.profile_id = u.profile_id
WHERE u.profile_id = %s AND u.state = 'counts'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail that is ready to be handed over."""

    mail: EmailMultiAlternatives
    template_version: str
    data_hash: str
    because: Mapping[str, Any]
    """Why they are written to: see why.py."""


class ShopContext:
    """What the mails of a batch have in common, asked once."""

    def __init__(self) -> None:
        host = conf.host()
        self.time_zone = host.time_zone()
        self.shop_name = host.shop_name()
        self.offer_link = host.offer_link()
        self.contact_policy = contact_policy.current()
        self.messages = Shelf()
        self._storefronts: dict[str, str | None] = {}

    def storefront(self, channel: str) -> str | None:
        """Where the channel's customers shop; None when it is not configured: then there is no button."""
        if channel not in self._storefronts:
            self._storefronts[channel] = conf.host().storefront_url(channel) or None
        return self._storefronts[channel]


def compose(
    step: StepMail,
    profile: Profile,
    offer: Incentive | None,
    sender: Sender,
    judged: Judgement,
    context: ShopContext,
    now: datetime,
) -> Composed:
    """Render and address it. Raises RelacionalError (template, message) where trying again will not help."""
    values = data(profile, offer, sender, judged, context, now, occasion.of(step, now), step.touch.rung)
    source = context.messages.source(step.step.message, profile.language, sender.channel)
    because = why.record(source, values, step.enrolment.version)
    rendered = emails.render_from(source, profile.language, values)
    return _addressed(
        step.touch,
        rendered,
        profile,
        sender,
        values,
        because,
        unsubscribe_url=links.leave_url(profile.public_id),
    )


def compose_service(
    touch: Touch, owed: ServiceMessage, profile: Profile, sender: Sender, context: ShopContext, now: datetime
) -> Composed:
    """The same of a service message: nobody leaves by it, so it has no link for that."""
    values = service_data(owed, profile, sender, context, now)
    source = context.messages.source(owed.message, profile.language, sender.channel)
    because = why.record(source, values, None)
    rendered = emails.render_from(source, profile.language, values)
    return _addressed(touch, rendered, profile, sender, values, because, unsubscribe_url=None)


def service_data(
    owed: ServiceMessage, profile: Profile, sender: Sender, context: ShopContext, now: datetime
) -> dict[str, object]:
    """What the words of a service message may use."""
    signed = {name: links.URLS[purpose](UUID(of), now) for name, (purpose, of) in owed.links.items()}
    return {
        "timezone": context.time_zone,
        "shop": {"name": context.shop_name},
        "sender": {"name": sender.name, "postal_address": sender.postal_address},
        "customer": {"first_name": profile.first_name},
        "occasion": owed.occasion,
        "offer": None,
        "experience": None,
        "basis": {"kind": "", "on": None},
        "links": {
            "storefront": context.storefront(sender.channel), "unsubscribe": None, "page": None, "privacy": None,
            "experience": None, **signed,
        },
    }  # fmt: skip


def _addressed(
    touch: Touch, rendered: emails.Rendered, profile: Profile, sender: Sender, values: Mapping[str, object],
    because: Mapping[str, Any], *, unsubscribe_url: str | None,
) -> Composed:  # fmt: skip
    mail = message.build(
        rendered,
        sender=message.Sender(
            name=sender.name,
            address=sender.address,
            reply_to=sender.reply_to,
            postal_address=sender.postal_address,
        ),
        recipient=message.deliverable(profile.email.strip()) or profile.email,
        unsubscribe_url=unsubscribe_url,
        message_id=message_id(touch, sender),
    )
    mail.message()  # what cannot be written down fails here, before the hand-over begins
    return Composed(
        mail=mail,
        template_version=rendered.template_version,
        data_hash=emails.data_hash(values, key=settings.SECRET_KEY.encode()),
        because=because,
    )


def message_id(touch: Touch, sender: Sender) -> str:
    """The same however often this touch is composed: a mail server may drop the second one."""
    return f"<{touch.public_id.hex}@{sender.address.rpartition('@')[2]}>"


def data(
    profile: Profile,
    offer: Incentive | None,
    sender: Sender,
    judged: Judgement,
    context: ShopContext,
    now: datetime,
    told: Mapping[str, object],
    rung: Rung | None = None,
) -> dict[str, object]:
    """What the words may use; the keys are those of the message's sample.json."""
    first_day, last_day, own_rhythm = _history(profile)
    experience = gives.experience(rung, profile.language, sender.channel)
    back = told.get("links", {})
    assert isinstance(back, Mapping)
    return {
        "timezone": context.time_zone,
        "shop": {"name": context.shop_name},
        "sender": {"name": sender.name, "postal_address": sender.postal_address},
        "customer": {"first_name": profile.first_name},
        "first_purchase": {"on": first_day},
        "last_purchase": {"on": last_day},
        "rhythm": {"days": own_rhythm},
        "occasion": {name: value for name, value in told.items() if name != "links"},
        "offer": gives.offer(offer, profile.language, sender.channel, context.time_zone),
        "experience": experience,
        "basis": _basis(profile, judged.basis, now),
        "links": {
            "storefront": _storefront(context, sender.channel, offer),
            "unsubscribe": links.leave_url(profile.public_id),
            "page": links.page_url(profile.public_id, now),
            "privacy": None,
            "experience": gives.experience_link(rung, sender.channel, context.storefront(sender.channel)),
            **back,
        },
    }


def _history(profile: Profile) -> tuple[date | None, date | None, int | None]:
    """(day of the first purchase, day of the last, typical days between their own purchases). Days are None where there
    is no purchase. They are from the facts,
    which may be newer than the summary. Typical days are the geometric mean of the habit they have now; None where
    there is too little to say "you used to", or where they said when they buy: then their old habit is not why we
    write."""
    [(first_day, last_day, gaps, log_sum, said)] = sql.rows(_HISTORY, [profile.pk])
    if said or gaps is None or gaps < GAPS_FOR_A_RHYTHM:
        return first_day, last_day, None
    return first_day, last_day, max(1, round(math.exp(log_sum / gaps)))


def _storefront(context: ShopContext, channel: str, offer: Incentive | None) -> str | None:
    """Where the button leads: the storefront, with the code of this mail's offer, so that it can be applied without
    being typed. Never to a checkout: mails are forwarded."""
    url = context.storefront(channel)
    if not url or offer is None:
        return url
    return storefront.offer_url(url, context.offer_link, channel, offer.code, gives.gift(offer))


def _basis(profile: Profile, basis: Basis | None, now: datetime) -> Mapping[str, Any]:
    said = Consent.objects.filter(profile=profile, basis=Basis.OPT_IN, happened_at__lte=now)
    last = said.order_by("-happened_at", "-pk").first() if basis == Basis.OPT_IN else None
    return {"kind": str(basis.value) if basis else "", "on": last.happened_at if last else None}
