"""Saleor's fixtures, loaded from outside its tree, and the shop that the contract acts in."""

import importlib.util
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.saleor import home

_spec = importlib.util.spec_from_file_location("saleor_root_conftest", home.HOME / "conftest.py")
assert _spec and _spec.loader
_saleor = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_saleor)
pytest_plugins = _saleor.pytest_plugins


@pytest.fixture(autouse=True)
def _the_host_is_found_anew() -> Iterator[None]:
    from saleor_relacional import conf

    conf.host.cache_clear()
    yield
    conf.host.cache_clear()


@pytest.fixture
def now() -> datetime:
    """The instant at which stories begin: Saleor lives by the real clock."""
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def shop(db: Any, site_settings: Any) -> Any:
    """A Saleor with one channel in euros and nobody in it."""
    from saleor.site import AccountConfirmMode

    from tests.saleor.contract.shop import SaleorShop

    # Saleor joins guest orders at confirmation in this mode only; new shops have it off.
    site_settings.account_confirm_merge_mode = AccountConfirmMode.REQUIRE_PASSWORD
    site_settings.save(update_fields=["account_confirm_merge_mode"])
    shop = SaleorShop()
    shop.channel("eur", "EUR")
    return shop
