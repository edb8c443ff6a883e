"""The day's turns: what all campaigns want is decided together, booked in both arms, started and queued.

Who comes first where two want the same person or the day's last mail, and what the contact policy holds back, is
decided by rules/contact/arbitration.py. Down a campaign's queue somebody starts as long as there is room for *treated*
people: whether a person starts depends on the arms of others and never on their own, so among those who start the arm
is still a fair coin, although each day's last one is always treated: over the days both arms hold the same people on
average (optional stopping). Starting also the people in the control group who follow the last treated one would break
this: they would start where a treated person in their place would not. Whoever does not start waits.

Whoever starts with something that sells enters the shop-wide comparison, once in a period. Those of its control group
come down the queue like everybody, take no room, as the campaign's own control group does, and do not start: whether
somebody enters does not depend on their arm there.

One lock serialises the giving out. Whoever is being recorded, merged or forgotten at this moment waits for the next
run.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import capacity, steps
from saleor_relacional.flows.campaigns.arbitration import queue, wants
from saleor_relacional.flows.campaigns.arbitration.queue import Compared
from saleor_relacional.flows.campaigns.arbitration.wants import Want, Wants
from saleor_relacional.flows.campaigns.campaign import budget
from saleor_relacional.flows.campaigns.deciding import decide, first_offers
from saleor_relacional.flows.contact import booking, contact_policy, standing
from saleor_relacional.flows.contact.booking import Booking
from saleor_relacional.flows.contact.standing import Standing
from saleor_relacional.flows.evidence import beliefs_before
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.shop_control import entries, periods
from saleor_relacional.flows.shop_control.entries import Entrant
from saleor_relacional.models import CampaignVersion
from saleor_relacional.rules.contact import arbitration, columns, hours
from saleor_relacional.rules.contact.columns import GOES
from saleor_relacional.rules.contact.moments import NEVER, instant, moments
from saleor_relacional.rules.contact.policy import CampaignContactPolicy, ContactPolicy

_FREE_PEOPLE = f"""
SELECT id FROM {tables.PROFILE} WHERE id = ANY(%s) AND merged_into_id IS NULL
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
_FREE_ENROLMENTS = f"""
SELECT id FROM {tables.ENROLMENT} WHERE id = ANY(%s) AND state = 'waiting' ORDER BY id FOR UPDATE SKIP LOCKED
"""
_HOLD_OUT = f"""
UPDATE {tables.ENROLMENT} SET state = 'suppressed', reason = %(reason)s, next_try_at = %(until)s
WHERE id = ANY(%(ids)s) AND state = 'waiting'
"""
_START = f"""
UPDATE {tables.ENROLMENT} e
SET state = 'started', reason = '', version_id = %(version)s, next_try_at = NULL,
    started_at = %(now)s, window_ends_at = %(window_ends)s,
    ({", ".join(beliefs_before.COLUMNS)}) = ({beliefs_before.before("e", now="%(now)s")})
WHERE e.id = ANY(%(ids)s) AND state = 'waiting'
  AND EXISTS (SELECT FROM {tables.CAMPAIGN} c WHERE c.id = e.campaign_id AND c.state <> 'finished') RETURNING e.arm
"""

MOST_APART = 20
"""People about whom something may be wrong, until it is taken for the campaign's fault."""
FURTHER = 100
"""People who are read beyond twice as many, where others came first for those who were read."""
FAR = 1_000
"""Treated people down the queue who are asked what they would hold, where money did not reach some of those above."""


def give_out(
    versions: Sequence[CampaignVersion], starting: Iterable[int], now: datetime, *,
    broken: Callable[[CampaignVersion], None],
) -> dict[int, Counter[str]]:  # fmt: skip
    """Give out the day among these campaigns, and start people of those that are `starting` (keys of campaigns): how
    many by arm, per campaign, and beside the arms how many were held out of everything commercial instead. Somebody
    whom something is wrong about is counted as an error and passed over. A campaign that fails is told to `broken` and
    left out, and what it would have taken is given out anew; so is the room of those whom a campaign's money of the
    month does not reach."""
    begun, left = set(starting), list(versions)
    started: dict[int, Counter[str]] = {
        one.campaign_id: Counter() for one in versions if one.campaign_id in begun
    }
    touched: set[int] = set()

    def failed(version: CampaignVersion) -> None:
        left.remove(version)
        started.pop(version.campaign_id, None)
        broken(version)

    with sql.atomic():
        locks.lock(Lock.CAPACITY)
        policy = contact_policy.current()
        for version in [one for one in left if one.campaign_id in begun]:
            failures.isolated("plan", [version], partial(_reopen, now=now), now=now, failed=failed)
        done: set[int] = set()
        while True:
            before, again = len(left), False
            turns = _Turns(left, policy, now, failed)
            goes = turns.decided()
            for version in [one for one in left if one.campaign_id in begun - done]:
                done.add(version.campaign_id)
                its = [one for one in goes if one.campaign == version.campaign_id]
                if not its and not month_money.limited(version, now):
                    continue
                begin = _Beginning(version, turns.standings, policy, now)
                failures.isolated("plan", [version], partial(begin.all, its), now=now, failed=failed)
                started.setdefault(version.campaign_id, Counter()).update(begin.started)
                touched |= begin.touched
                again |= begin.again
            if len(left) == before and not again:
                break
            done = set()
        unplanned.mark(touched)  # other campaigns have less room for them now
    return {pk: arms for pk, arms in started.items() if pk in {one.campaign_id for one in left}}


