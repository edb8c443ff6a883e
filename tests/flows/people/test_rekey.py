"""The key of the hashes of the forgotten: a change of it is refused until the hashes follow it."""

from datetime import datetime
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from saleor_relacional import conf, tasks
from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.operations import doctor
from saleor_relacional.flows.people import forget, tombstones
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Cursor, Installation, Profile, Purchase, Tombstone, Touch
from tests.flows.people.test_forget import sync_all
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db

CHECK = "saleor_relacional.E003"


def told_by_checks() -> list[Any]:
    found = run_checks(databases=[conf.database()])
    return [message for message in found if message.id == CHECK]


def life_of_zenobia(now: datetime) -> None:
    """Zenobia bought and was forgotten; Yves objected."""
    recording.record([order("o1", "zenobia@shop.example", country="ES", postal_code="28001")], now=now)
    forget.forget(Profile.objects.get(), now=now)
    recording.record([order("o2", "yves@shop.example", country="ES", postal_code="28001")], now=now)
    consent.record_objection(Profile.objects.get(), source="storefront", now=now)


def is_known(name: str) -> bool:
    return bool(tombstones.forgotten([tombstones.email(name)]))


def test_another_key_is_refused_and_nothing_leaves_or_is_read(
    shop: Any, now: datetime, settings: Any
) -> None:
    """The key is set after people were forgotten: the check and the doctor say so with the cure, every task refuses,
    and a sync goes on where it stood once the key is back."""
    life_of_zenobia(now)
    assert told_by_checks() == []
    shop.order(email="ana@shop.example")
    settings.RELACIONAL = {"TOMBSTONE_KEY": "new"}
    (error,) = told_by_checks()
    assert "relacional_rekey --old-key" in error.hint
    assert "tombstone_key" in {one.code for one in doctor.findings(now)}
    for task in (tasks.plan, tasks.send, tasks.sweep):
        with pytest.raises(Misconfigured, match="relacional_rekey"):
            task()
    with pytest.raises(Misconfigured, match="relacional_rekey"):
        sweeping.sync(FactKind.ORDER, now=now)
    assert not Touch.objects.exists()
    assert Purchase.objects.count() == 1
    assert Cursor.objects.get(name="sync:order").position_at is None
    settings.RELACIONAL = {}
    sync_all(now)
    assert Purchase.objects.count() == 2


def test_rekeyed_the_forgotten_stay_forgotten(shop: Any, now: datetime, settings: Any) -> None:
    """From the drawn key to the owner's, to another, and back to the drawn: the forgotten stay so, objections hold,
    nobody seems to have moved, and facts are no news."""
    life_of_zenobia(now)
    steps = [("", {"TOMBSTONE_KEY": "first"}), ("first", {"TOMBSTONE_KEY": "second"}), ("second", {})]
    for old, settings.RELACIONAL in steps:
        with pytest.raises(Misconfigured):
            is_known("zenobia@shop.example")
        call_command("relacional_rekey", old_key=old)
        assert told_by_checks() == []
        assert is_known("zenobia@shop.example")
        assert not is_known("ana@shop.example")
        assert list(consent.bases([Profile.objects.get().pk], now=now, purpose="offers").values()) == [
            "opt_out"
        ]
        again = order("o2", "yves@shop.example", country="ES", postal_code="28001")
        zenobia = account("z", "zenobia@shop.example")
        assert recording.record([again, zenobia], now=now) == recording.Recorded(unchanged=1, forgotten=1)
    before = set(map(bytes, Tombstone.objects.values_list("digest", flat=True)))
    call_command("relacional_rekey")
    assert set(map(bytes, Tombstone.objects.values_list("digest", flat=True))) == before


def test_a_wrong_old_key_changes_nothing(now: datetime, settings: Any) -> None:
    """Hashed under a key that never held, nobody would be found again."""
    life_of_zenobia(now)
    before = (
        list(Tombstone.objects.order_by("pk").values_list("digest", flat=True)),
        Installation.objects.get().key_check,
    )
    settings.RELACIONAL = {"TOMBSTONE_KEY": "new"}
    with pytest.raises(CommandError, match="nothing has changed"):
        call_command("relacional_rekey", old_key="guessed")
    after = (
        list(Tombstone.objects.order_by("pk").values_list("digest", flat=True)),
        Installation.objects.get().key_check,
    )
    assert [bytes(one) for one in after[0]] == [bytes(one) for one in before[0]]
    assert bytes(after[1]) == bytes(before[1])
