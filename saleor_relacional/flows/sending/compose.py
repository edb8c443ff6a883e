"""One person's mail, from what we know now: data, words, headers. Nothing of it is stored but a version
and a hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from saleor_relacional import emails
from saleor_relacional.emails import message
from saleor_relacional.emails.shapes import fill
from saleor_relacional.flows.campaigns.suppression import Judgement
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.sending import facts, gives, occasion, why
from saleor_relacional.flows.sending.batch import Ready
from saleor_relacional.flows.sending.facts import PersonFacts
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.hosts import storefront
from saleor_relacional.models import (
    Basis,
    Incentive,
    Profile,
    Rung,
    Sender,
    ServiceMessage,
    Touch,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail that is ready to be handed over."""

    mail: message.WrittenMail
    template_version: str
    data_hash: str
    because: Mapping[str, Any]
    """Why they are written to: see why.py."""


def compose(ready: Ready, profile: Profile, context: ShopContext, now: datetime) -> Composed:
    """Render and address it. Raises RelacionalError (template, message) where trying again will not help."""
    mail, sender = ready.mail, context.senders[ready.judged.channel]
    told = occasion.of(mail, ready.told, now, channel=sender.channel, language=profile.language)
    values = emails.clean(
        data(profile, ready.offer, sender, ready.judged, context, now, told, mail.rung, ready.facts)
    )
    source = context.messages.source(mail.step.message, profile.language, sender.channel)
    because = why.record(source, values, mail.version)
    rendered = fill.render(source, profile.language, values)
    told_links = values["links"]
    assert isinstance(told_links, dict)
    leave = str(told_links["unsubscribe"])
    return _addressed(mail.touch, rendered, profile, sender, values, because, unsubscribe_url=leave)


def compose_service(
    touch: Touch, owed: ServiceMessage, profile: Profile, sender: Sender, context: ShopContext, now: datetime
) -> Composed:
    """The same of a service message: nobody leaves by it, so it has no link for that."""
    values = emails.clean(service_data(owed, profile, sender, context, now))
    source = context.messages.source(owed.message, profile.language, sender.channel)
    because = why.record(source, values, None)
    rendered = fill.render(source, profile.language, values)
    return _addressed(touch, rendered, profile, sender, values, because, unsubscribe_url=None)


def service_data(
    owed: ServiceMessage, profile: Profile, sender: Sender, context: ShopContext, now: datetime
) -> dict[str, object]:
    """What the words of a service message may use."""
    signed = {
        name: links.URLS[purpose](UUID(of), now, about[0] if about else None)
        for name, (purpose, of, *about) in owed.links.items()
    }
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
    mail.written()  # what cannot be written down fails here, before the hand-over begins
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
    known: PersonFacts | None = None,
) -> dict[str, object]:
    """What the words may use; the keys are those of the message's sample.json."""
    past = known or facts.of([profile.pk], now)[profile.pk]
    experience = gives.experience(rung, profile.language, sender.channel)
    back = told.get("links", {})
    assert isinstance(back, Mapping)
    return {
        "timezone": context.time_zone,
        "shop": {"name": context.shop_name},
        "sender": {"name": sender.name, "postal_address": sender.postal_address},
        "customer": {"first_name": profile.first_name},
        "first_purchase": {"on": past.first_day},
        "last_purchase": {"on": past.last_day},
        "rhythm": {"days": past.rhythm},
        "occasion": {name: value for name, value in told.items() if name != "links"},
        "offer": gives.offer(offer, profile.language, sender.channel, context.time_zone),
        "experience": experience,
        "basis": _basis(judged.basis, past),
        "links": {
            "storefront": _storefront(context, sender.channel, offer),
            "unsubscribe": links.leave_url(profile.public_id),
            "page": links.page_url(profile.public_id, now),
            "privacy": None,
            "experience": gives.experience_link(rung, sender.channel, context.storefront(sender.channel)),
            **back,
        },
    }


def _storefront(context: ShopContext, channel: str, offer: Incentive | None) -> str | None:
    """Where the button leads: the storefront, with the code of this mail's offer, so that it can be applied without
    being typed. Never to a checkout: mails are forwarded."""
    url = context.storefront(channel)
    if not url or offer is None:
        return url
    return storefront.offer_url(url, context.offer_link, channel, offer.code, gives.gift(offer))


def _basis(basis: Basis | None, past: PersonFacts) -> Mapping[str, Any]:
    """The ground on which we write, and since when they agreed themselves."""
    agreed_on = past.opted_in_at if basis == Basis.OPT_IN else None
    return {"kind": str(basis.value) if basis else "", "on": agreed_on}