def _reopen(some: Sequence[CampaignVersion], *, now: datetime) -> None:
    with sql.atomic():
        budget.reopen(some[0], now)


class _Turns:
    """What campaigns want today, read as far down their queues as there is room."""

    def __init__(
        self, versions: Sequence[CampaignVersion], policy: ContactPolicy, now: datetime,
        failed: Callable[[CampaignVersion], None],
    ) -> None:  # fmt: skip
        self.versions = list(versions)
        self.standings: dict[int, Standing] = {}
        self._shop, self._now, self._failed = policy, now, failed
        self._room = capacity.day_room(versions, now)
        self._first: dict[int, Wants] = {}
        self._later: dict[int, Sequence[Want]] = {}
        self._compared = Compared.BY_WORTH

    def decided(self) -> list[Want]:
        """Those that go. Who comes first is read first: where the day is given out to them, nobody else is read."""
        if not self._room.shop:
            return []
        self._compared = queue.compared(self.versions, self._now)
        depth = {
            one.campaign_id: min(self._room.shop, self._room.campaigns[one.campaign_id])
            for one in self.versions
        }
        goes: list[Want] = []
        self._read(set(depth), self._read_later)
        for rank in sorted({wants.rank(version) for version in self.versions}):
            read = {one.campaign_id for one in self.versions if wants.rank(one) == rank}
            while read:
                self._read(read, lambda version: self._read_first(version, depth[version.campaign_id]))
                goes = self._arbitrated([*self._all()])
                taken = Counter(one.campaign for one in goes if one.treated and one.rank <= rank)
                if taken.total() >= self._room.shop:
                    return goes
                read = {
                    key for key, each in self._first.items()
                    if each.more and taken[key] < self._room.campaigns[key]
                }  # fmt: skip
                for key in read:
                    depth[key] = 2 * depth[key] + FURTHER
        return goes

    def _all(self) -> Iterator[Want]:
        for first in self._first.values():
            yield from first.wants
        for later in self._later.values():
            yield from later

    def _read_first(self, version: CampaignVersion, depth: int) -> None:
        self._first[version.campaign_id] = wants.first(version, self._now, depth, compared=self._compared)

    def _read_later(self, version: CampaignVersion) -> None:
        self._later[version.campaign_id] = wants.later(version, self._now)

    def _read(self, campaigns: Container[int], what: Callable[[CampaignVersion], None]) -> None:
        def whole(some: Sequence[CampaignVersion]) -> None:
            with sql.atomic():
                what(some[0])

        def failed(one: CampaignVersion) -> None:
            self._first.pop(one.campaign_id, None)
            self._later.pop(one.campaign_id, None)
            self.versions.remove(one)
            self._failed(one)

        for version in [one for one in self.versions if one.campaign_id in campaigns]:
            failures.isolated("plan", [version], whole, now=self._now, failed=failed)

    def _arbitrated(self, some: Sequence[Want]) -> list[Want]:
        """Those of them that go, and when, of people whom nobody else holds."""
        new = {one.profile for one in some} - self.standings.keys()
        if new:
            locks.note(Lock.PROFILE, new)
            free = [row[0] for row in sql.rows(_FREE_PEOPLE, [sql.keys(sorted(new))])]
            self.standings |= standing.standing(free, self._now, self._shop)
        some = [one for one in some if one.profile in self.standings]
        if not some:
            return []
        row = {person: number for number, person in enumerate(self.standings)}
        by = {own: number for number, own in enumerate(dict.fromkeys(one.contact_policy for one in some))}
        policies = [self._shop.stricter(own).at_any_hour for own in by]
        answers = arbitration.arbitrate(
            _columns(some, row, by, compared=self._compared is Compared.BY_WORTH),
            standing.columns(self.standings, self._now, policies), self._room,
            now=self._now, day_ends=capacity.day_began(self._now) + timedelta(days=1), policies=policies,
        )  # fmt: skip
        at = answers.at.tolist()
        return [
            replace(some[number], due=max(some[number].due, instant(at[number])))
            for number in np.flatnonzero(answers.state == GOES).tolist()
        ]


