"""Stage, segments and value reach the shop's own customer list, stay right there, and go again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional import conf, tasks
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.attributes import choice, write
from saleor_relacional.flows.contact import labels
from saleor_relacional.flows.ingest.record import record
from saleor_relacional.flows.operations import attribute_troubles, uninstall
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone.host import StandaloneHost
from saleor_relacional.models import AttributeChoice, AttributeTurn, ErrorCount, Profile, Unwritten

pytestmark = pytest.mark.django_db(transaction=True)

STAGE, TYPES, VALUE = "relacional-stage", "relacional-segments", "relacional-value"


@pytest.fixture
def people(shop: Any, now: datetime) -> dict[str, str]:
    """Ana buys every 30 days; Leo did, and is long gone; Nora never bought. Accounts by name."""
    made = {
        name: shop.customer(f"{name}@example.com", first_name=name.title()) for name in ("ana", "leo", "nora")
    }
    for days in (110, 80, 50, 20):
        shop.order(customer=made["ana"], email="ana@example.com", placed_at=now - timedelta(days=days))
        shop.order(customer=made["leo"], email="leo@example.com", placed_at=now - timedelta(days=days + 700))
    learn(shop, now)
    return made


def learn(shop: Any, now: datetime) -> None:
    """Read the whole shop, and score it."""
    for kind in FactKind:
        page = shop.host.changed(kind, after=None, until=now + timedelta(days=9), limit=1000)
        record(shop.host.fetch(kind, page.references), now=now)
    score.score_stale(now)


def profile(account: str) -> Profile:
    """Whose the account is."""
    return Profile.objects.get(identities__kind="account", identities__key=account)


def run(now: datetime) -> None:
    """All steps until nothing is left."""
    for _ in range(20):
        if not write.write(now):
            return
    raise AssertionError("It never ends.")


def test_off_until_the_owner_says_so(shop: Any, people: dict[str, str], now: datetime) -> None:
    """Nothing stands at the shop, and no news is kept."""
    run(now)
    assert shop.attribute_slugs() == set()
    assert not Unwritten.objects.exists() and not AttributeChoice.objects.exists()


def test_the_shops_list_filters_by_stage_segment_and_value(
    shop: Any, people: dict[str, str], now: datetime
) -> None:
    """Everybody is where they stand; a guest has no account and stands nowhere."""
    shop.order(email="guest@example.com", placed_at=now - timedelta(days=3))
    learn(shop, now)
    gone = segments.create(
        name="Gone", rule={"field": "idle_days", "operator": "over", "value": 365}, now=now
    )
    choice.decide(now=now, active=True, segments=[gone.public_id], value_bands=[1, 5_000], currency="EUR")
    run(now)
    assert shop.customers_where(STAGE, "prospect") == {people["nora"]}
    assert shop.customers_where(STAGE, profile(people["ana"]).summary.stage) == {people["ana"]}
    assert shop.customers_where(TYPES, str(gone.public_id)) == {people["leo"]}
    assert people["ana"] in shop.customers_where(VALUE, "eur-1-5000")
    assert shop.customers_where(VALUE, "eur-from-5000") == set()
    assert choice.current().written_at == now and not list(attribute_troubles.found(now))


def test_news_and_time_move_them(shop: Any, people: dict[str, str], now: datetime) -> None:
    """Nora buys and is new. Ana meets "no order for 21 days" when time alone says so, found by its moment. Whoever has
    nothing new is not looked at."""
    quiet = segments.create(
        name="Quiet", rule={"field": "idle_days", "operator": "over", "value": 21}, now=now
    )
    choice.decide(now=now, active=True, segments=[quiet.public_id])
    run(now)
    assert shop.customers_where(TYPES, str(quiet.public_id)) == {people["leo"]}
    shop.order(customer=people["nora"], email="nora@example.com", placed_at=now)
    learn(shop, now)
    assert profile(people["nora"]).pk in Unwritten.objects.values_list("profile_id", flat=True)
    run(now)
    assert shop.customers_where(STAGE, "new") == {people["nora"]} and not Unwritten.objects.exists()
    assert AttributeTurn.objects.filter(profile=profile(people["ana"])).exists()
    later = now + timedelta(days=2)
    run(later)
    assert people["ana"] in shop.customers_where(TYPES, str(quiet.public_id))


def test_a_label_of_staff_moves_somebody_into_a_segment(
    shop: Any, people: dict[str, str], now: datetime
) -> None:
    """And its removal out of it."""
    friends = segments.create(
        name="Friends", rule={"field": "label", "operator": "any_of", "value": ["friend"]}, now=now
    )
    choice.decide(now=now, active=True, segments=[friends.public_id])
    run(now)
    ana = profile(people["ana"]).pk
    for changes, shown in (({"add": ["friend"]}, {people["ana"]}), ({"remove": ["Friend"]}, set())):
        labels.change([ana], by="staff:1", now=now, **changes)
        run(now)
        assert shop.customers_where(TYPES, str(friends.public_id)) == shown


def test_an_objection_to_profiling_clears_at_once(shop: Any, people: dict[str, str], now: datetime) -> None:
    """Without waiting for the next run, and no later run brings it back; taking it back does."""
    choice.decide(now=now, active=True, value_bands=[1], currency="EUR")
    run(now)
    ana = profile(people["ana"])
    stage = ana.summary.stage
    preferences.change(ana, now=now, source=preferences.CUSTOMER, no_profiling=True)
    assert people["ana"] not in shop.customers_where(VALUE, "eur-from-1")
    score.score_stale(now)
    run(now)
    assert all(people["ana"] not in shop.customers_where(STAGE, each) for each in ("active", "new", stage))
    preferences.change(ana, now=now, source=preferences.CUSTOMER, no_profiling=False)
    score.score_stale(now)
    run(now)
    assert people["ana"] in shop.customers_where(STAGE, profile(people["ana"]).summary.stage)


def test_erasure_clears_at_once(shop: Any, people: dict[str, str], now: datetime) -> None:
    """The account stays with the shop, and nothing of ours on it."""
    choice.decide(now=now, active=True)
    run(now)
    stage = profile(people["ana"]).summary.stage
    assert shop.customers_where(STAGE, stage) == {people["ana"]}
    forget.forget(profile(people["ana"]), now=now)
    assert shop.customers_where(STAGE, stage) == set()
    run(now)
    assert shop.customers_where(STAGE, stage) == set()


def test_switched_off_it_all_goes_and_staffs_own_stays(
    shop: Any, people: dict[str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value per step; what staff made of the same kind is theirs."""
    monkeypatch.setattr(write, "TAKEN", 1)
    shop.own_value(people["ana"], "tier", "gold")
    choice.decide(now=now, active=True)
    run(now)
    choice.decide(now=now, active=False)
    run(now)
    assert shop.attribute_slugs() == {"tier"} and shop.customers_where("tier", "gold") == {people["ana"]}
    assert not Unwritten.objects.exists() and not AttributeTurn.objects.exists()
    profile(people["ana"])  # nothing of us is lost
    choice.decide(now=now, active=True)
    run(now)
    assert shop.customers_where(STAGE, "prospect") == {people["nora"]}


