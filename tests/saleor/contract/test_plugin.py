"""The plugin inside Saleor: hooks that only nudge, a first save that does not switch us off, a seam that may fail."""

from typing import Any

import pytest
from saleor.plugins.base_plugin import BasePlugin
from saleor.plugins.manager import PluginsManager, get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from saleor_relacional import nudge
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.saleor.hooks import HOOKS
from tests.saleor.contract.shop import SaleorShop

pytestmark = pytest.mark.django_db
PLUGIN = "saleor_relacional.hosts.saleor.plugin.RelacionalPlugin"


@pytest.fixture
def nudges(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[FactKind, str]]:
    """What the plugin nudges about while it is active."""
    heard: list[tuple[FactKind, str]] = []
    settings.PLUGINS = [PLUGIN]
    monkeypatch.setattr(nudge, "record", lambda kind, reference: heard.append((kind, str(reference))))
    return heard


def test_every_hook_of_the_table_is_one_of_saleors() -> None:
    """A hook that Saleor renames or drops would never be called again, without an error."""
    assert set(HOOKS) <= set(BasePlugin.__annotations__)
    assert all(callable(getattr(PluginsManager, name)) for name in HOOKS)


def test_a_checkout_and_its_order_are_nudged_about(
    shop: SaleorShop, nudges: list[tuple[FactKind, str]]
) -> None:
    """By reference only, whatever Saleor hands to its hooks."""
    checkout = shop.checkout(email="ana@example.com")
    assert nudges
    assert set(nudges) == {(FactKind.CHECKOUT, checkout)}
    order = shop.complete(checkout).order
    assert (FactKind.ORDER, str(order)) in nudges
    assert all("@" not in reference for _, reference in nudges)


def test_a_deleted_customer_is_named_by_the_old_key(
    shop: SaleorShop, nudges: list[tuple[FactKind, str]]
) -> None:
    """The worker finds nobody under it and forgets."""
    ana = shop.customer("ana@example.com")
    shop.delete_customer(ana)
    assert (FactKind.CUSTOMER, ana) in nudges


def test_a_nudge_that_breaks_reaches_no_shopper(
    shop: SaleorShop, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception in a hook would answer the shopper with errors although the order stands."""

    def broken(kind: FactKind, reference: object) -> None:
        raise RuntimeError("the nudge is broken")

    settings.PLUGINS = [PLUGIN]
    monkeypatch.setattr(nudge, "record", broken)
    assert shop.complete(shop.checkout(email="ana@example.com")).order


def test_a_hook_makes_no_query(
    shop: SaleorShop, nudges: list[tuple[FactKind, str]], django_assert_num_queries: Any
) -> None:
    """It runs in the shopper's time."""
    from saleor.order.models import Order

    order = Order.objects.get(pk=shop.order(email="ana@example.com"))
    plugin = get_plugins_manager(allow_replica=False).get_plugin("saleor_relacional")
    with django_assert_num_queries(0):
        plugin.order_updated(order, previous_value=None, webhooks=None)
    assert nudges == [(FactKind.ORDER, str(order.pk))]


def test_the_first_save_does_not_switch_us_off(shop: SaleorShop, settings: Any) -> None:
    """Saleor makes the row inactive; saving a URL is no wish to stop. Switching off is, and stays."""
    settings.PLUGINS = [PLUGIN]
    manager = get_plugins_manager(allow_replica=False)
    url = {"name": "storefront-url", "value": "https://shop.example/"}
    manager.save_plugin_configuration("saleor_relacional", None, {"configuration": [url]})
    assert shop.host.active() is True
    manager.save_plugin_configuration("saleor_relacional", None, {"active": False})
    assert shop.host.active() is False
    manager.save_plugin_configuration("saleor_relacional", None, {"configuration": [url]})
    assert shop.host.active() is False
    assert PluginConfiguration.objects.filter(identifier="saleor_relacional").count() == 1


def test_saleors_own_dashboard_may_frame_us(
    shop: SaleorShop, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DASHBOARD_URL is what counts until the admin fills in another; without both, nobody may."""
    from saleor_relacional.hosts.saleor import configuration

    settings.PLUGINS = [PLUGIN]
    monkeypatch.delenv("DASHBOARD_URL", raising=False)
    assert list(shop.host.dashboard_origins()) == []
    monkeypatch.setenv("DASHBOARD_URL", "https://shop.example/dashboard/")
    assert list(shop.host.dashboard_origins()) == ["https://shop.example"]
    other = {"name": configuration.DASHBOARD_URL, "value": "https://admin.example/"}
    manager = get_plugins_manager(allow_replica=False)
    manager.save_plugin_configuration("saleor_relacional", None, {"configuration": [other]})
    assert list(shop.host.dashboard_origins()) == ["https://admin.example"]


def test_pages_that_were_made_and_not_remembered(
    shop: SaleorShop, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We died after Saleor's commit and before ours, which may be another database: the next beat finds the pages
    there, makes none twice, and remembers them, so that one the admin removes stays removed."""
    from saleor.app.models import App, AppExtension

    from saleor_relacional.flows.people.tombstones import installation
    from saleor_relacional.hosts.saleor import dashboard
    from saleor_relacional.models import Installation

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    settings.PUBLIC_URL = "https://shop.example"
    installation()
    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(Installation, "save", dies)
        shop.host.move_in()
    assert (App.objects.count(), AppExtension.objects.count()) == (1, len(dashboard.EXTENSIONS))
    assert installation().installed_by_us == {}
    shop.host.move_in()
    assert (App.objects.count(), AppExtension.objects.count()) == (1, len(dashboard.EXTENSIONS))
    assert dashboard.state() == "there"
    AppExtension.objects.filter(identifier="slipping").delete()
    shop.host.move_in()
    assert not AppExtension.objects.filter(identifier="slipping").exists()


def test_without_the_seam_saleor_starts_and_a_check_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later Saleor has moved its schema: no exception, but a warning that names what is missing."""
    from saleor_relacional.hosts.saleor import ready, schema

    def gone() -> None:
        raise ImportError("No module named 'saleor.graphql.plugins.schema'")

    monkeypatch.setattr(schema, "mount", gone)
    monkeypatch.setattr(ready, "_missing", [])
    assert ready.seam_is_there() == []
    ready._mount()
    (warning,) = ready.seam_is_there()
    assert warning.id == "saleor_relacional.W101"
    assert "saleor.graphql.plugins.schema" in warning.msg


def test_too_late_for_the_schema_is_noticed() -> None:
    """By now the schema is built: mounting again would change nothing that anybody sees."""
    from saleor_relacional.hosts.saleor import schema

    with pytest.raises(schema.SeamMissing):
        schema.mount()
