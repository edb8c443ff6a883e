"""Whoever takes locks takes them in one order (db/locks.py): no two wait for each other."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations_with_replacement, count
from pathlib import Path
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.importing.import_file import Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import declarations, habit_shifts, rebuild, score, shadow_tables, stale
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Campaign, Fit, Identity, Profile
from tests.running.tries import THOROUGH, tries
from tests.support.campaign_stories import a_fit, customer
from tests.support.concurrency import at_once
from tests.support.lock_order import OutOfOrder
from tests.support.mailing import campaign
from tests.support.tell import NOON, account, checkout, order

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = tries(4) // 2
PEOPLE = 2
CHANGED = [30 * i for i in range(9)] + [240 + 7 * i for i in range(1, 10)]
"""Days ago: weekly purchases, then monthly ones."""


class Crowd:
    """A few accounts and guests, and everything that may happen to them at once. Each taker is called with a number of
    its own, which also says when it happens."""

    def __init__(self, running: Campaign, folder: Path) -> None:
        self.running, self.folder = running, folder

    def orders(self, n: int) -> None:
        """Each guest and each account orders, and leaves a checkout."""
        facts = [
            order(f"o{n}-{i}", f"p{i}@shop.example", days_ago=ago(n), checkout=f"c{n}-{i}")
            for i in range(PEOPLE)
        ]
        facts += [order(f"b{n}-{i}", customer=f"a{i}", days_ago=ago(n)) for i in range(PEOPLE)]
        recording.record(
            [*facts, *(checkout(f"c{n}-{i}", f"p{i}@shop.example") for i in range(PEOPLE))], now=at(n)
        )

    def withdrawn(self, n: int) -> None:
        """Orders that the host no longer has."""
        recording.record(
            [order(f"w{n}-{i}", f"p{i}@shop.example", days_ago=ago(n)) for i in range(PEOPLE)], now=at(n)
        )
        recording.record_references(FactKind.ORDER, [f"w{n}-{i}" for i in range(PEOPLE)], now=at(n))

    def customers(self, n: int) -> None:
        """Accounts are vouched for under the addresses of guests: these merge into them, in one transaction."""
        pairs = [(f"a{i}", f"g{n}-{i}@shop.example") for i in range(PEOPLE)]
        recording.record([order(f"g{n}-{i}", pairs[i][1], days_ago=ago(n)) for i in range(PEOPLE)], now=at(n))
        facts = [account(name, address, days_ago=ago(n)) for name, address in pairs]
        recording.record(facts[:: 1 if n % 2 else -1], now=at(n))

    def merging(self, n: int) -> None:
        """Two profiles are merged by hand, and parted again."""
        guest, into = self.guest(n), owner(f"a{n % PEOPLE}")
        try:
            merge.undo(merge.merge(guest.pk, into.pk, cause="by hand", now=at(n)), now=at(n))
        except Refused:
            return  # merged or forgotten meanwhile

    def forgetting(self, n: int) -> None:
        """A guest is forgotten."""
        forget.forget(self.guest(n), now=at(n))

    def importing(self, n: int) -> None:
        """An old history of the guests, told anew with other amounts."""
        rows = [f"h{i},p{i}@shop.example,2025-0{1 + i}-03,{n}.50" for i in range(PEOPLE)]
        file = self.folder / f"{n}.csv"
        file.write_text("\n".join(["order,email,placed_at,total", *rows]), encoding="utf-8")
        try:
            import_file(file, Options(name="old"), now=at(n))
        except Refused:
            return  # one is applied at a time

    def scoring(self, n: int) -> None:
        """Everybody is marked, then scored."""
        with sql.atomic():
            stale.hold(everybody(), at(n))
        score.score_stale(at(n))

    def time(self, n: int) -> None:
        """Time moves everybody on, far ahead."""
        score.pass_time(at(n) + timedelta(days=500))

    def refit(self, n: int) -> None:
        """Everybody is scored anew where they live."""
        score.refit(at(n))

    def rebuilding(self, n: int) -> None:
        """Everybody is scored anew beside the tables in use, which are then replaced."""
        rebuild.whole(at(n))

    def walk(self, n: int) -> None:
        """Somebody whose rhythm changed is found by the walk."""
        facts = [order(f"s{n}-{days}", f"s{n}@shop.example", days_ago=days + 1) for days in CHANGED]
        recording.record(facts, now=at(n))
        habit_shifts.detect_range(0, 2**62, at(n))

    def objecting(self, n: int) -> None:
        """A guest, and somebody who is written to, want no more mail."""
        latest = Profile.objects.filter(email__startswith="late").order_by("-pk").first()
        for profile in [self.guest(n), *([latest] if latest else [])]:
            consent.record_objection(profile, source="one_click", now=at(n))

    def declaring(self, n: int) -> None:
        """An account says how often it buys."""
        whose = owner(f"a{n % PEOPLE}").pk
        declarations.declare(whose, every_days=20 + n % 9, by="staff", today=at(n).date(), now=at(n))

    def planning(self, n: int) -> None:
        """Two people are late; the campaign starts them."""
        with sql.atomic():
            for name in ("x", "y"):
                customer(f"late{n}{name}", at(n))
        score.score_stale(at(n))
        plan.consider(self.running, at(n))

    def sending(self, n: int) -> None:
        """What is due is sent."""
        send.send_due(now=at(n))

    def guest(self, n: int) -> Profile:
        """One of the guests; somebody new where they were all forgotten."""
        guests = Identity.objects.filter(kind="email", key__startswith="p").order_by("key")
        found = list(guests.select_related("profile"))
        return found[n % len(found)].profile if found else Profile.objects.create(created_at=at(n))


Taker = Callable[[Crowd, int], None]
TAKERS: list[Taker] = [taker for name, taker in vars(Crowd).items() if name not in (
    "__module__", "__doc__", "__init__", "__dict__", "__weakref__", "guest",
)]  # fmt: skip


def ago(n: int) -> float:
    """Days before NOON: a minute later each time."""
    return -n / 1440


def at(n: int) -> datetime:
    """When it happens."""
    return NOON + timedelta(minutes=n)


def owner(name: str) -> Profile:
    """Whose account this is."""
    return Identity.objects.select_related("profile").get(kind="account", key=name).profile


def everybody() -> list[int]:
    """All profiles that are not merged away."""
    return list(Profile.objects.filter(merged_into=None).values_list("pk", flat=True))


@pytest.fixture
def crowd(shop: Any, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """Accounts, guests, a campaign, and a fit that need not be learnt."""
    known = a_fit(now)
    values = {name: getattr(known, name) for name in ("customers", "parameters", "converged")}
    monkeypatch.setattr(fit, "learn", lambda now: Fit.objects.create(as_of=now, created_at=now, **values))
    monkeypatch.setattr(shadow_tables, "PAUSE", 0.01)
    # The shop has no such accounts: without this, whoever withdraws an order would find them deleted.
    monkeypatch.setattr(type(conf.host()), "existing", lambda self, kind, references: set(references))
    crowd = Crowd(campaign(now), tmp_path)
    recording.record([account(f"a{i}", f"a{i}@shop.example", vouched=False) for i in range(PEOPLE)], now=now)
    crowd.orders(0)
    return crowd


def pairs() -> Iterable[tuple[Taker, Taker]]:
    """Each taker beside itself and each other one; in the ordinary run those that stand next to each other in the
    list, and of the rest the same few each time."""
    every = list(combinations_with_replacement(TAKERS, 2))
    if THOROUGH:
        return every
    near = [pair for pair in every if TAKERS.index(pair[1]) - TAKERS.index(pair[0]) < 2]
    far = [pair for pair in every if pair not in near]
    return [*near, *Random(0).sample(far, tries(len(far)))]


def test_every_pair_at_once(crowd: Crowd) -> None:
    """Each pair of takers, over the same people, several rounds: none ends in a deadlock or in another error."""
    numbers = count(1)

    def rounds(taker: Taker) -> Callable[[], None]:
        own = [next(numbers) for _ in range(ROUNDS)]
        return lambda: [taker(crowd, n) for n in own] and None

    for first, second in pairs():
        try:
            at_once(rounds(first), rounds(second))
        except Exception as error:
            error.add_note(f"{first.__name__} beside {second.__name__}")
            raise


def test_the_watch_finds_a_lock_out_of_order(crowd: Crowd) -> None:
    """Marks before people, as a scoring that locked profiles would take them, is refused; to take again what is held is
    not."""
    ids = everybody()
    with sql.atomic():
        locks.lock_people(ids, Hold.ALONE)
        stale.hold_marked(ids)
        locks.lock_people(ids[:1], Hold.ALONE)
    with pytest.raises(OutOfOrder, match="PROFILE was taken after STALE"), sql.atomic():
        stale.hold_marked(ids)
        locks.lock_people(ids, Hold.ALONE)


def test_what_changed_while_we_waited_is_locked_too(crowd: Crowd) -> None:
    """Somebody turns out to be concerned only when the others are held: all are let go and taken in order."""
    first, second, *_ = everybody()
    answers = iter([[second], [first, second], [first, second]])
    taken: list[list[int]] = []

    def take(ids: set[int]) -> None:
        taken.append(locks.lock_people(ids, Hold.ALONE))

    with sql.atomic():
        assert locks.lock_settled(lambda: next(answers), take) == {first, second}
    assert taken == [[second], [first, second]]


def test_families_have_numbers_of_their_own() -> None:
    """A name of a person and an equal reference of an order are different locks."""
    with sql.atomic():
        locks.lock_family(Lock.NAMES, ["same"])
        locks.lock(Lock.FIT)
        held = sql.rows(
            "SELECT DISTINCT classid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY 1"
        )
    assert held == [(Lock.NAMES,), (Lock.FIT,)]


def meets(held: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether somebody who wants these names waits for whoever holds those."""

    def take() -> None:
        with locks.patience(0.05), sql.atomic():
            locks.lock_family(Lock.NAMES, wanted)

    with sql.atomic():
        locks.lock_family(Lock.NAMES, held)
        try:
            at_once(take)
        except OperationalError as error:
            assert locks.impatient(error)
            return True
    return False


