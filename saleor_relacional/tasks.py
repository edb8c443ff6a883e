"""The doors that Celery opens: each opens, calls one flow, closes. PostgreSQL holds the truth; a task that is
lost, killed or run twice does no harm, and the next round of the timetable goes on. Arguments are kinds and
references."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from celery import shared_task
from django.db import Error as DatabaseError

from saleor_relacional import conf
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.incentives import entitlement, incentive
from saleor_relacional.flows.ingest import patrol as patrolling
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.ingest.record_isolated import record_isolated
from saleor_relacional.flows.learning import categories, fit
from saleor_relacional.flows.scoring import rebuild, score, shift_walk
from saleor_relacional.flows.sending import send as sending
from saleor_relacional.hosts.base import CheckoutFact, FactKind

PREFIX = "saleor_relacional.tasks."

BEAT: tuple[tuple[str, float], ...] = (
    (f"{PREFIX}sweep", 60.0),
    (f"{PREFIX}patrol", 86400.0 / patrolling.RUNS_A_DAY),
    (f"{PREFIX}score_stale", 60.0),
    (f"{PREFIX}pass_time", 60.0),
    (f"{PREFIX}plan_all", 900.0),
    (f"{PREFIX}send", 60.0),
    (f"{PREFIX}expire", 300.0),
    (f"{PREFIX}refit", 3600.0),
    (f"{PREFIX}rebuild", 60.0),
    (f"{PREFIX}look_for_shifts", 86400.0 / shift_walk.RUNS_A_DAY),
    (f"{PREFIX}learn_categories", 86400.0),
)
"""(task, seconds): how often each runs. Hosts put it into their timetable."""

ROUNDS = 200
"""Most batches that one run of a task works through, so that no task runs for ever; the next run goes on."""


@contextmanager
def _door() -> Iterator[datetime]:
    """With permission to write, on the shop's clock."""
    host = conf.host()
    with host.writing():
        yield host.now()


@shared_task(name=f"{PREFIX}record", ignore_result=True)
def record_nudged(kind: str, references: Sequence[str]) -> None:
    """What the host says about these now; then what follows from it at once: codes on open checkouts,
    scores."""
    with _door() as now:
        try:
            record_isolated(FactKind(kind), list(dict.fromkeys(references)), now=now)
        except DatabaseError as error:  # the database, not a fact: the sweep reads them again
            failures.count(f"record:{kind}", error, now=now)
            return
        if FactKind(kind) is FactKind.CHECKOUT:
            facts = conf.host().fetch(FactKind.CHECKOUT, references)
            entitlement.watch([fact for fact in facts if isinstance(fact, CheckoutFact)], now)
        score.score_stale(now, limit=500)


@shared_task(name=f"{PREFIX}sweep", ignore_result=True)
def sweep() -> None:
    """Read what changed at the host since the last round, kind by kind; one that fails does not stop the
    others."""
    with _door() as now:
        for kind in FactKind:
            try:
                sweeping.sweep(kind, now=now)
            except (DatabaseError, RelacionalError) as error:
                failures.count(f"sweep:{kind}", error, now=now)


@shared_task(name=f"{PREFIX}patrol", ignore_result=True)
def patrol() -> None:
    """Look at the next share of our own references, kind by kind."""
    with _door() as now:
        for kind in FactKind:
            try:
                patrolling.patrol(kind, now=now)
            except (DatabaseError, RelacionalError) as error:
                failures.count(f"patrol:{kind}", error, now=now)


@shared_task(name=f"{PREFIX}score_stale", ignore_result=True)
def score_stale() -> None:
    """Everybody whose facts changed."""
    with _door() as now:
        for _ in range(ROUNDS):
            if not score.score_stale(now).profiles:
                return


@shared_task(name=f"{PREFIX}pass_time", ignore_result=True)
def pass_time() -> None:
    """Everybody whom time alone moves on."""
    with _door() as now:
        for _ in range(ROUNDS):
            if not score.pass_time(now).profiles:
                return


@shared_task(name=f"{PREFIX}refit", ignore_result=True)
def refit() -> None:
    """Learn the shop anew, when it has aged or grown out of its fit. A small shop is scored here; of a large one every
    range is a task of its own."""
    with _door() as now:
        if rebuild.running() is not None or not fit.wanted(now):
            return
        if not rebuild.wanted():
            score.refit(now)
            return
        ranges = rebuild.begin(now).ranges.count()
    for _ in range(ranges):
        rebuild_range.apply_async(retry=False)


@shared_task(name=f"{PREFIX}rebuild_range", ignore_result=True)
def rebuild_range() -> None:
    """One range of the rebuild that is under way, whichever nobody has; whoever did the last one ends it."""
    with _door() as now:
        if rebuild.go_on(now):
            rebuild.end(now)


@shared_task(name=f"{PREFIX}rebuild", ignore_result=True)
def rebuild_all() -> None:
    """Go on with a rebuild whose tasks were lost or killed."""
    with _door() as now:
        for _ in range(ROUNDS):
            if not rebuild.go_on(now):
                return


@shared_task(name=f"{PREFIX}look_for_shifts", ignore_result=True)
def look_for_shifts() -> None:
    """Whose habits changed, in the next share of everybody: those of whom nothing new was heard, too."""
    with _door() as now:
        shift_walk.go_on(now)


@shared_task(name=f"{PREFIX}learn_categories", ignore_result=True)
def learn_categories() -> None:
    """How each category is bought again."""
    with _door() as now:
        fit.ensure_fit(now)
        categories.learn(now)


@shared_task(name=f"{PREFIX}plan_all", ignore_result=True)
def plan_all() -> None:
    """Consider everybody whom an active campaign is for."""
    with _door() as now:
        plan.consider_all(now)


@shared_task(name=f"{PREFIX}send", ignore_result=True)
def send() -> None:
    """Hand over what is due."""
    with _door() as now:
        for _ in range(ROUNDS):
            batch = sending.send_due(now=now)
            if batch.hindrance or not batch.ends:
                return


@shared_task(name=f"{PREFIX}expire", ignore_result=True)
def expire() -> None:
    """End promises whose day is over, and free codes whose checkout is gone."""
    with _door() as now:
        for _ in range(ROUNDS):
            if not incentive.expire(now):
                break
        incentive.finish_withdrawals(now)
        entitlement.release(now)