def _columns(
    some: Sequence[Want], row: Mapping[int, int], by: Mapping[CampaignContactPolicy, int], *, compared: bool
) -> columns.Wants:
    """First messages are booked for their day, and so may go now. Where some money cannot be compared, places in the
    campaigns' queues are."""
    number, truth = np.int64, np.bool_
    return columns.Wants(
        person=np.array([row[one.profile] for one in some], dtype=number),
        campaign=np.array([one.campaign for one in some], dtype=number),
        policy=np.array([by[one.contact_policy] for one in some], dtype=number),
        goal=np.array([one.goal for one in some], dtype=number),
        gain=np.array([one.lift * (one.worth if compared else 1 - one.share) for one in some], dtype=np.float64),
        commercial=np.array([one.sells for one in some], dtype=truth),
        after_all=np.array([one.after_all for one in some], dtype=truth),
        level=np.array([int(one.level) for one in some], dtype=number),
        treated=np.array([one.treated for one in some], dtype=truth),
        due=moments(None if one.first else one.due for one in some),
        over=np.full(len(some), NEVER), topic=[one.topic for one in some],
    )  # fmt: skip


class _Beginning:
    """What goes of one campaign, while it is booked and begun in both arms."""

    def __init__(
        self,
        version: CampaignVersion,
        standings: Mapping[int, Standing],
        policy: ContactPolicy,
        now: datetime,
    ) -> None:
        self.started: Counter[str] = Counter()
        """By arm, and `entries.REASON`."""
        self.touched: set[int] = set()
        """People for whom something was booked."""
        self.again = False
        """Whether there is room again of people whom the month's money does not reach, and who wait for it now."""
        self._version, self._standings, self._policy, self._now = version, standings, policy, now

    def all(self, goes: Sequence[Want], _version: object) -> None:
        """All of them but those whom the month's money does not reach, or about whom something is wrong. Raises their
        error where that are many, or all."""
        within, passed = budget.within(self._version, goes, self._held, self._now)
        most = max(1, min(MOST_APART, len(within) - 1))
        failures.isolated("plan", within, self._some, now=self._now, most=most)
        self.again = budget.pass_over(self._version, passed, self._now) > 0
        if self.again:
            self._pass_over_behind()
        budget.wait(self._version, self._now)

    def _pass_over_behind(self) -> None:
        """Those behind may hold more than was believed of them, too: many are asked at once, so that the day is not
        given out anew for every few of them."""
        compared = queue.compared([self._version], self._now)
        behind = wants.first(self._version, self._now, FAR, compared=compared).wants
        month = month_money.month_money(self._version, self._now)
        holds = self._held([one.enrolment for one in behind])
        passed = {key: held for key, held in holds.items() if not month.fits(*held)}
        budget.pass_over(self._version, passed, self._now)

    def _held(self, enrolments: Sequence[int]) -> Mapping[int, Held]:
        return first_offers.held(self._version, enrolments, self._now)

    def _some(self, goes: Sequence[Want]) -> None:
        with sql.atomic():
            started, touched = self._begun(goes)
        self.started.update(started)
        self.touched |= touched

    def _begun(self, goes: Sequence[Want]) -> tuple[Counter[str], set[int]]:
        first = {one.enrolment for one in goes if one.first}
        free = {row[0] for row in sql.rows(_FREE_ENROLMENTS, [sql.keys(sorted(first))])}
        some = [one for one in goes if not one.first or one.enrolment in free]
        held, some = [one for one in some if one.held], [one for one in some if not one.held]
        kept = {one.contact_policy: self._policy.stricter(one.contact_policy) for one in some}
        at = {
            one.enrolment: _opens(one.due, self._standings[one.profile], kept[one.contact_policy])
            for one in some
        }
        bookings = [
            Booking(
                profile_id=one.profile, enrolment_id=one.enrolment, step_id=one.step, at=at[one.enrolment],
                commercial=one.sells, policy=kept[one.contact_policy],
            )
            for one in some
        ]  # fmt: skip
        booked = booking.book(bookings, self._now)
        some = [one for one in some if (one.enrolment, one.step) in booked]
        begins = [one for one in some if one.first]
        asked = {
            "ids": [one.enrolment for one in begins], "version": self._version.pk, "now": self._now,
            "window_ends": self._now + timedelta(days=self._version.campaign.window_days),
        }  # fmt: skip
        begun = sql.rows(_START, asked)
        self._enter([*held, *begins])
        wants.booked([one.enrolment for one in some])
        decide.decide(self._version, [one.enrolment for one in begins], self._now)
        queued = [(one.enrolment, at[one.enrolment]) for one in begins if one.treated]
        steps.queue_first(self._version, queued, self._now)
        started = Counter(arm for (arm,) in begun) + Counter({entries.REASON: len(held)})
        return started, {one.profile for one in (*some, *held)}

    def _enter(self, some: Sequence[Want]) -> None:
        """They enter the shop-wide comparison with what sells; those of its control group do not start."""
        period = periods.current(self._now)
        if period is None:
            return
        entries.enter(
            [Entrant(enrolment=one.enrolment, held=one.held) for one in some if one.sells], self._now
        )
        asked = {"reason": entries.REASON, "until": period.ends_at}
        sql.run(_HOLD_OUT, {**asked, "ids": [one.enrolment for one in some if one.held]})


def _opens(due: datetime, stands: Standing, policy: ContactPolicy) -> datetime:
    """When a message that is due may leave where the person lives."""
    return hours.next_open(due, ZoneInfo(stands.zone), policy, stands.asked.quiet) or due
