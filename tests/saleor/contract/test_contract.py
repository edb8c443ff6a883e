"""Saleor keeps the contract that every host keeps."""

from typing import Any

import pytest

from tests.hosts.contract import HostContract

PLUGIN = "saleor_relacional.hosts.saleor.plugin.RelacionalPlugin"


@pytest.mark.django_db
class TestSaleor(HostContract):
    """All of it, on a real Saleor."""

    def test_an_owner_says_where_the_shop_is(self, shop: Any, settings: Any) -> None:
        """As everywhere, with the plugin among Saleor's: what is said is kept in its configuration."""
        settings.PLUGINS = [PLUGIN]
        super().test_an_owner_says_where_the_shop_is(shop)

    def test_an_owner_says_where_codes_are_taken(self, shop: Any, settings: Any) -> None:
        """As everywhere, likewise."""
        settings.PLUGINS = [PLUGIN]
        super().test_an_owner_says_where_codes_are_taken(shop)

    def test_where_a_checkout_is_gone_on_with(self, shop: Any, settings: Any) -> None:
        """As everywhere, likewise."""
        settings.PLUGINS = [PLUGIN]
        super().test_where_a_checkout_is_gone_on_with(shop, settings)
