"""Where a storefront goes on with an open checkout, and where it takes an offer's code: the same for every host."""

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from saleor_relacional import conf

PROMO_CODE = "promoCode"
"""Parameter of the storefront's URL that brings a code along. It is called as checkoutAddPromoCode calls it, and not
`code`, which logins by OAuth read. The code is worth nothing to whoever else comes by the link."""


VARIANT = "variant"
"""Parameter of the storefront's URL that names what goes into the basket."""


def checkout_url(storefront: str, channel: str, checkout: str) -> str:
    """Address of a checkout at this storefront; empty without one. `checkout`: as the storefront API knows it.

    RELACIONAL["CHECKOUT_PATH"] is read like a link on the storefront's first page: one that begins with a slash begins
    at its host.
    """
    if not storefront:
        return ""
    return urljoin(storefront, _filled(conf.checkout_path(), channel=channel, checkout=checkout))


def offer_url(storefront: str, link: str, channel: str, code: str, variant: str = "") -> str:
    """Where the button of an offer leads; empty without a storefront. `link`: as the owner said (see `is_offer_link`),
    read like a link on the storefront's first page; empty: that page, with the code as `promoCode`. `variant`: what is
    given for nothing, and goes into the basket, as the storefront API knows it."""
    if not storefront:
        return ""
    if link:
        return urljoin(storefront, _filled(link, channel=channel, code=code, variant=variant))
    parts, brought = urlsplit(storefront), {PROMO_CODE: code, **({VARIANT: variant} if variant else {})}
    kept = [each for each in parts.query.split("&") if each and each.partition("=")[0] not in brought]
    added = [f"{name}={quote(value, safe='')}" for name, value in brought.items()]
    return urlunsplit(parts._replace(query="&".join([*kept, *added])))


def collection_url(storefront: str, channel: str, collection: str) -> str:
    """Address of a collection, by its slug; empty without a storefront. RELACIONAL["COLLECTION_PATH"] is read like a
    link on the storefront's first page."""
    if not storefront:
        return ""
    return urljoin(storefront, _filled(conf.collection_path(), channel=channel, collection=collection))


def is_offer_link(link: str) -> bool:
    """Whether this is a path, or an address that begins with http, in which {code} stands, and nothing else to fill in
    but {channel} and {variant}. A checkout never stands in it: mails are forwarded."""
    parts = urlsplit(_filled(link, channel="channel", code="code", variant="variant"))
    somewhere = (
        bool(parts.hostname) if parts.scheme in ("http", "https") else not (parts.scheme or parts.netloc)
    )
    host = urlsplit(link).netloc
    return somewhere and "{code}" in link and "{" not in host and not set(parts.geturl()) & set("{}\\ \n\r\t")


def _filled(pattern: str, **values: str) -> str:
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", quote(value, safe=""))
    return pattern
