"""The Celery tasks. A task, its function and its flow carry one name: `plan` calls flows/campaigns/plan.py.

PostgreSQL holds the state, so a task that is lost, killed or run twice does no harm: the next run goes on. Arguments
are kinds and references, never personal data.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from celery import shared_task
from django.db import Error as DatabaseError

from saleor_relacional import conf
from saleor_relacional.db import locks
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import failures
from saleor_relacional.flows.attributes import write as attributes
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import plan as planning
from saleor_relacional.flows.campaigns.campaign import harm_stop
from saleor_relacional.flows.campaigns.deciding import learn as deciding
from saleor_relacional.flows.contact import channel_paces
from saleor_relacional.flows.importing import runs
from saleor_relacional.flows.incentives import entitlement, incentive, reserve
from saleor_relacional.flows.ingest import patrol as patrolling
from saleor_relacional.flows.ingest import purchase_days
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.ingest.record_isolated import record_isolated
from saleor_relacional.flows.learning import categories, fit
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.scoring import rebuild as rebuilding
from saleor_relacional.flows.scoring import score, shift_walk
from saleor_relacional.flows.sending import send as sending
from saleor_relacional.flows.signups import signups
from saleor_relacional.hosts.facts import CheckoutFact, FactKind

PREFIX = "saleor_relacional.tasks."

BEAT: tuple[tuple[str, float], ...] = (
    (f"{PREFIX}sweep", 60.0),
    (f"{PREFIX}patrol", 86400.0 / patrolling.RUNS_A_DAY),
    (f"{PREFIX}recompute_days", 60.0),
    (f"{PREFIX}score_stale", 60.0),
    (f"{PREFIX}pass_time", 60.0),
    (f"{PREFIX}stop_harm", 86400.0),
    (f"{PREFIX}plan", 900.0),
    (f"{PREFIX}calendar", 60.0),
    (f"{PREFIX}send", 60.0),
    (f"{PREFIX}expire", 300.0),
    (f"{PREFIX}refit", 3600.0),
    (f"{PREFIX}rebuild", 60.0),
    (f"{PREFIX}detect_shifts", 86400.0 / shift_walk.RUNS_A_DAY),
    (f"{PREFIX}learn_categories", 86400.0),
    (f"{PREFIX}measure_paces", 86400.0),
    (f"{PREFIX}learn_rungs", 86400.0),
    (f"{PREFIX}forget_knocks", 3600.0),
    (f"{PREFIX}invite_signups", 60.0),
    (f"{PREFIX}end_signups", 3600.0),
    (f"{PREFIX}write_attributes", 60.0),
)
"""(task, seconds between its runs). A host puts each into its Celery beat."""

SENDS_FOR = 50.0
"""Seconds after which a run of `send` begins no further batch: at a slow rate it would keep its worker for ever."""
WRITES_FOR = 50.0
"""Seconds after which a run of `write_attributes` begins no further step."""
ROUNDS = 200
"""The most batches of one run, so that no task runs for ever; the next run goes on."""


@contextmanager
def _writing() -> Iterator[datetime]:
    """Permission to write for as long as the block runs; gives the time on the shop's clock."""
    host = conf.host()
    with host.writing():
        tombstones.keys()  # under another key nothing is read and nothing leaves
        yield host.now()


def _note(place: str, error: Exception, now: datetime) -> None:
    """Count it, unless it only gave way to somebody who held a lock: the next run reads it."""
    if not locks.impatient(error):
        failures.count(place, error, now=now)


@shared_task(name=f"{PREFIX}record", ignore_result=True)
def record(kind: str, references: Sequence[str]) -> None:
    """Write down what the host says about these references now, take strangers' codes off open checkouts, and score
    whose facts changed. Started by `nudge.record`."""
    with _writing() as now:
        try:
            record_isolated(FactKind(kind), list(dict.fromkeys(references)), now=now)
        except DatabaseError as error:  # the database, not a fact: the sweep reads them again
            _note(f"record:{kind}", error, now)
            return
        if FactKind(kind) is FactKind.CHECKOUT:
            facts = conf.host().fetch(FactKind.CHECKOUT, references)
            entitlement.watch([fact for fact in facts if isinstance(fact, CheckoutFact)], now)
        score.score_stale(now, limit=500)


@shared_task(name=f"{PREFIX}sweep", ignore_result=True)
def sweep() -> None:
    """Record what changed at the host since the last run, kind by kind. A kind that fails does not stop the others."""
    with _writing() as now:
        for kind in FactKind:
            try:
                sweeping.sweep(kind, now=now)
            except (DatabaseError, RelacionalError) as error:
                _note(f"sweep:{kind}", error, now)


@shared_task(name=f"{PREFIX}patrol", ignore_result=True)
def patrol() -> None:
    """Compare the next share of our references with the host, kind by kind: finds what was deleted or joined there."""
    with _writing() as now:
        for kind in FactKind:
            try:
                patrolling.patrol(kind, now=now)
            except (DatabaseError, RelacionalError) as error:
                _note(f"patrol:{kind}", error, now)


