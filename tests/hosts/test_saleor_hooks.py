"""The table of Saleor's hooks, without a Saleor: what each nudges about, and that it reaches no shopper."""

from types import SimpleNamespace
from typing import Any

import pytest

from saleor_relacional import nudge
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.saleor.hooks import HOOKS, add_hooks, each_key, order_key, own_key


@add_hooks
class Plugin:
    """Stands for the plugin in Saleor."""


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[FactKind, object]]:
    """What hooks nudge about."""
    heard: list[tuple[FactKind, object]] = []
    monkeypatch.setattr(nudge, "record", lambda kind, reference: heard.append((kind, reference)))
    return heard


HANDED = {
    own_key: (SimpleNamespace(pk="a"), ["a"]),
    order_key: (SimpleNamespace(pk="a", order_id="b"), ["b"]),
    each_key: ([SimpleNamespace(pk="a"), SimpleNamespace(pk="b")], ["a", "b"]),
}
"""Reader of references → what Saleor hands to such a hook, and the references in it."""


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_nudges_by_reference(name: str, nudges: list[tuple[FactKind, object]]) -> None:
    """Whatever else this version of Saleor passes; and the value of the plugin before it goes on."""
    kind, reader = HOOKS[name]
    subject, references = HANDED[reader]
    answer: Any = getattr(Plugin(), name)(subject, "further", previous_value="before", webhooks=None)
    assert answer == "before"
    assert nudges == [(kind, reference) for reference in references]


def test_the_names_of_hooks_say_their_kind() -> None:
    """No hook of an order tells of a customer."""
    kinds = {
        "order": FactKind.ORDER, "fulfillment": FactKind.ORDER, "checkout": FactKind.CHECKOUT,
        "customer": FactKind.CUSTOMER, "account": FactKind.CUSTOMER, "staff": FactKind.CUSTOMER,
    }  # fmt: skip
    assert {name: kind for name, (kind, _) in HOOKS.items()} == {
        name: kinds[name.split("_")[0]] for name in HOOKS
    }


def test_a_hook_that_breaks_reaches_no_shopper(nudges: list[tuple[FactKind, object]]) -> None:
    """Saleor hands over something without a key: the order stands, and the sweep finds it."""
    plugin: Any = Plugin()
    assert plugin.order_created(object(), previous_value="before") == "before"
    assert nudges == []
