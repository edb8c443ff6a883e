"""What the shop's admin set on the plugin's page in the dashboard. Read anew at every use: pods share no state."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from saleor.core.db.connection import allow_writer
from saleor.plugins.base_plugin import ConfigurationTypeField
from saleor.plugins.error_codes import PluginErrorCode
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from saleor_relacional.hosts.storefront import is_offer_link
from saleor_relacional.once import once

PLUGIN_ID = "saleor_relacional"

STOREFRONT_URL = "storefront-url"
OFFER_LINK = "offer-link"
TIME_ZONE = "time-zone"
COUNT_UNPAID = "count-unpaid-orders"
DASHBOARD_URL = "dashboard-url"

DEFAULTS: list[dict[str, Any]] = [
    {"name": STOREFRONT_URL, "value": ""},
    {"name": OFFER_LINK, "value": ""},
    {"name": TIME_ZONE, "value": ""},
    {"name": COUNT_UNPAID, "value": True},
    {"name": DASHBOARD_URL, "value": ""},
]

STRUCTURE: dict[str, dict[str, str]] = {
    STOREFRONT_URL: {
        "type": ConfigurationTypeField.STRING,
        "label": "Storefront URL",
        "help_text": "Where mails send customers. {channel} stands for the channel's slug.",
    },
    OFFER_LINK: {
        "type": ConfigurationTypeField.STRING,
        "label": "Link of an offer",
        "help_text": "Where the storefront takes a code, such as /offer?code={code}: {code} stands in it, {channel}"
        " may. Empty: the storefront URL with promoCode={code}.",
    },
    TIME_ZONE: {
        "type": ConfigurationTypeField.STRING,
        "label": "Time zone of the shop",
        "help_text": "IANA name such as Europe/Madrid; empty: UTC. A purchase day is a day in it; a change computes all"
        " days anew.",
    },
    COUNT_UNPAID: {
        "type": ConfigurationTypeField.BOOLEAN,
        "label": "Count unpaid orders",
        "help_text": "Whether a placed order that is not paid yet is a purchase already.",
    },
    DASHBOARD_URL: {
        "type": ConfigurationTypeField.STRING,
        "label": "Dashboard URL",
        "help_text": (
            "Only this address may show our pages in a frame, for example https://shop.example/dashboard/. Empty:"
            " Saleor's own DASHBOARD_URL, where it is set."
        ),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The plugin's settings as they are now."""

    active: bool
    storefront_url: str
    offer_link: str
    time_zone: str
    """UTC until somebody says another."""
    time_zone_said: bool
    """Whether somebody did, if only UTC."""
    count_unpaid: bool
    dashboard_url: str
    """What was filled in, else Saleor's own; empty where neither is there."""

    @property
    def dashboard_origins(self) -> tuple[str, ...]:
        """Scheme and host of the dashboard's URL: what a frame-ancestors policy names. Empty lets nobody frame us."""
        parts = urlsplit(self.dashboard_url)
        return (
            (f"{parts.scheme}://{parts.netloc}",)
            if parts.scheme in {"http", "https"} and parts.netloc
            else ()
        )


@once
def read() -> Configuration:
    """One small query on the writer, whose word is the latest."""
    with allow_writer():
        row = PluginConfiguration.objects.filter(identifier=PLUGIN_ID, channel__isnull=True).first()
    values = {item["name"]: item["value"] for item in DEFAULTS}
    if row is not None:
        values |= {item["name"]: item.get("value") for item in row.configuration or []}
    return _configuration(row is None or row.active, values)


def save(*, storefront_url: str | None, time_zone: str | None, offer_link: str | None = None) -> None:
    """Save these as the plugin's page does; None leaves one as it is."""
    given = {STOREFRONT_URL: storefront_url, TIME_ZONE: time_zone, OFFER_LINK: offer_link}
    said = [{"name": name, "value": value} for name, value in given.items() if value is not None]
    with allow_writer():
        manager = get_plugins_manager(allow_replica=False)
        manager.save_plugin_configuration(PLUGIN_ID, None, {"configuration": said})


def validate(values: Iterable[Mapping[str, Any]]) -> None:
    """Raises the ValidationError that the dashboard shows beside the field."""
    given = {item["name"]: item.get("value") for item in values}
    zone = (given.get(TIME_ZONE) or "").strip()
    if zone and not is_time_zone(zone):
        _refuse(TIME_ZONE, "This time zone is not known. Use an IANA name such as Europe/Madrid.")
    link = (given.get(OFFER_LINK) or "").strip()
    if link and not is_offer_link(link):
        _refuse(OFFER_LINK, "Give a path or an address in which {code} stands, such as /offer?code={code}.")
    for name in (STOREFRONT_URL, DASHBOARD_URL):
        url = (given.get(name) or "").strip()
        if url and urlsplit(url).scheme not in {"http", "https"}:
            _refuse(name, "Use a whole address that begins with https://.")


def _refuse(name: str, message: str) -> None:
    code = PluginErrorCode.PLUGIN_MISCONFIGURED.value
    raise ValidationError({name: ValidationError(message, code=code)})


def is_time_zone(name: str) -> bool:
    """Whether this machine knows it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def saleors_dashboard_url() -> str:
    """Saleor's own DASHBOARD_URL: a setting where there is one of that name, else the environment variable that Saleor
    itself reads (saleor/core/views.py)."""
    return str(getattr(settings, "DASHBOARD_URL", "") or os.environ.get("DASHBOARD_URL", "")).strip()


def _known(time_zone: str) -> str:
    # A wrong name is refused when it is saved; one that slipped in by ORM must not stop facts from being recorded.
    return time_zone if is_time_zone(time_zone) else "UTC"


def _configuration(active: bool, values: Mapping[str, Any]) -> Configuration:
    return Configuration(
        active=active,
        storefront_url=(values[STOREFRONT_URL] or "").strip(),
        offer_link=(values[OFFER_LINK] or "").strip(),
        time_zone=_known((values[TIME_ZONE] or "").strip()),
        time_zone_said=is_time_zone((values[TIME_ZONE] or "").strip()),
        count_unpaid=bool(values[COUNT_UNPAID]),
        dashboard_url=(values[DASHBOARD_URL] or "").strip() or saleors_dashboard_url(),
    )