def test_off_and_on_before_a_step_leaves_it_ours_to_take_away(
    shop: Any, people: dict[str, str], now: datetime
) -> None:
    """The beat saw nothing of the first two saves."""
    choice.decide(now=now, active=True)
    run(now)
    choice.decide(now=now, active=False)
    choice.decide(now=now, active=True)
    choice.decide(now=now, active=False)
    run(now)
    assert shop.attribute_slugs() == set()


def test_what_staff_deleted_is_said_and_not_made_again(
    shop: Any, people: dict[str, str], now: datetime
) -> None:
    """Until it is switched off and on."""
    choice.decide(now=now, active=True)
    run(now)
    shop.delete_attribute(STAGE)
    run(now)
    assert shop.attribute_slugs() == set()
    assert [each.code for each in attribute_troubles.found(now)] == ["attributes_deleted"]
    choice.decide(now=now, active=False)
    choice.decide(now=now, active=True)
    run(now)
    assert shop.attribute_slugs() == {STAGE} and not list(attribute_troubles.found(now))


def test_a_value_that_staff_deleted_is_made_again_with_whoever_has_it(
    shop: Any, people: dict[str, str], now: datetime
) -> None:
    """Nothing happened to them: that the value is another one is enough."""
    choice.decide(now=now, active=True)
    run(now)
    stage = profile(people["ana"]).summary.stage
    shop.delete_value(STAGE, stage)
    assert shop.customers_where(STAGE, stage) == set()
    run(now)
    assert shop.customers_where(STAGE, stage) == {people["ana"]}


