"""Who is considered, and who starts: enrol with the arm drawn, judge both arms alike, then give out the capacity.

A plan costs what has changed. Everybody is gone through by the first plan of a campaign and after a decision that
concerns everybody; in batches, each a transaction that says how far it came, so that a plan that is killed is gone on
with and two at once share the work. All other plans look at the people of whom there is news (scoring/unplanned.py) and
at those for whom time alone has changed something (planning/foreseeing.py): a silence is over, an anniversary has come.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import (
    campaigns,
    candidates,
    cycles,
    judging,
    steps,
)
from saleor_relacional.flows.campaigns.arbitration import give_out, wants
from saleor_relacional.flows.campaigns.campaign import finishing
from saleor_relacional.flows.campaigns.candidates import Candidate
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.campaigns.planning import foreseeing, planned_under
from saleor_relacional.flows.campaigns.planning.news import News
from saleor_relacional.flows.campaigns.proposals import DryRun, Proposal, dry_run
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.segments import audience
from saleor_relacional.flows.shop_control import entries
from saleor_relacional.flows.shop_control import periods as shop_control
from saleor_relacional.models import Arm, Campaign, CampaignState, CampaignVersion
from saleor_relacional.once import answered_alike

__all__ = ["DryRun", "Planned", "Proposal", "consider", "consider_all", "dry_run"]

Row = TypeVar("Row")

BATCH = 5_000
"""People with news who are looked at in one transaction."""

_AT_LEISURE = "SET LOCAL synchronous_commit TO off"
"""Nobody waits for the disk: a server that loses a judgement loses the removal of its marks with it, and what others
write after it too, so it is made again. What starts somebody is written with care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What considering one campaign came to."""

    hindrance: Hindrance | None = None
    """What keeps the campaign as a whole from sending; then nothing was done."""
    treated: int = 0
    control: int = 0
    """Started now, by arm."""
    waiting: int = 0
    """Of those who were considered now."""
    suppressed: Counter[str] = field(default_factory=Counter)
    """Of those who were considered now, by reason, both arms together."""
    expired: int = 0


@dataclass(slots=True, kw_only=True)
class _Run:
    """One campaign while it is planned, and what was found so far."""

    campaign: Campaign
    version: CampaignVersion
    now: datetime
    expired: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def judge(self, batch: Sequence[Candidate]) -> None:
        """Judge these candidates."""
        self.found.update(judging.judge(self.campaign, self.version, batch, self.now))

    def look_at(self, people: Sequence[int], known: News) -> None:
        """Judge those of these people who are candidates, and end the enrolments of those who are none any more. Of
        others, most of them for most campaigns, nothing is asked."""
        for foresight in foreseeing.of(self.version).values():
            foresight.foresee(people, self.now)
        asked, expired, found = set(people), 0, list[Candidate]()
        if some := known.in_stages(self.version.stages) & asked:
            found = candidates.these(self.campaign, self.version, sorted(some), self.now)
        going_on = {each.profile_id for each in found if each.enrolment is not None}
        if over := (known.enrolled(self.campaign.pk) & asked) - going_on:
            expired = judging.expire(self.campaign, self.version, self.now, sorted(over))
        if found:
            self.judge(found)
        self.expired += expired


def consider_all(now: datetime) -> dict[int, Planned]:
    """Every active campaign: the day is given out among them together. What finished ones have left is ended first."""
    with answered_alike():
        finishing.end(now)
        return _plan(_active(), now)


def consider(campaign: Campaign, now: datetime) -> Planned:
    """Enrol, judge, start. Running it twice, or in two places at once, writes nothing twice. Of whom there is news, the
    other active campaigns learn too; nobody is started by them."""
    with answered_alike():
        if (found := hindrance(campaign, now)) is not None:
            return Planned(hindrance=found)
        return _plan([campaign], now)[campaign.pk]


def _active() -> list[Campaign]:
    return list(Campaign.objects.filter(state=CampaignState.ACTIVE).order_by("activated_at", "pk"))


def _plan(starting: Sequence[Campaign], now: datetime) -> dict[int, Planned]:
    """Look at whoever is to be looked at, then start people of these campaigns, in this order. Whom one of them starts
    the others look at again. A campaign that fails is counted as an error, left out of the answer and begins with
    everybody at the next plan; the others go on."""
    shop_control.renew(now)
    hindered = {campaign.pk: hindrance(campaign, now) for campaign in _active()}
    runs: dict[int, _Run] = {}

    def run(campaign: Campaign) -> None:
        runs[campaign.pk] = _Run(campaign=campaign, version=campaigns.current(campaign), now=now)
        cycles.kind(runs[campaign.pk].version)

    def each(work: Callable[[Campaign], object], some: Iterable[Campaign]) -> None:
        for campaign in some:
            failures.isolated("plan", [campaign], lambda one: work(one[0]), now=now, failed=broken)

    def broken(campaign: Campaign) -> None:
        runs.pop(campaign.pk, None)
        Campaign.objects.filter(pk=campaign.pk).update(planned_under="")

    each(run, [campaign for campaign in _active() if hindered[campaign.pk] is None])
    # What is held learns of no news, and so begins with everybody when it goes on.
    Campaign.objects.filter(pk__in=hindered.keys() - runs.keys()).update(planned_under="")
    _begin([*runs.values()], now)
    if runs:
        foreseeing.orders_late(now)
    each(lambda campaign: _mark_turned(runs[campaign.pk]), [one.campaign for one in [*runs.values()]])
    each(lambda campaign: _look_at_everybody(runs[campaign.pk]), [one.campaign for one in [*runs.values()]])
    _look_at_news([*runs.values()])
    started = give_out.give_out(
        [run.version for run in runs.values()], [campaign.pk for campaign in starting], now,
        broken=lambda version: broken(version.campaign),
    )  # fmt: skip
    each(lambda campaign: _queue_next(runs[campaign.pk]), [one for one in starting if one.pk in runs])
    done = {pk: _planned(runs[pk], begun) for pk, begun in started.items() if pk in runs}
    _look_at_news([*runs.values()])
    held = {campaign.pk: hindered.get(campaign.pk, Hindrance.PAUSED) for campaign in starting}
    return done | {pk: Planned(hindrance=reason) for pk, reason in held.items() if reason}


def _queue_next(run: _Run) -> None:
    if cycles.kind(run.version).for_audience:
        audience.stop_left(run.version, run.now)
    steps.queue_next(run.campaign, run.version, run.now)
    wants.too_late(run.campaign.pk, run.now)


def _planned(run: _Run, started: Counter[str]) -> Planned:
    waiting = run.found.pop(Suppression.CAPACITY, 0) - sum(started.values())
    held_out = Counter({entries.REASON: started[entries.REASON]})
    return Planned(
        treated=started[Arm.TREATED], control=started[Arm.CONTROL], waiting=max(waiting, 0),
        suppressed=run.found + held_out, expired=run.expired,
    )  # fmt: skip


def _begin(runs: Sequence[_Run], now: datetime) -> None:
    """Whoever was planned under other terms, or never, begins with everybody. Marks that only they would read are of no
    use to them. Who comes second, while another worker has begun already, neither begins again nor removes a mark."""
    with sql.atomic():
        anew = sum(_begin_one(run, now) for run in sorted(runs, key=lambda run: run.campaign.pk))
        foreseen = any(foreseeing.of(run.version) for run in runs)  # of whom there is news, anew
        if anew and anew == len(runs) and not foreseen:
            unplanned.clear_all()


def _begin_one(run: _Run, now: datetime) -> int:
    """1 when it begins with everybody, as of now; else 0."""
    holds, before = planned_under.digest(run.version, now), run.campaign.planned_under
    run.version.campaign.planned_under = holds
    if holds == before:
        return 0
    if not before:
        foreseeing.begin_anew(run.campaign)
    locks.note(Lock.CAMPAIGN, [run.campaign.pk])
    mine = Campaign.objects.filter(pk=run.campaign.pk, planned_under=before)
    return int(mine.update(planned_under=holds, planned_beyond=0))


def _mark_turned(run: _Run) -> None:
    """For whom time alone has changed something since the last plan."""
    foreseeing.due(run.campaign, run.now)
    if turns := cycles.kind(run.version).turns:
        foreseeing.turned(run.campaign, turns, run.now)
    audience.mark_turned(run.version, run.now)


def _look_at_everybody(run: _Run) -> None:
    """The rest of those whom nobody has looked at under these terms."""
    foreseeing.everybody(run.version, run.now)
    while True:
        with sql.atomic():
            locks.lock(Lock.CONSIDER, str(run.campaign.pk))
            mine = Campaign.objects.filter(pk=run.campaign.pk)
            beyond = mine.values_list("planned_beyond", flat=True).first()
            if beyond is None:
                return
            batch = candidates.after(run.campaign, run.version, run.now, beyond)
            sql.run(_AT_LEISURE)
            if not batch:
                run.expired += judging.expire(run.campaign, run.version, run.now)
            bad = _apart(batch, run.judge, run.now)
            unplanned.mark(each.profile_id for each in bad)
            mine.update(planned_beyond=batch[-1].profile_id if batch else None)


def _look_at_news(runs: Sequence[_Run]) -> None:
    """Everybody who is marked; two workers share them. Those about whom something is wrong keep their marks."""
    beyond = 0
    while runs and unplanned.after(beyond, 1):
        with sql.atomic():
            for run in sorted(runs, key=lambda run: run.campaign.pk):
                locks.lock(Lock.CONSIDER, str(run.campaign.pk))
            if not (news := unplanned.after(beyond, BATCH)):  # another worker was quicker
                return
            sql.run(_AT_LEISURE)
            bad: set[int] = set()
            known = News(news)
            for run in runs:
                bad |= {*_apart([*news], partial(run.look_at, known=known), run.now)}
            unplanned.clear({person: version for person, version in news.items() if person not in bad})
        beyond = max(news)


def _apart(rows: Sequence[Row], work: Callable[[Sequence[Row]], object], now: datetime) -> list[Row]:
    """Do the work for all of them but those about whom something is wrong, who are counted and returned."""
    bad: list[Row] = []

    def whole(part: Sequence[Row]) -> None:
        with sql.atomic():
            work(part)

    failures.isolated("plan", rows, whole, now=now, failed=bad.append)
    return bad
