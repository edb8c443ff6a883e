"""Where somebody lives says when it is night for them."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.core import get_global

from saleor_relacional.rules.contact import zones
from saleor_relacional.rules.contact.zones import zone_of


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        (("FR",), "Europe/Paris"),
        (("gb", "", "SW1A 1AA"), "Europe/London"),
        (("ES", "", "28013"), "Europe/Madrid"),
        (("ES", "", "35001"), "Atlantic/Canary"),
        (("PT", "", "9500-321"), "Atlantic/Azores"),
        (("US", "CA", "94103"), "America/Los_Angeles"),
        (("US", "US-NY"), "America/New_York"),
        (("US", "hi"), "Pacific/Honolulu"),
        (("CA", "NL"), "America/St_Johns"),
        (("AU", "WA"), "Australia/Perth"),
        (("BR", "AM"), "America/Manaus"),
        (("MX", ""), "America/Mexico_City"),
        (("MX", "B.C."), "America/Tijuana"),
        (("US", ""), ""),
        (("US", "Californication"), ""),
        (("RU", ""), ""),
        (("ZZ",), ""),
        (("001",), ""),
        (("",), ""),
    ],
)
def test_an_address_has_its_zone_or_none(address, zone):
    assert zone_of(*address) == zone


def test_every_zone_that_is_concluded_is_one():
    """Of all countries and states; else the first message to somebody there would fail."""
    told = {zone_of(land) for land in get_global("territory_zones")}
    told |= {zone_of(land, state) for land, states in zones._BY_STATE.items() for state in states}
    told |= {zone for beginnings in zones._POSTAL.values() for zone in beginnings.values()}
    told |= set(zones.MAINLY.values())
    assert told - {""} <= available_timezones()
    assert all(ZoneInfo(zone) for zone in told - {""})


def test_each_state_has_one_zone():
    """Fifty states and the capital; thirteen provinces; eight states; twenty-seven."""
    counts = {land: len(states) for land, states in zones._BY_STATE.items()}
    assert counts["US"] == 51 + 5 and counts["CA"] == 13 and counts["AU"] == 8 and counts["BR"] == 27
    assert all(
        sum(map(len, map(str.split, told.values()))) == counts[land] for land, told in zones._STATES.items()
    )
