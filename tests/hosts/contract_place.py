"""The shop's clock, name, channels and links, and writing."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.hosts.base import Channel, Host
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Policy
from tests.hosts.driver import Shop


class PlaceContract:
    """Subclassed by contract.HostContract."""

    def test_it_is_a_host(self, shop: Shop) -> None:
        """Every method of the protocol is there, and facts can name their source."""
        assert isinstance(shop.host, Host)
        assert shop.host.source

    def test_where_the_desk_is(self, shop: Shop) -> None:
        """A path in the shop's dashboard, or nothing."""
        assert shop.host.desk_address() == "" or shop.host.desk_address().startswith("/")

    def test_the_clock_is_aware_utc_and_does_not_go_back(self, shop: Shop) -> None:
        """Two looks in a row."""
        first, second = shop.host.now(), shop.host.now()
        assert first.utcoffset() == timedelta(0)
        assert second >= first

    def test_the_shop_lives_by_its_own_clock(self, shop: Shop) -> None:
        """Sixty days later by the shop's clock, what it writes carries that time."""
        if not shop.clock_moves:
            pytest.skip("this host lives by the real clock")
        later = shop.host.now() + timedelta(days=60)
        shop.set_clock(later)
        assert shop.host.now() == later
        order = shop.host.fetch(FactKind.ORDER, [shop.order(email="ana@example.com")])[0]
        assert order.changed_at == later

    def test_the_time_zone_has_a_name(self, shop: Shop) -> None:
        """The purchase day is a day in it."""
        assert ZoneInfo(shop.host.time_zone())

    def test_channels(self, shop: Shop) -> None:
        """Each with its currency."""
        shop.channel("usd", "USD")
        found = {channel.slug: channel for channel in shop.host.channels()}
        assert isinstance(found["eur"], Channel)
        assert (found["eur"].currency, found["usd"].currency) == ("EUR", "USD")

    def test_links(self, shop: Shop) -> None:
        """Absolute and without a slash at the end, or empty when nobody configured them."""
        url = shop.host.public_url()
        assert url == "" or (url.startswith(("http://", "https://")) and not url.endswith("/"))
        assert isinstance(shop.host.storefront_url("eur"), str)
        assert shop.host.storefront_url("no such channel") == shop.host.storefront_url("no such channel")
        assert shop.host.shop_name()

    def test_where_a_checkout_is_gone_on_with(self, shop: Shop, settings: Any) -> None:
        """Nowhere without a storefront; else where Saleor's own storefront does, or where the settings say."""
        checkout = shop.checkout(email="ana@example.com")
        shop.host.set_place(storefront_url="")
        assert shop.host.checkout_url("eur", checkout) == ""
        shop.host.set_place(storefront_url="https://shop.example/{channel}/")
        url = urlsplit(shop.host.checkout_url("eur", checkout))
        assert (url.scheme, url.netloc, url.path) == ("https", "shop.example", "/checkout")
        (named,) = parse_qs(url.query)["checkout"]
        assert named == shop.storefront_id(checkout)
        settings.RELACIONAL = {"CHECKOUT_PATH": "basket/{channel}?id={checkout}"}
        assert shop.host.checkout_url("eur", checkout).startswith("https://shop.example/eur/basket/eur?id=")
        settings.RELACIONAL = {"CHECKOUT_PATH": "https://till.example/{checkout}"}
        assert shop.host.checkout_url("eur", checkout).startswith("https://till.example/")

    def test_an_owner_says_where_the_shop_is(self, shop: Shop) -> None:
        """What is said holds at once, channel by channel; what is not said stays."""
        shop.host.set_place(storefront_url="https://shop.example/{channel}")
        before = shop.host.time_zone()
        assert shop.host.storefront_url("eur") == "https://shop.example/eur"
        assert shop.host.storefront_pattern() == "https://shop.example/{channel}"
        shop.host.set_place(time_zone="Europe/Madrid")
        assert (before, shop.host.time_zone()) == ("UTC", "Europe/Madrid")
        assert shop.host.storefront_url("eur") == "https://shop.example/eur"

    def test_an_owner_says_where_codes_are_taken(self, shop: Shop) -> None:
        """The storefront's first page until they do; said alone it leaves the rest as it is, and can be taken back."""
        shop.host.set_place(storefront_url="https://shop.example/{channel}")
        assert shop.host.offer_link() == ""
        shop.host.set_place(offer_link="/offer/{code}")
        assert (shop.host.offer_link(), shop.host.storefront_url("eur")) == (
            "/offer/{code}", "https://shop.example/eur",
        )  # fmt: skip
        shop.host.set_place(offer_link="")
        assert shop.host.offer_link() == ""

    def test_writing_lets_a_door_write(self, shop: Shop) -> None:
        """Outside a request of the host's own our tables can be written within the block."""
        with shop.host.writing():
            Policy.objects.update_or_create(id=1, defaults={"updated_at": shop.host.now()})
        assert Policy.objects.filter(id=1).exists()

    def test_reading_names_a_database(self, shop: Shop) -> None:
        """An alias that the settings know."""
        from django.db import connections

        assert shop.host.reading(shop.context()) in connections

    def test_it_says_what_it_lacks(self, shop: Shop) -> None:
        """Every lack carries its cure."""
        for lack in shop.host.unmet_requirements():
            assert lack.code
            assert lack.problem
            assert lack.cure

    def test_it_is_switched_on(self, shop: Shop) -> None:
        """Until the shop's admin says otherwise."""
        assert shop.host.active() is True

    def test_it_lends_its_types(self, shop: Shop) -> None:
        """Money and User are the host's own GraphQL types, and users are loaded by reference in one go."""
        lent = shop.host.graphql_types()
        assert lent.money._meta.name == "Money"
        assert lent.user._meta.name == "User"
        assert callable(lent.load_users)
