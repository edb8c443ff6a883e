"""What a person of the shop does because a rung says so: priority service, a call. Promised with the message, seen by
staff once it has left, taken and ticked off by one of them, stopped where the message was or the person objects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.models import Enrolment, Rung, StaffTask, StaffTaskState

SEEN = (StaffTaskState.OPEN, StaffTaskState.DONE, StaffTaskState.STOPPED)
"""What staff see, in this order."""
MOST = 100
"""Tasks that one page holds."""

_WITHDRAW = f"""
UPDATE {tables.STAFF_TASK} SET state = 'stopped', ended_at = %(now)s WHERE id IN (
    SELECT task.id FROM {tables.STAFF_TASK} task JOIN {tables.RUNG} rung ON rung.id = task.rung_id
    WHERE task.enrolment_id = ANY(%(enrolments)s) AND task.state = 'promised' AND NOT EXISTS (
        SELECT 1 FROM {tables.TOUCH} t WHERE t.enrolment_id = task.enrolment_id AND t.step_id = rung.step_id
          AND t.state IN ('handing_over', 'sent', 'unknown'))
    ORDER BY task.id FOR UPDATE OF task)
"""

_LEFT = f"""
UPDATE {tables.STAFF_TASK} SET state = 'open', made_at = told.at, due_at = told.at + (due_at - made_at) FROM (
    SELECT task.id, t.ended_at AS at FROM {tables.STAFF_TASK} task
    JOIN {tables.RUNG} rung ON rung.id = task.rung_id
    JOIN {tables.TOUCH} t ON t.enrolment_id = task.enrolment_id AND t.step_id = rung.step_id
    WHERE task.state = 'promised' AND t.state IN ('sent', 'unknown')
      AND coalesce(task.enrolment_id = %(enrolment)s, true)
    ORDER BY task.id FOR UPDATE OF task SKIP LOCKED
) told WHERE told.id = {tables.STAFF_TASK}.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Tasks as staff see them: open ones first, those due first before the others."""

    tasks: Sequence[StaffTask]
    more: bool


def promise(enrolments: Iterable[Enrolment], *, rung: Rung, now: datetime) -> int:
    """Make a task of their rung for each of these people, where it is one; how many. Promising again adds nothing."""
    if rung.kind not in rungs.TASKS:
        return 0
    due = now + timedelta(days=rungs.of(rung).days)
    made = [
        StaffTask(
            profile_id=each.profile_id, enrolment=each, rung=rung, kind=rung.kind, made_at=now, due_at=due
        )
        for each in enrolments
        if each.profile_id is not None
    ]
    return len(StaffTask.objects.bulk_create(made, ignore_conflicts=True))


def withdraw(enrolments: Sequence[int], now: datetime) -> int:
    """Stop what these enrolments were promised, unless a message may have told the person; how many."""
    return sql.run(_WITHDRAW, {"enrolments": list(enrolments), "now": now})


def appear(enrolment: int | None = None) -> int:
    """Show staff the tasks whose messages have left, of one enrolment or of all; how many. They are due so many days
    after that."""
    return sql.run(_LEFT, {"enrolment": enrolment})


def stop(profile_ids: Sequence[int], now: datetime) -> int:
    """Stop all that is to be done for these people, also what a message has told them: they want no more of it."""
    rows = StaffTask.objects.filter(
        profile__in=profile_ids, state__in=(StaffTaskState.PROMISED, StaffTaskState.OPEN)
    )
    held = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    return StaffTask.objects.filter(pk__in=held).update(state=StaffTaskState.STOPPED, ended_at=now)


def take(task: StaffTask, by: str) -> StaffTask:
    """Somebody takes it, also from whoever had it. Raises Refused for one that has ended."""
    return _moved(task, StaffTask.objects.filter(pk=task.pk, state=StaffTaskState.OPEN).update(owner=by))


def done(task: StaffTask, by: str, now: datetime) -> StaffTask:
    """Somebody ticks it off. Twice is once. Raises Refused for one that was stopped."""
    ended = StaffTask.objects.filter(pk=task.pk, state=StaffTaskState.OPEN).update(
        state=StaffTaskState.DONE, ended_at=now, ended_by=by
    )
    return _moved(task, ended or StaffTask.objects.filter(pk=task.pk, state=StaffTaskState.DONE).count())


def page(*, first: int, after: int | None, using: str | None = None) -> TaskPage:
    """At most `first` tasks after one (its id), open ones first. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = seen(using)
    if after is not None:
        last = rows.filter(pk=after).first()
        if last is None:
            raise BadInput(_("There is no such page."), field="after")
        rows = rows.filter(_beyond(last))
    found = list(rows[: first + 1])
    return TaskPage(tasks=found[:first], more=len(found) > first)


def count(*, using: str | None = None) -> int:
    """How many staff see."""
    return StaffTask.objects.at(using).filter(state__in=SEEN).count()


def count_open(*, using: str | None = None) -> int:
    """How many wait to be done."""
    return StaffTask.objects.at(using).filter(state=StaffTaskState.OPEN).count()


def seen(using: str | None = None) -> QuerySet[StaffTask]:
    """All that staff see, in their order."""
    place = Case(*(When(state=state, then=number) for number, state in enumerate(SEEN)))
    rows = StaffTask.objects.at(using).filter(state__in=SEEN).annotate(place=place)
    return rows.select_related("profile", "rung", "enrolment__campaign").order_by("place", "due_at", "pk")


def _beyond(last: StaffTask) -> Q:
    place = SEEN.index(StaffTaskState(last.state))
    return (
        Q(place__gt=place)
        | Q(place=place, due_at__gt=last.due_at)
        | Q(place=place, due_at=last.due_at, pk__gt=last.pk)
    )


def _moved(task: StaffTask, moved: int) -> StaffTask:
    if not moved:
        raise Refused(_("This task has ended: nothing is left to do."), code="NOT_OPEN", field="id")
    return StaffTask.objects.select_related("profile", "rung", "enrolment__campaign").get(pk=task.pk)