@shared_task(name=f"{PREFIX}recompute_days", ignore_result=True)
def recompute_days() -> None:
    """Go on with computing purchase days anew, where the shop's time zone has changed."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not purchase_days.recompute_days(now):
                return


@shared_task(name=f"{PREFIX}score_stale", ignore_result=True)
def score_stale() -> None:
    """Score everybody whose facts changed, those of whom a finished import told included."""
    with _writing() as now:
        runs.release(now)
        for _ in range(ROUNDS):
            if not score.score_stale(now).profiles:
                return


@shared_task(name=f"{PREFIX}pass_time", ignore_result=True)
def pass_time() -> None:
    """Score everybody whose stage changes by time alone."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not score.pass_time(now).profiles:
                return


@shared_task(name=f"{PREFIX}refit", ignore_result=True)
def refit() -> None:
    """Fit the shop anew when its fit is old or the shop has grown. A small shop is scored here; a large one is rebuilt,
    one task per range of profiles. Facts that cannot be learnt from are counted as an error; the fit in use stays."""
    with _writing() as now:
        if rebuilding.running() is not None or not fit.wanted(now):
            return
        try:
            if not rebuilding.wanted():
                score.refit(now)
                return
            ranges = rebuilding.begin(now).ranges.count()
        except failures.POISON as error:
            failures.count("refit", error, now=now)
            return
    for _ in range(ranges):
        rebuild_range.apply_async(retry=False)


@shared_task(name=f"{PREFIX}rebuild_range", ignore_result=True)
def rebuild_range() -> None:
    """Rebuild one range that no other worker has; after the last range, end the rebuild."""
    with _writing() as now:
        if rebuilding.go_on(now):
            rebuilding.end(now)


@shared_task(name=f"{PREFIX}rebuild", ignore_result=True)
def rebuild() -> None:
    """Go on with a rebuild whose tasks `rebuild_range` were lost or killed."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not rebuilding.go_on(now):
                return


@shared_task(name=f"{PREFIX}detect_shifts", ignore_result=True)
def detect_shifts() -> None:
    """Look for changed habits in the next share of all profiles, whether or not their facts changed."""
    with _writing() as now:
        shift_walk.detect_shifts(now)


@shared_task(name=f"{PREFIX}learn_categories", ignore_result=True)
def learn_categories() -> None:
    """Learn how each category is bought again."""
    with _writing() as now:
        fit.ensure_fit(now)
        categories.learn(now)


@shared_task(name=f"{PREFIX}measure_paces", ignore_result=True)
def measure_paces() -> None:
    """Measure how soon each channel's orders leave."""
    with _writing() as now:
        channel_paces.measure(now)


@shared_task(name=f"{PREFIX}stop_harm", ignore_result=True)
def stop_harm() -> None:
    """Pause the campaigns that harm, by the limits that were fixed before they were switched on."""
    with _writing() as now:
        harm_stop.stop_harm(now)


@shared_task(name=f"{PREFIX}learn_rungs", ignore_result=True)
def learn_rungs() -> None:
    """Add up what came of the rungs of every active campaign, and stop what costs more than it brings."""
    with _writing() as now:
        deciding.learn_rungs(now)


@shared_task(name=f"{PREFIX}plan", ignore_result=True)
def plan() -> None:
    """Consider the candidates of every active campaign: enrol them and queue the touches of those who are treated."""
    with _writing() as now:
        planning.consider_all(now)


@shared_task(name=f"{PREFIX}calendar", ignore_result=True)
def calendar() -> None:
    """Make the calendar of the coming days anew, where that is wanted."""
    with _writing() as now:
        if calendars.wanted(now):
            try:
                calendars.make(now)
            except RelacionalError as error:  # said in health, and tried again
                failures.count("calendar", error, now=now)


@shared_task(name=f"{PREFIX}send", ignore_result=True)
def send() -> None:
    """Send the touches that are due, for at most the minute until the next run."""
    began = time.monotonic()
    with _writing():
        for _ in range(ROUNDS):
            batch = sending.send_due(now=conf.host().now())
            if batch.hindrance or not batch.ends or time.monotonic() - began > SENDS_FOR:
                return


@shared_task(name=f"{PREFIX}expire", ignore_result=True)
def expire() -> None:
    """End incentives whose day is over, free codes whose checkout is gone, add up what was booked of their money."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not incentive.expire(now):
                break
        incentive.finish_withdrawals(now)
        entitlement.release(now)
        for _ in range(ROUNDS):
            if not reserve.add_up():
                break


@shared_task(name=f"{PREFIX}forget_knocks", ignore_result=True)
def forget_knocks() -> None:
    """Remove what is kept of knocks at public doors and holds nobody back any more."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not limit.clean(now):
                return


@shared_task(name=f"{PREFIX}invite_signups", ignore_result=True)
def invite_signups() -> None:
    """Ask by mail whoever signed up for the newsletter whether that was them."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not signups.invite(now):
                return


@shared_task(name=f"{PREFIX}end_signups", ignore_result=True)
def end_signups() -> None:
    """Forget the signups that nobody confirmed in time."""
    with _writing() as now:
        for _ in range(ROUNDS):
            if not signups.end_expired(now):
                return


@shared_task(name=f"{PREFIX}write_attributes", ignore_result=True)
def write_attributes() -> None:
    """Write the customer attributes that the owner wants at the host, or take them away."""
    began = time.monotonic()
    with _writing() as now:
        for _ in range(ROUNDS):
            if not attributes.write(now) or time.monotonic() - began > WRITES_FOR:
                return
