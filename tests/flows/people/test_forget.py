"""Forgetting leaves keyed hashes and stripped enrolments, and nothing brings a person back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from saleor_relacional import conf
from saleor_relacional.flows import cursors
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.importing.import_file import Options, import_file
from saleor_relacional.flows.incentives import entitlement, incentive
from saleor_relacional.flows.ingest import patrol as patrolling
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.people import forget, merge, tombstones
from saleor_relacional.hosts.facts import FactKind, OrderState
from saleor_relacional.models import (
    Arm,
    Basis,
    Campaign,
    CampaignStep,
    CampaignVersion,
    Consent,
    Enrolment,
    Entitlement,
    Identity,
    Incentive,
    Merge,
    Objection,
    Profile,
    Purchase,
    Rung,
    Sender,
    StageChange,
    Touch,
)
from tests.support.leak import tables_with
from tests.support.tell import account, order, refund

pytestmark = pytest.mark.django_db


def sync_all(now: datetime) -> None:
    for kind in FactKind:
        assert sweeping.sync(kind, now=now).finished


def anas_life(shop: Any, now: datetime) -> str:
    """Zenobia bought as a guest, registered, bought again, left a basket, was refunded; all of it is recorded."""
    shop.order(email="Zenobia@shop.example", placed_at=now - timedelta(days=90))
    ref = shop.customer("zenobia@shop.example", first_name="Zenobia")
    paid = shop.order(customer=ref, email="zenobia@shop.example", placed_at=now - timedelta(days=40))
    shop.refund(paid, Decimal("4.00"))
    shop.checkout(customer=ref, email="zenobia@shop.example")
    shop.order(email="bea@shop.example")
    sync_all(now)
    return str(ref)


def by_command(shop: Any, ref: str, now: datetime) -> None:
    call_command("relacional_forget", account=ref)


def by_nudge(shop: Any, ref: str, now: datetime) -> None:
    shop.delete_customer(ref)
    recording.record_references(FactKind.CUSTOMER, [ref], now=now)


def by_patrol(shop: Any, ref: str, now: datetime) -> None:
    shop.delete_customer(ref)
    patrolling.patrol(FactKind.CUSTOMER, now=now)


@pytest.mark.parametrize("way", [by_command, by_nudge, by_patrol])
def test_nothing_is_left_and_nothing_comes_back(
    shop: Any, now: datetime, way: Callable[[Any, str, datetime], None]
) -> None:
    """However she is forgotten: after it, and after a full sync of the shop, whose orders still carry her address, no
    table of ours holds her name, address or account."""
    ref = anas_life(shop, now)
    words = ["zenobia", ref]
    assert all(tables_with(words).values())
    way(shop, ref, now)
    assert tables_with(words) == {"zenobia": [], ref: []}
    later = now + timedelta(days=1)
    shop.set_clock(later)
    sync_all(later)
    sync_all(later + timedelta(hours=1))
    assert tables_with(words) == {"zenobia": [], ref: []}
    assert list(Profile.objects.values_list("email", flat=True)) == ["bea@shop.example"]
    assert Purchase.objects.count() == 1


def test_a_deletion_that_nobody_told_us(shop: Any, now: datetime) -> None:
    """Zenobia moved to another address, bought under the old one, and deleted her account while no nudge arrived. Her
    order is a guest's at the shop now; a refund of it finds out, before it makes a guest of her."""
    ref = shop.customer("zenobia@shop.example")
    paid = shop.order(customer=ref, email="zenobia@old.example")
    sync_all(now)
    shop.delete_customer(ref)
    shop.refund(paid, Decimal("4.00"))
    assert recording.record_references(FactKind.ORDER, [paid], now=now).forgotten == 1
    sync_all(now + timedelta(days=1))
    assert tables_with(["zenobia", ref, paid]) == {"zenobia": [], ref: [], paid: []}


def test_an_ill_host_makes_no_order_forget_its_person(shop: Any, now: datetime) -> None:
    """More than a handful of accounts gone at once is not believed because of their orders either."""
    people = [shop.customer(f"buyer{n}@shop.example") for n in range(forget.MASS + 1)]
    paid = [shop.order(customer=ref, email=f"buyer{n}@shop.example") for n, ref in enumerate(people)]
    sync_all(now)
    for ref in people:
        shop.delete_customer(ref)
    recording.record_references(FactKind.ORDER, paid, now=now)
    assert Profile.objects.count() == forget.MASS + 1


