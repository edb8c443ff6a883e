"""Where the shop is: what its owner says in our pages or by the API, and the host keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.hosts import storefront

LONGEST = 400
SOME_CODE = "CODE"
"""Stands for a code where an address is shown to the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStorefront:
    """Where mails send the customers of one channel."""

    channel: str
    url: str
    """Empty when not configured: then mails have no button."""
    offer_url: str
    """With an offer, whose code is SOME_CODE here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """What the owner says of where the shop is."""

    time_zone: str
    offer_link: str
    """Empty: a storefront's own address with promoCode."""
    storefronts: Sequence[ChannelStorefront]
    """By channel."""


def current() -> ShopSettings:
    """As the owner said last."""
    host = conf.host()
    link = host.offer_link()
    shown: list[ChannelStorefront] = []
    for channel in host.channels():
        url = host.storefront_url(channel.slug)
        there = storefront.offer_url(url, link, channel.slug, SOME_CODE)
        shown.append(ChannelStorefront(channel=channel.slug, url=url, offer_url=there))
    return ShopSettings(time_zone=host.time_zone(), offer_link=link, storefronts=shown)


def decide(
    *, storefront_url: str | None = None, offer_link: str | None = None, time_zone: str | None = None
) -> None:
    """Where mails send customers, such as https://shop.example/{channel}; where the storefront takes an offer's code,
    such as /offer?code={code}, empty for its first page; in which zone a purchase day is a day. None leaves one as it
    is. Raises BadInput with the field at fault, and then keeps nothing."""
    conf.host().set_place(
        storefront_url=None if storefront_url is None else _storefront(storefront_url),
        offer_link=None if offer_link is None else _offer_link(offer_link),
        time_zone=None if time_zone is None else _time_zone(time_zone),
    )


def _storefront(url: str) -> str:
    url = input_validation.line(url, field="storefrontUrl", most=LONGEST)
    parts = urlsplit(url.replace("{channel}", "channel"))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(_("Use a whole address that begins with https://."), field="storefrontUrl")
    return url


def _offer_link(link: str) -> str:
    link = link.strip() and input_validation.line(link, field="offerLink", most=LONGEST)
    if link and not storefront.is_offer_link(link):
        words = _("Give a path or an address in which {code} stands, such as /offer?code={code}.")
        raise BadInput(words, field="offerLink")
    return link


def _time_zone(zone: str) -> str:
    zone = input_validation.line(zone, field="timeZone", most=64)
    if zone not in available_timezones():
        raise BadInput(
            _("This time zone is not known. Use an IANA name such as Europe/Madrid."), field="timeZone"
        )
    return zone