def test_who_locks_some_hundred_names_keeps_nobody_else_waiting() -> None:
    """A part of an import holds its own people, whatever others share their buckets. A page of a first reading holds
    more names than the server has room for: it meets everybody, and is met."""
    some = [f"name {n}" for n in range(locks.SINGLE)]
    many = [*some, "one more"]
    others = [f"other {n}" for n in range(20)]
    assert not meets(some, others) and not meets(others, some)
    assert meets(some, ["name 7"]) and meets(["name 7"], some)
    assert meets(many, others) and meets(others, many)
    with sql.atomic():
        locks.lock_family(Lock.NAMES, some)
        held = sql.rows(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
    assert locks.SINGLE <= held[0][0] <= locks.SINGLE + locks.BUCKETS


def test_all_waits_together_have_one_end() -> None:
    """Each of five names is held by somebody who lets go of it .3 s after the one before: whoever wants them all gives
    up after .6 s in all, though no single wait was that long."""
    ready, names = Barrier(2), [f"held {n}" for n in range(5)]
    in_order = sorted(names, key=lambda name: sql.rows(f"SELECT {locks._key('%s::text', 2**30 - 1)}", [name]))

    def holds() -> None:
        with sql.atomic():
            for place, name in enumerate(reversed(in_order)):
                sql.run(f"SAVEPOINT held_{place}")
                locks.lock_family(Lock.NAMES, [name])
            ready.wait()
            for place in reversed(range(len(names))):
                time.sleep(0.3)
                sql.run(f"ROLLBACK TO SAVEPOINT held_{place}")

    def wants() -> float:
        ready.wait()
        start = time.monotonic()
        with pytest.raises(OperationalError) as gave_way, locks.patience(0.6), sql.atomic():
            locks.lock_family(Lock.NAMES, names)
        assert locks.impatient(gave_way.value)
        return time.monotonic() - start

    assert 0.5 < at_once(holds, wants)[1] < 1.2