def test_other_bands_take_the_place_of_the_former(shop: Any, people: dict[str, str], now: datetime) -> None:
    """Their values go once nobody has them; what is no longer chosen goes whole."""
    choice.decide(now=now, active=True, value_bands=[1], currency="EUR")
    run(now)
    assert people["ana"] in shop.customers_where(VALUE, "eur-from-1")
    choice.decide(now=now, value_bands=[2, 3])
    run(now)
    assert shop.customers_where(VALUE, "eur-from-1") == set()
    assert people["ana"] in shop.customers_where(VALUE, "eur-from-3")
    choice.decide(now=now, value_bands=[])
    run(now)
    assert shop.attribute_slugs() == {STAGE}


def test_in_batches_and_killed_between(
    shop: Any, people: dict[str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person per step: after one step the rest is still known to be missing, and the next run goes on."""
    monkeypatch.setattr(write, "BATCH", 1)
    choice.decide(now=now, active=True)
    assert write.write(now) is True
    assert choice.current().beyond is not None
    run(now)
    assert choice.current().beyond is None
    assert shop.customers_where(STAGE, "prospect") == {people["nora"]}


def test_one_who_makes_it_fail_keeps_nobody_waiting(
    shop: Any, people: dict[str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leo's row is ill: he is counted, and tried again an hour later; the others are written."""
    real, ill = write.values.of, profile(people["leo"]).pk

    def failing(some: Any, *given: Any) -> Any:
        if ill in some:
            raise ValueError
        return real(some, *given)

    monkeypatch.setattr(write.values, "of", failing)
    choice.decide(now=now, active=True)
    run(now)
    assert shop.customers_where(STAGE, "prospect") == {people["nora"]}
    assert ErrorCount.objects.get(place="attributes").count == 1
    monkeypatch.undo()
    run(now + timedelta(hours=1))
    assert people["leo"] in shop.customers_where(STAGE, profile(people["leo"]).summary.stage)


def test_the_task_and_leaving(shop: Any, people: dict[str, str], now: datetime) -> None:
    """Beat's task writes; uninstalling takes all of it along."""
    choice.decide(now=now, active=True)
    tasks.write_attributes()
    assert shop.attribute_slugs() == {STAGE}
    uninstall.uninstall(now)
    assert shop.attribute_slugs() == set() and not choice.current().active


def test_a_host_without_them_says_so(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older Saleor: it cannot be switched on; where it was, health says what to do, and nothing fails."""
    choice.decide(now=now, active=True)
    monkeypatch.setattr(StandaloneHost, "attributes", lambda self: None)
    assert write.write(now) is False
    assert [each.code for each in attribute_troubles.found(now)] == ["attributes_impossible"]
    choice.decide(now=now, active=False)
    with pytest.raises(Refused) as refused:
        choice.decide(now=now, active=True)
    assert refused.value.code == "NOT_POSSIBLE"
    assert conf.host().attributes() is None


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("valueBands", {"value_bands": [5, 5]}), ("valueBands", {"value_bands": [0, 5]}),
        ("valueBands", {"value_bands": [*range(1, 11)]}), ("currency", {"value_bands": [5]}),
        ("active", {"active": True, "stage": False}),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_whole(
    db: Any, now: datetime, field: str, given: dict[str, Any]
) -> None:
    """With the field at fault, and nothing is kept."""
    with pytest.raises(BadInput) as refused:
        choice.decide(now=now, **given)
    assert refused.value.field == field
    assert not AttributeChoice.objects.exists()


def test_late_is_said(shop: Any, now: datetime) -> None:
    """Nobody runs the task for more than an hour."""
    choice.decide(now=now, active=True)
    assert not list(attribute_troubles.found(now + timedelta(minutes=59)))
    assert [each.code for each in attribute_troubles.found(now + timedelta(hours=2))] == ["attributes_late"]
