"""Histories → stages and beliefs, for people whose facts changed and for those whom time alone moves on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.db import sql
from saleor_relacional.flows import failures
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import habit_shifts, rebuild, score_store, stale
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.lifecycle import classify
from saleor_relacional.flows.scoring.predict import predict

BATCH = 5_000
MOST_APART = 20
"""People of one batch who could not be scored. Where there are more, the fault is hardly theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scoring did."""

    profiles: int
    changes: int
    """Stages that changed."""

    def __add__(self, other: "Scored") -> "Scored":
        return Scored(profiles=self.profiles + other.profiles, changes=self.changes + other.changes)


NOBODY = Scored(profiles=0, changes=0)


def score_stale(now: datetime, *, limit: int = BATCH) -> Scored:
    """Score people whose facts changed, oldest news first. Those that another worker has are left to it. One who cannot
    be scored is counted as an error and tried again later; the others are scored."""
    shop = fit.learnt(now)
    marks: dict[int, int] = {}
    try:
        with sql.atomic():
            marks = stale.take(limit, now)
            return _score(marks, shop, now)
    except failures.POISON:
        if not marks:
            raise
    scored = _apart(sorted(marks), stale.take_these, shop, now)
    return scored if scored.profiles else score_stale(now, limit=limit)


def settle(now: datetime) -> Scored:
    """What a sync or an import ends with: the shop learnt anew where it grew by what was read, and everybody with news
    scored. Of no consequence where nothing is new. Whoever another worker scores at this moment is left to it."""
    done = NOBODY
    if rebuild.running() is None and fit.wanted(now, unscored=stale.count()):
        done = refit(now)
    while (scored := score_stale(now)).profiles:
        done += scored
    return done


def pass_time(now: datetime, *, limit: int = 10_000) -> Scored:
    """Move on those whom time alone moves: by index, so the cost is the number of people who change."""
    changed = score_store.move_on(now, limit)
    return Scored(profiles=changed, changes=changed)


def refit(now: datetime) -> Scored:
    """Learn the shop anew and score everybody with it, here and now. Starts no campaign for anybody.

    A small shop is scored where it lives; a large one is written anew beside it and put in its place at once."""
    if rebuild.wanted():
        return Scored(**rebuild.whole(now))
    fit.estimate(now)
    shop = fit.shop(now)
    done, last = NOBODY, 0
    while ids := rebuild.next_ids(last, BATCH):
        last = ids[-1]
        done += _apart(ids, lambda some: stale.hold(some, now), shop, now)
    return done


def _apart(
    ids: Sequence[int],
    take: Callable[[Sequence[int]], Mapping[int, int]],
    shop: fit.ShopModel,
    now: datetime,
) -> Scored:
    """Score these people, whose marks `take` locks; one who cannot be scored keeps nobody else waiting."""

    def together(some: Sequence[int]) -> Scored:
        with sql.atomic():
            return _score(take(some), shop, now)

    def later(profile: int) -> None:
        with sql.atomic():
            stale.mark([profile], now)
            stale.postpone(profile, now)

    done = failures.isolated("score", ids, together, now=now, failed=later, most=MOST_APART)
    return sum(done, NOBODY)


def _score(marks: Mapping[int, int], shop: fit.ShopModel, now: datetime) -> Scored:
    """Score those whose marks we hold: profile → version."""
    if not marks:
        return NOBODY
    anybody = score_store.hold(list(marks)) > 0
    history = Histories.of(list(marks), now, season=shop.season, anybody=anybody)
    if changed := habit_shifts.detect_rhythm(history, now):  # the rhythm is learnt from the last change on
        history.update(Histories.of(changed, now, season=shop.season, anybody=anybody))
    score_store.drop(sorted(marks.keys() - set(history["profile"].tolist())))
    lifecycle = classify(history, shop, now)
    score_store.write(history, lifecycle, predict(history, shop, now), shop.id, now)
    stale.clear(marks)
    return Scored(profiles=len(marks), changes=int(lifecycle.changed.sum()))
