"""Histories → stages and beliefs, for people whose facts changed and for those whom time alone moves on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import habit_shifts, rebuild, score_store, stale
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.lifecycle import classify
from saleor_relacional.flows.scoring.predict import predict

BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scoring did."""

    profiles: int
    changes: int
    """Stages that changed."""


def score_stale(now: datetime, *, limit: int = BATCH) -> Scored:
    """Score people whose facts changed, oldest news first. Those that another worker has are left to it."""
    shop = fit.learnt(now)
    with sql.atomic():
        return _score(stale.take(limit), shop, now)


def settle(now: datetime) -> Scored:
    """What a sync or an import ends with: the shop learnt anew where it grew by what was read, and everybody with news
    scored. Of no consequence where nothing is new. Whoever another worker scores at this moment is left to it."""
    profiles = changes = 0
    if rebuild.running() is None and fit.wanted(now, unscored=stale.count()):
        scored = refit(now)
        profiles, changes = scored.profiles, scored.changes
    while (scored := score_stale(now)).profiles:
        profiles, changes = profiles + scored.profiles, changes + scored.changes
    return Scored(profiles=profiles, changes=changes)


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
    profiles = changes = 0
    last = 0
    while ids := rebuild.next_ids(last, BATCH):
        last = ids[-1]
        with sql.atomic():
            scored = _score(stale.hold(ids, now), shop, now)
        profiles, changes = profiles + scored.profiles, changes + scored.changes
    return Scored(profiles=profiles, changes=changes)


def _score(marks: Mapping[int, int], shop: fit.ShopModel, now: datetime) -> Scored:
    """Score those whose marks we hold: profile → version."""
    if not marks:
        return Scored(profiles=0, changes=0)
    anybody = score_store.hold(list(marks)) > 0
    history = Histories.of(list(marks), now, season=shop.season, anybody=anybody)
    if changed := habit_shifts.detect_rhythm(history, now):  # the rhythm is learnt from the last change on
        history.update(Histories.of(changed, now, season=shop.season, anybody=anybody))
    score_store.drop(sorted(marks.keys() - set(history["profile"].tolist())))
    lifecycle = classify(history, shop, now)
    score_store.write(history, lifecycle, predict(history, shop, now), shop.id, now)
    stale.clear(marks)
    return Scored(profiles=len(marks), changes=int(lifecycle.changed.sum()))
