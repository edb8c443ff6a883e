"""The messages of those who have started, one touch per step, of the treated alone: the first is queued at the start,
each later one once it is booked and the message before it has left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.campaigns import cycles, ranking
from saleor_relacional.flows.campaigns.deciding import ladder
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import incentive, month_money, reserve, staff_tasks
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.flows.incentives.rungs import CODED
from saleor_relacional.models import Campaign, CampaignStep, CampaignVersion, Enrolment, Rung, RungKind, Touch

_COLUMNS = """(public_id, enrolment_id, profile_id, step_id, medium, state, reason, due_at, expires_at, attempts,
     template_version, data_hash, created_at)"""

_FIRST = f"""
INSERT INTO {tables.TOUCH} {_COLUMNS}
SELECT gen_random_uuid(), e.id, e.profile_id, step.id, 'mail', 'queued', '', due.at, due.at + %(lasts)s, 0, '', '',
       %(now)s
FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[]) AS due (enrolment_id, at)
JOIN {tables.ENROLMENT} e ON e.id = due.enrolment_id AND e.state = 'started'
JOIN {tables.CAMPAIGN_STEP} step ON step.version_id = e.version_id AND step.number = 1
ON CONFLICT DO NOTHING RETURNING enrolment_id
"""


NOTHING = "nothing"
"""Why the treated get no message of a step: their rung is to get nothing. Their campaign goes on."""

_SILENT = f"""
UPDATE {tables.TOUCH} SET state = 'suppressed', reason = '{NOTHING}', ended_at = %(now)s, rung_id = %(rung)s
WHERE step_id = %(step)s AND enrolment_id = ANY(%(ids)s) AND state = 'queued'
"""


def _next(kind: CampaignKind) -> str:
    """Touches of the step after the last one that left, for the treated people of a campaign whose cycle is open and
    for whom it is booked; enrolment and step of each. Whoever is being recorded, merged or forgotten at this moment
    waits for the next run."""
    return f"""
WITH due AS (
SELECT e.id AS enrolment_id, e.profile_id, step.id AS step_id, greatest(booked.at, %(now)s) AS at
FROM {tables.CONTACT} booked
JOIN {tables.ENROLMENT} e ON e.id = booked.enrolment_id
JOIN {tables.PROFILE} p ON p.id = e.profile_id
JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
JOIN LATERAL (
    SELECT done.number, touch.state, touch.reason FROM {tables.TOUCH} touch
    JOIN {tables.CAMPAIGN_STEP} done ON done.id = touch.step_id
    WHERE touch.enrolment_id = e.id ORDER BY done.number DESC LIMIT 1
) last ON last.state IN ('sent', 'unknown') OR last.reason = 'nothing'
JOIN {tables.CAMPAIGN_STEP} step
  ON step.id = booked.step_id AND step.version_id = e.version_id AND step.number = last.number + 1
WHERE booked.step_id = ANY(%(steps)s) AND booked.kind = 'message' AND booked.sent_at IS NULL
  AND booked.at > %(now)s - %(lasts)s AND e.campaign_id = %(campaign)s AND e.state = 'started' AND e.arm = 'treated'
  AND {cycles.current(kind)} AND NOT ({kind.ended}) AND NOT {cycles.UNSEEN_FACTS}
ORDER BY p.id FOR KEY SHARE OF p SKIP LOCKED
)
INSERT INTO {tables.TOUCH} {_COLUMNS}
SELECT gen_random_uuid(), enrolment_id, profile_id, step_id, 'mail', 'queued', '', at, at + %(lasts)s, 0, '', '',
       %(now)s
FROM due
ON CONFLICT DO NOTHING RETURNING enrolment_id, step_id
"""


def queue_first(version: CampaignVersion, due: Sequence[tuple[int, datetime]], now: datetime) -> None:
    """Queue the first message of these enrolments of a version, each at its moment, and promise what it offers."""
    if not due:
        return
    enrolments, moments = zip(*due, strict=True)
    asked = {
        "ids": list(enrolments),
        "due": list(moments),
        "now": now,
        "lasts": cycles.kind(version).message_lasts,
    }
    queued = [row[0] for row in sql.rows(_FIRST, asked)]
    _promise(CampaignStep.objects.get(version=version, number=1), queued, now)


def queue_next(campaign: Campaign, version: CampaignVersion, now: datetime) -> int:
    """Queue the next message of everybody for whom it is booked and whose last one has left; how many."""
    steps = CampaignStep.objects.filter(version__campaign=campaign, number__gt=1).values_list("pk", flat=True)
    kind = cycles.kind(version)
    asked = {
        **cycles.parameters(version, now), "campaign": campaign.pk, "lasts": kind.message_lasts, "steps": list(steps),
    }  # fmt: skip
    if not asked["steps"]:
        return 0
    with sql.atomic():
        locks.lock(Lock.CONSIDER, str(campaign.pk))
        if month_money.limited(version, now):
            locks.lock(Lock.CAPACITY)  # before the people: whoever promises comes one by one
        queued = sql.rows(_next(kind), asked)
        for step in CampaignStep.objects.filter(pk__in={step for _, step in queued}):
            _promise(step, [enrolment for enrolment, of in queued if of == step.pk], now)
    return len(queued)


def _promise(step: CampaignStep, enrolments: Sequence[int], now: datetime) -> None:
    """Say which rung each of them gets, and promise what it gives."""
    rows = Enrolment.objects.filter(pk__in=enrolments)
    people = ranking.down_the_queue(rows, now)
    held = cache(lambda rung: holds.of(rung, [each.pk for each in people], now))
    reached = _reached(step, people, held, now)
    for rung in {rung.pk: rung for rung in reached.values()}.values():
        _give(rung, [each for each in people if reached.get(each.pk) == rung], held, now)


def _reached(
    step: CampaignStep, people: Sequence[Enrolment], held: Callable[[Rung], Mapping[int, Held]], now: datetime
) -> dict[int, Rung]:
    """Enrolment → the rung that it gets: the person's own, or the next cheaper one that the month's money reaches, of
    all down the queue in one pass. Who is left out gets just a word."""
    chosen, month = ladder.choose(step, people, now), reserve.left(step.version.campaign_id, now)
    wanting = reserve.wanting(people, step) if month else frozenset()
    own = {rung.pk: ladder.given(rung) for rung in {one.pk: one for one in chosen.values()}.values()}
    below = cache(ladder.cheaper)
    found: dict[int, Rung] = {}
    for enrolment in [each.pk for each in people if each.pk in chosen]:
        rung = own[chosen[enrolment].pk]
        while rung is not None:
            if (
                month is None
                or enrolment not in wanting
                or rung.kind not in CODED
                or month.takes(*held(rung)[enrolment], treated=True)
            ):
                found[enrolment] = rung
                break
            rung = below(rung)
    return found


def _give(
    rung: Rung, people: Sequence[Enrolment], held: Callable[[Rung], Mapping[int, Held]], now: datetime
) -> None:
    ids = [each.pk for each in people]
    if rung.kind == RungKind.NOTHING:
        sql.run(_SILENT, {"step": rung.step_id, "ids": ids, "rung": rung.pk, "now": now})
        return
    incentive.plan(people, rung=rung, now=now, reserves=held(rung))
    Touch.objects.filter(step=rung.step_id, enrolment__in=ids).update(rung=rung)
    staff_tasks.promise(people, rung=rung, now=now)