def test_a_stranger_who_leaves_with_her_address(shop: Any, now: datetime) -> None:
    """Somebody registers Ana's address without proving it and deletes the account: Ana's own history goes on, and what
    the shop gives her back is recorded."""
    paid = shop.order(email="ana@shop.example")
    stranger = shop.customer("ana@shop.example", confirmed=False, first_name="Mallory")
    sync_all(now)
    shop.delete_customer(stranger)
    recording.record_references(FactKind.CUSTOMER, [stranger], now=now)
    shop.refund(paid, Decimal("4.00"))
    assert recording.record_references(FactKind.ORDER, [paid], now=now).written == 1
    assert Purchase.objects.get().refunds.get().amount == 4
    assert tables_with(["Mallory", stranger]) == {"Mallory": [], stranger: []}


@pytest.mark.parametrize("kind", list(FactKind))
def test_no_cursor_names_them(shop: Any, now: datetime, kind: FactKind) -> None:
    """A sync that was cut short at her account, at her order, at her checkout."""
    ref = shop.customer("ana@shop.example")
    made = {
        FactKind.CUSTOMER: ref, FactKind.ORDER: shop.order(customer=ref),
        FactKind.CHECKOUT: shop.checkout(customer=ref),
    }  # fmt: skip
    sync_all(now)
    held = cursors.take(f"sync:{kind}")
    assert held and held.advance(at=now, reference=made[kind], done=1)
    held.release(finished=False)
    forget.forget_account(conf.host().source, ref, now=now)
    assert tables_with([made[kind]]) == {made[kind]: []}


def test_an_unknown_account_that_is_gone_forgets_nobody(shop: Any, now: datetime) -> None:
    """A nudge about an account that we never saw writes nothing."""
    assert recording.record_references(FactKind.CUSTOMER, [str(uuid4())], now=now) == recording.Recorded(
        gone=0
    )
    assert tombstones.forgotten([tombstones.email("a@b.example")]) == {}


def test_who_comes_back_begins_anew(shop: Any, now: datetime) -> None:
    """She registers again under the same address: a new relationship, of what happened since. The host joins her old
    orders to the new account; for us they stay forgotten, the one that we had never seen included."""
    ref = anas_life(shop, now)
    unseen = shop.order(email="zenobia@shop.example", placed_at=now - timedelta(days=2))
    shop.delete_customer(ref)
    recording.record_references(FactKind.CUSTOMER, [ref], now=now)
    later = now + timedelta(days=30)
    shop.set_clock(later)
    again = shop.customer("zenobia@shop.example", first_name="Zenobia")
    new = shop.order(customer=again, email="zenobia@shop.example")
    sync_all(later)
    zenobia = Profile.objects.get(email_key="zenobia@shop.example")
    assert [row.reference for row in zenobia.purchases.all()] == [new]
    assert not Purchase.objects.filter(reference=unseen).exists()
    assert zenobia.joined_at == later


def test_an_order_whose_address_changed_stays_forgotten(now: datetime) -> None:
    """Staff correct the address of an order after its person was forgotten: it is still their order."""
    recording.record([order("o1", "ana@shop.example")], now=now)
    forget.forget(Profile.objects.get(), now=now)
    done = recording.record([order("o1", "other@shop.example", days_ago=-1)], now=now)
    assert done == recording.Recorded(forgotten=1)
    assert not Profile.objects.exists()


def test_whoever_was_merged_into_them_goes_too(now: datetime) -> None:
    """The guest's profile, the account's, the merge and the address she had before: all gone."""
    recording.record([order("o1", "old@shop.example")], now=now)
    recording.record([account("ana", "old@shop.example")], now=now)
    recording.record([account("ana", "new@shop.example")], now=now)
    guest = Merge.objects.get().from_profile
    assert forget.forget(guest, now=now)
    assert not Profile.objects.exists()
    done = recording.record([order("o2", "old@shop.example"), order("o3", "new@shop.example")], now=now)
    assert done.forgotten == 2
    assert not forget.forget(guest, now=now)


