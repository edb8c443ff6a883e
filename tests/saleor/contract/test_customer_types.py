"""Customer attributes at Saleor itself: every customer type has them, a later one too, and no plugin hears of it."""

from typing import Any

import graphene
import pytest
from saleor.plugins.manager import PluginsManager

from saleor_relacional.hosts.attributes import AttributeStore, CustomerAttribute

pytestmark = pytest.mark.django_db

STAGE = CustomerAttribute(key="stage", name="Stage", values={"loyal": "Loyal", "lost": "Lost"})
RUN = ("_PluginsManager__run_method_on_plugins", "_PluginsManager__run_method_on_single_plugin")
"""Through which of its methods Saleor tells its plugins, webhooks among them, of anything."""
SHOWN = """
query($id: ID!) {
  user(id: $id) { assignedAttributes { attribute { slug }
    ... on AssignedSingleChoiceAttribute { choice: value { slug } } } } }"""


@pytest.fixture
def store(shop: Any) -> AttributeStore:
    """Saleor's; before 3.23.26 there is none."""
    found: AttributeStore | None = shop.host.attributes()
    if found is None:
        pytest.skip("this Saleor has no customer attributes, and says so")
    return found


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every method that Saleor calls on its plugins."""
    told: list[str] = []
    for name in RUN:
        monkeypatch.setattr(PluginsManager, name, _listening(getattr(PluginsManager, name), told))
    return told


def _listening(method: Any, told: list[str]) -> Any:
    def run(*args: Any, **kwargs: Any) -> Any:
        told.append(next((str(one) for one in args if isinstance(one, str)), "?"))
        return method(*args, **kwargs)

    return run


def _of_type(account: str, slug: str) -> None:
    """Staff make another customer type, and give it to somebody."""
    # Here, because an older Saleor has no such model.
    from saleor.account.models import CustomerType, User

    kind, _new = CustomerType.objects.get_or_create(slug=slug, defaults={"name": slug})
    User.objects.filter(pk=account).update(customer_type=kind)


def test_every_customer_type_has_them(shop: Any, store: AttributeStore) -> None:
    """Of a shop with two types each customer shows a stage; so does one of a type that staff made later, once we have
    been by again. Saleor's list filters all of them."""
    ana, bea, dora = (shop.customer(f"{name}@example.com") for name in ("ana", "bea", "dora"))
    _of_type(bea, "wholesale")
    store.define([STAGE], made=frozenset())
    _of_type(dora, "press")
    assert store.define([STAGE], made={"stage"}) == {"stage"}
    store.write({one: {"stage": {"loyal"}} for one in (ana, bea, dora)})
    assert shop.customers_where("relacional-stage", "loyal") == {ana, bea, dora}
    boss = shop._boss_client()
    for one in (ana, bea, dora):
        given = shop._post(boss, SHOWN, id=graphene.Node.to_global_id("User", one))["user"][
            "assignedAttributes"
        ]
        assert [(each["attribute"]["slug"], each["choice"]["slug"]) for each in given] == [
            ("relacional-stage", "loyal")
        ]


def test_a_type_that_staff_took_it_off_stays_without(shop: Any, store: AttributeStore) -> None:
    """It is their list."""
    from saleor.attribute.models import AttributeCustomerType

    ana = shop.customer("ana@example.com")
    _of_type(ana, "wholesale")
    store.define([STAGE], made=frozenset())
    AttributeCustomerType.objects.filter(customer_type__slug="wholesale").delete()
    store.define([STAGE], made={"stage"})
    assert not AttributeCustomerType.objects.filter(customer_type__slug="wholesale").exists()


def test_no_plugin_hears_of_it(
    shop: Any, store: AttributeStore, heard: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    """Neither at once nor after the commit: no webhook, of whichever app, is told of an attribute or a customer."""
    ana = shop.customer("ana@example.com")
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True) as later:
        store.define([STAGE], made=frozenset())
        store.write({ana: {"stage": {"loyal"}}})
        store.write({ana: {"stage": {"lost"}}})
        store.tidy([], limit=100)
    assert (heard, later) == ([], [])
    shop.own_value(ana, "colour", "red")
    assert heard, "what staff do is heard: the ear is not deaf"
