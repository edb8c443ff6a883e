"""What a message looks like before anybody gets it: of a sample, or of a real person, in any language, look and voice.

What it holds is harmless wherever it is shown: it has no link that acts for anybody, and its HTML tells the browser to
run nothing and to load nothing but pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from saleor_relacional import emails
from saleor_relacional.emails import checks
from saleor_relacional.emails import library as shipped
from saleor_relacional.emails.checks import known
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.suppression import Judgement
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.messages import library, looks, templates
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.flows.sending import compose
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.models import Profile, Purpose, Sender

CSP = "default-src 'none'; img-src https:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
"""Of the page in the frame. It allows no script, also where whoever shows it forgets the frame's sandbox."""
_HEAD = "<head>"
_POLICY = f'<head><meta http-equiv="Content-Security-Policy" content="{CSP}">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as it would arrive."""

    subject: str = ""
    preheader: str = ""
    html: str = ""
    """For a frame with an empty `sandbox`."""
    text: str = ""
    language: str = ""
    """That its words are in."""
    size: int = 0
    """Bytes of the HTML as it is mailed."""
    faults: tuple[checks.Fault, ...] = ()
    """What is wrong with the words that were given; then there is nothing to see."""
    mailed: emails.Rendered | None = None
    """As it would be mailed; None with faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be seen."""

    message: str
    language: str
    channel: str
    words: Words | None = None
    """Instead of those that hold."""
    profile: Profile | None = None
    """Whose name and history it tells; None: the sample's. Occasion and offer are the sample's for everybody."""
    offer: bool = True
    """Whether with the sample's offer, where the message has one."""
    voice: emails.Voice | None = None
    """Instead of the channel's."""


def preview(asked: Asked, now: datetime) -> Preview:
    """The message as it would arrive. Raises BadInput for what is not there."""
    language = templates.known(asked.message, asked.language)
    if asked.words is not None:
        faults = templates.look_over(asked.message, language, asked.words)
        if faults:
            return Preview(language=language, faults=tuple(faults))
    mailed = emails.render_from(_source(asked, language), language, _data(asked, now))
    return Preview(
        subject=mailed.subject, preheader=mailed.preheader, html=mailed.html.replace(_HEAD, _POLICY, 1),
        text=mailed.text, language=mailed.language, size=len(mailed.html.encode()), mailed=mailed,
    )  # fmt: skip


def sender_of(channel: str) -> Sender | None:
    """In whose name the channel's mails leave."""
    return policy.senders().get(channel)


def _source(asked: Asked, language: str) -> emails.Source:
    if asked.words is None:
        source = library.source(asked.message, language, asked.channel)
    else:
        source = replace(
            templates.as_source(asked.message, language, asked.words), look=looks.of(asked.channel)
        )
    return source if asked.voice is None else replace(source, look=replace(source.look, voice=asked.voice))


def _data(asked: Asked, now: datetime) -> Mapping[str, object]:
    """The sample with the shop's own name and sender, and with what is true of the person."""
    sample = shipped.sample(asked.message)
    context = ShopContext()
    sender = sender_of(asked.channel) or Sender(
        channel=asked.channel, name=context.shop_name, postal_address="…"
    )
    data = {
        **sample, "timezone": context.time_zone, "shop": {"name": context.shop_name},
        "sender": {"name": sender.name, "postal_address": sender.postal_address},
        **_of_person(asked, sample, sender, context, now),
        "links": _links(sample, context.storefront(asked.channel)),
    }  # fmt: skip
    return data if asked.offer else {**data, "offer": None}


def _of_person(
    asked: Asked, sample: Mapping[str, object], sender: Sender, context: ShopContext, now: datetime
) -> Mapping[str, object]:  # fmt: skip
    profile, purpose = asked.profile, Purpose.OFFERS if asked.offer else Purpose.CONTENT
    if profile is None:
        return {}
    ground = consent.bases([profile.pk], now=now, purpose=purpose).get(profile.pk)
    judged = Judgement(reason=None, channel=sender.channel, basis=ground)
    told = compose.data(profile, None, sender, judged, context, now, {})
    names = ("customer", "first_purchase", "last_purchase", "rhythm", "basis")
    return {name: told[name] for name in names if name in sample}


def _links(sample: Mapping[str, object], storefront: str | None) -> Mapping[str, object]:
    """None of anybody's: whoever tries the way out in a preview takes nobody out."""
    links = known.of(sample).get("links")
    named = {**links, "experience": None} if isinstance(links, Mapping) else {}
    return {**named, "storefront": storefront}


def person(public_id: UUID) -> Profile:
    """The person whom a preview is about. Raises BadInput where there is none."""
    found = Profile.objects.filter(public_id=public_id, merged_into=None).first()
    if found is None:
        raise BadInput("There is no relationship of this ID.", code="NOT_FOUND", field="relationship")
    return found