def test_an_import_brings_nobody_back(shop: Any, now: datetime, tmp_path: Path) -> None:
    """The same file again, after one of its people was forgotten: the others stay, they stay out."""
    file = tmp_path / "old shop.csv"
    file.write_text(
        "order,customer,placed_at,total,email\n"
        "1,7,2024-05-01,10.00,zenobia@shop.example\n2,7,2024-06-01,10.00,zenobia@shop.example\n"
        "3,8,2024-06-01,10.00,bea@shop.example\n"
    )
    import_file(file, Options(consent="Yes, write to me."), now=now)
    call_command("relacional_forget", email="zenobia@shop.example")
    done = import_file(file, Options(consent="Yes, write to me."), now=now)
    assert (done.forgotten, done.purchases, done.new_purchases) == (2, 1, 0)
    assert tables_with(["zenobia"]) == {"zenobia": []}
    assert not Identity.objects.filter(key="7").exists()


def campaign(now: datetime) -> CampaignVersion:
    Sender.objects.create(
        channel="eur", name="Tea", address="tea@shop.example", postal_address="1 Tea Lane", updated_at=now
    )
    made = Campaign.objects.create(
        kind="win_back",
        name="Back",
        salt=b"s" * 16,
        window_days=30,
        created_at=now,
    )
    version = CampaignVersion.objects.create(campaign=made, number=1, stages=["lapsed"], created_at=now)
    step = CampaignStep.objects.create(version=version, number=1, message="win_back")
    Rung.objects.create(step=step, number=1, kind="percentage", value=Decimal(10))
    return version


def enrolled(profile: Profile, version: CampaignVersion, now: datetime, **more: Any) -> Enrolment:
    return Enrolment.objects.create(
        campaign=version.campaign, version=version, profile=profile, arm=Arm.TREATED, stage="lapsed", currency="EUR",
        considered_at=now, cycle=more.pop("cycle", "order:o1"), **more,
    )  # fmt: skip


def promised(enrolment: Enrolment, now: datetime) -> Incentive:
    assert incentive.plan([enrolment], rung=enrolment.version.steps.get().rungs.get(), now=now) == 1
    return Incentive.objects.get(enrolment=enrolment)


def test_their_enrolment_stays_stripped(shop: Any, now: datetime) -> None:
    """Lift stays what it was: the enrolment keeps its arm and what was kept within its window, without a
    name; the mail under way is stopped, the code works no longer, and its claim names nobody."""
    start = now - timedelta(days=10)
    recording.record(
        [
            order("o1", "ana@shop.example", days_ago=200, total="100"),
            order("o2", "ana@shop.example", days_ago=5, total="30", refunds=(refund("r1", "o2", "7.50"),)),
            order("o3", "ana@shop.example", days_ago=4, total="9", state=OrderState.WITHDRAWN),
        ],
        now=now,
    )
    ana, version = Profile.objects.get(), campaign(now)
    started = enrolled(
        ana, version, now, state="started", started_at=start, window_ends_at=start + timedelta(days=30)
    )  # fmt: skip
    held = enrolled(ana, version, now, cycle="order:o2", state="waiting", next_try_at=now)
    touch = Touch.objects.create(
        enrolment=started,
        step=version.steps.get(),
        profile=ana,
        due_at=now,
        expires_at=now + timedelta(days=1),
        created_at=now,
        data_hash="abc",
    )
    promise = promised(started, now)
    assert incentive.issue(promise, now)
    StageChange.objects.create(
        profile_id=ana.pk, stage="lapsed", happened_at=now, learned_at=now, cause="time"
    )

    forget.forget(ana, now=now)

    for row in (started, held, touch, promise):
        row.refresh_from_db()
        assert row.profile is None
    assert (started.arm, started.state, started.settled_kept) == ("treated", "started", Decimal("22.50"))
    assert (held.state, held.reason, held.next_try_at, held.settled_kept) == (
        "expired",
        "forgotten",
        None,
        None,
    )
    assert (started.cycle, held.cycle) == ("forgotten", "forgotten")
    assert (touch.state, touch.reason, touch.data_hash, touch.ended_at) == (
        "suppressed",
        "forgotten",
        "",
        now,
    )
    assert (promise.state, promise.ended_at) == ("withdrawn", now)
    kept = Entitlement.objects.get(code=promise.code)
    assert (kept.withdrawn, kept.owner_account) == (True, "")
    verdict = entitlement.check(promise.code, checkout="c", account=None, email="ana@shop.example", now=now)
    assert not verdict.allowed
    assert not StageChange.objects.exists()


