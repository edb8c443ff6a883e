"""The one place that reads settings, and the one that knows which host we live in.

Settings are optional: inside Saleor nothing has to be changed. RELACIONAL may hold:
    HOST            dotted path of the host's class; found by itself when absent
    DATABASE        alias of the database that our tables live in (entitlements stay in the host's); "default"
    SHOPPING_PAUSE_HOURS    nothing commercial is sent to somebody whose checkout changed within so many hours; 4
    REFUND_DAYS     a campaign's verdict is provisional until so many days after its windows have closed; 30
    CHECKOUT_PATH   where the storefront goes on with a checkout; "/checkout?checkout={checkout}"
    COLLECTION_PATH where the storefront shows a collection; "/{channel}/collections/{collection}"
    COUNT_FREE_ORDERS   whether an order of 0.00 is a purchase for stage and rhythm; False
    CLIENT_ADDRESS  names in a request's META under which your proxy tells whose computer asks, the first that is there
                    counts; Saleor's REAL_IP_ENVIRON, else ["REMOTE_ADDR"]
    DKIM_SELECTORS  names under which the DKIM keys of the sending domain are published, for the doctor; none
    TOMBSTONE_KEY   secret for hashes of forgotten people; when absent one is drawn at install and kept in our table
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from saleor_relacional.errors import Misconfigured
from saleor_relacional.hosts.base import Channel, Host
from saleor_relacional.once import once

KNOWN_HOSTS = {
    "saleor.core": "saleor_relacional.hosts.saleor.host.SaleorHost",
    "saleor_relacional.hosts.standalone": "saleor_relacional.hosts.standalone.host.StandaloneHost",
}
"""Installed app → host that it means."""

CHECKOUT_PATH = "/checkout?checkout={checkout}"
"""What Saleor's own storefront reads."""
CHECKOUT_PATH_CURE = (
    "is no address of a checkout: give a path such as /checkout?checkout={checkout}, or an address that begins with"
    " https://; {checkout} must stand in it, {channel} may."
)

COLLECTION_PATH = "/{channel}/collections/{collection}"
"""As Saleor's own storefront has it."""
COLLECTION_PATH_CURE = (
    "is no address of a collection: give a path such as /collections/{collection}, or an address that begins with"
    " https://; {collection} must stand in it, {channel} may."
)

HOST_DATABASE = "default"
"""Alias of the host's own database, where the table of entitlements always lives."""


def setting(name: str, default: Any = None) -> Any:
    """One entry of settings.RELACIONAL."""
    return getattr(settings, "RELACIONAL", {}).get(name, default)


def database() -> str:
    """Alias of the database that holds our tables."""
    return cast(str, setting("DATABASE", "default"))


def shopping_pause() -> timedelta:
    """For how long after the last change of somebody's checkout nothing commercial is sent to them."""
    hours = setting("SHOPPING_PAUSE_HOURS", 4)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= 24 * 7:
        raise Misconfigured("RELACIONAL['SHOPPING_PAUSE_HOURS'] is no number of hours from 0 to 168.")
    return timedelta(hours=hours)


def refund_period() -> timedelta:
    """For how long after an outcome window has closed refunds of its purchases are waited for: by default 14 days to
    change one's mind and 14 to be paid, as in the EU, and a little."""
    days = setting("REFUND_DAYS", 30)
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 366:
        raise Misconfigured("RELACIONAL['REFUND_DAYS'] is no number of days from 0 to 366.")
    return timedelta(days=days)


def checkout_path() -> str:
    """Where the storefront goes on with a checkout: a link relative to its URL, or an absolute one. {checkout} stands
    for the checkout as the storefront API knows it, {channel} for the channel's slug."""
    path = setting("CHECKOUT_PATH", CHECKOUT_PATH)
    if not isinstance(path, str) or not _is_path(path, "{checkout}"):
        raise Misconfigured(f"RELACIONAL['CHECKOUT_PATH'] {CHECKOUT_PATH_CURE}", field="CHECKOUT_PATH")
    return path


def collection_path() -> str:
    """Where the storefront shows a collection, likewise. {collection} stands for its slug."""
    path = setting("COLLECTION_PATH", COLLECTION_PATH)
    if not isinstance(path, str) or not _is_path(path, "{collection}"):
        raise Misconfigured(f"RELACIONAL['COLLECTION_PATH'] {COLLECTION_PATH_CURE}", field="COLLECTION_PATH")
    return path


def _is_path(path: str, named: str) -> bool:
    """Whether it leads somewhere, and what it is about stands in it."""
    parts = urlsplit(path.replace("{channel}", "channel").replace(named, "named"))
    somewhere = (
        bool(parts.netloc) if parts.scheme in ("http", "https") else not (parts.scheme or parts.netloc)
    )
    return somewhere and named in path and not set(parts.geturl()) & set("{}\\ ")


def count_free_orders() -> bool:
    """Whether an order of 0.00 is a purchase for stage and rhythm."""
    return bool(setting("COUNT_FREE_ORDERS", False))


@cache
def host() -> Host:
    """The shop we live in."""
    path = setting("HOST") or next(
        (path for app, path in KNOWN_HOSTS.items() if apps.is_installed(app)), None
    )
    if path is None:
        raise Misconfigured(
            "saleor_relacional finds no shop to live in. Install it inside Saleor, add"
            " 'saleor_relacional.hosts.standalone' to INSTALLED_APPS, or set RELACIONAL['HOST']."
        )
    return cast(Host, import_string(path)())


@once
def time_zone() -> ZoneInfo:
    """The shop's."""
    return ZoneInfo(host().time_zone())


@once
def channels() -> Sequence[Channel]:
    """The shop's."""
    return host().channels()


def dkim_selectors() -> list[str]:
    """Names under which the sending domain's DKIM keys are published, as its owner says."""
    given = setting("DKIM_SELECTORS", ())
    if isinstance(given, str) or not all(isinstance(each, str) and each for each in given):
        raise Misconfigured("RELACIONAL['DKIM_SELECTORS'] is no list of names.", field="DKIM_SELECTORS")
    return list(given)


def mail_server() -> bool:
    """Whether one is configured. Saleor sets EMAIL_BACKEND to None while EMAIL_URL is missing."""
    return bool(settings.EMAIL_BACKEND)
