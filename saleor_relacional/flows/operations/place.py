"""Where the shop is: what its owner says in our pages, and the host keeps."""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation

LONGEST = 400


def name_storefront(url: str) -> None:
    """Where mails send customers, such as https://shop.example/{channel}. Raises BadInput with the field at fault."""
    url = input_validation.line(url, field="storefrontUrl", most=LONGEST)
    parts = urlsplit(url.replace("{channel}", "channel"))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(_("Use a whole address that begins with https://."), field="storefrontUrl")
    conf.host().set_place(storefront_url=url)


def name_time_zone(zone: str) -> None:
    """In which zone a purchase day is a day. Raises BadInput with the field at fault."""
    zone = input_validation.line(zone, field="timeZone", most=64)
    if zone not in available_timezones():
        raise BadInput(
            _("This time zone is not known. Use an IANA name such as Europe/Madrid."), field="timeZone"
        )
    conf.host().set_place(time_zone=zone)