def test_a_forgotten_person_counts_once_in_lift(now: datetime) -> None:
    """Enrolled for two lapses of one campaign, they are one person of its analysis, with their first outcome;
    stripped, they stay one."""
    recording.record([order("o1", "ana@shop.example", days_ago=8, total="40")], now=now)
    ana, version = Profile.objects.get(), campaign(now)
    for n, days in enumerate((10, 5)):
        start = now - timedelta(days=days)
        ends = start + timedelta(days=4)
        enrolled(ana, version, now, cycle=str(n), state="started", started_at=start, window_ends_at=ends)
    before = results.results(version.campaign, now=now)
    forget.forget(ana, now=now)
    after = results.results(version.campaign, now=now)
    assert before.main is not None
    assert before.main.people == 1
    assert after.main is not None and (before.others, after.others) == ((), ())
    assert (after.main.people, after.main.treated.kept) == (1, before.main.treated.kept)
    assert after.main.treated.moments == before.main.treated.moments


def test_an_objection_outlives_its_person(now: datetime) -> None:
    """She said no, was forgotten, and buys again: still no."""
    recording.record([order("o1", "ana@shop.example")], now=now)
    ana = Profile.objects.get()
    consent.record_objection(ana, source="unsubscribe_link", now=now)
    forget.forget(ana, now=now)
    assert Objection.objects.count() == 2  # content and offers
    assert not Consent.objects.exists()
    later = now + timedelta(days=1)
    recording.record([order("o9", "ana@shop.example", days_ago=-1)], now=later)
    back = Profile.objects.get()
    assert consent.bases([back.pk], now=later, purpose="offers") == {back.pk: Basis.OPT_OUT}


def test_merging_takes_everything_along_and_can_be_undone(shop: Any, now: datetime) -> None:
    """Enrolments, touches, promises, consents and baskets move with the orders; undone, exactly these move back, the
    arm as well, and the host's vouching does not merge them again."""
    recording.record([order("o1", "ana@shop.example")], now=now - timedelta(days=3))
    guest = Profile.objects.get()
    version = campaign(now)
    enrolment = enrolled(
        guest, version, now, state="started", started_at=now, window_ends_at=now + timedelta(days=9)
    )
    Touch.objects.create(
        enrolment=enrolment,
        step=version.steps.get(),
        profile=guest,
        due_at=now,
        expires_at=now,
        created_at=now,
    )
    promised(enrolment, now)
    consent.give(guest, basis=Basis.OPT_IN, source="storefront", text="Yes", now=now, purposes=["offers"])
    recording.record(
        [account("ana", "ana@shop.example", vouched=False), order("o2", customer="ana")], now=now
    )
    own = Identity.objects.get(key="ana").profile
    arm = own.arm_key
    recording.record([account("ana", "ana@shop.example")], now=now)
    own.refresh_from_db()
    assert own.arm_key == guest.arm_key
    for model in (Enrolment, Touch, Incentive, Consent):
        assert model.objects.get().profile == own
    assert own.purchases.count() == 2

    done = Merge.objects.get()
    merge.undo(done, now=now)
    merge.undo(done, now=now)
    own.refresh_from_db()
    guest.refresh_from_db()
    assert (own.arm_key, guest.merged_into) == (arm, None)
    for model in (Enrolment, Touch, Incentive, Consent):
        assert model.objects.get().profile == guest
    assert [row.reference for row in guest.purchases.all()] == ["o1"]
    recording.record([account("ana", "ana@shop.example", first_name="Anna")], now=now)
    assert Identity.objects.get(kind="email").profile == guest


def test_a_second_live_promise_stays_where_it_was_made(shop: Any, now: datetime) -> None:
    """Both the guest and the account have a live code: a person shows one, and no promise is broken."""
    recording.record(
        [order("o1", "ana@shop.example"), account("ana", "ana@shop.example", vouched=False)], now=now
    )
    version, guest = campaign(now), Identity.objects.get(kind="email").profile
    own = Identity.objects.get(key="ana").profile
    for profile in (guest, own):
        row = enrolled(profile, version, now, cycle=f"c{profile.pk}", state="waiting")
        promised(row, now)
    recording.record([account("ana", "ana@shop.example")], now=now)
    assert list(Incentive.objects.order_by("pk").values_list("profile", "state")) == [
        (guest.pk, "planned"), (own.pk, "planned"),
    ]  # fmt: skip
    assert Enrolment.objects.filter(profile=own).count() == 2
