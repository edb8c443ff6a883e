"""One line of the inbox, whatever it is of: what, who, by when, whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from saleor_relacional.dashboard.inbox import inbox_words as say
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.flows.feedback import told
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.models import CaseState, Feedback, FeedbackCase, Remark, StaffTask, StaffTaskState

SNIPPET = 140
"""Characters of what somebody wrote that stand in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line."""

    what: str
    words: str = ""
    """The beginning of what they wrote."""
    detail: str = ""
    person: profiles.Relationship | None
    """None: forgotten meanwhile."""
    order: str = ""
    at: datetime
    state: str
    clock: str = ""
    """In words, while it waits."""
    late: bool = False
    owner: str = ""
    place: str = ""
    """Of its own page, below the desk's root; empty: it has none."""
    take: str = ""
    """Where it is taken; empty: it is not taken in the list."""
    done: str = ""


def snippet(text: str) -> str:
    """The beginning of a text, cut between words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SNIPPET else f"{plain[:SNIPPET].rsplit(' ', 1)[0]}…"


def of_cases(rows: Sequence[FeedbackCase], now: datetime, names: StaffNames) -> list[Entry]:
    """Cases, with what was said last in each."""
    people = profiles.of_ids([row.profile_id for row in rows])
    return [_case(row, people.get(row.profile_id), now, names) for row in rows]


def _case(row: FeedbackCase, person: profiles.Relationship | None, now: datetime, names: StaffNames) -> Entry:
    said = told.within(row)
    waits = row.state in (CaseState.OPEN, CaseState.SEEN)
    return Entry(
        what=say.kind(row.kind), words=snippet(next((one.text for one in said if one.text), "")),
        detail=say.stars(next((one.stars for one in said if one.stars), None)), person=person,
        order=row.purchase.number if row.purchase else "", at=row.opened_at,
        state=say.case_state(row.state), clock=say.clock(row.due_at, now) if waits else "",
        late=waits and row.due_at < now, owner=names.of(row.owner), place=f"inbox/{row.public_id}",
    )  # fmt: skip


def of_told(rows: Sequence[Feedback]) -> list[Entry]:
    """Things told, whether somebody has to answer them or not."""
    people = profiles.of_ids([row.profile_id for row in rows])
    return [
        Entry(
            what=say.kind(row.kind), words=snippet(row.text), detail=say.reason(row.reason) or say.stars(row.stars),
            person=people.get(row.profile_id), order=row.purchase.number if row.purchase else "", at=row.at,
            state=say.case_state(row.case.state) if row.case else "",
            place=f"inbox/{row.case.public_id}" if row.case else "",
        )
        for row in rows
    ]  # fmt: skip


def of_tasks(rows: Sequence[StaffTask], now: datetime, names: StaffNames) -> list[Entry]:
    """What staff do because a message promised it."""
    people = profiles.of_ids([row.profile_id for row in rows])
    return [
        Entry(
            what=say.task(row.kind), detail=row.enrolment.campaign.name, person=people.get(row.profile_id),
            at=row.made_at, state=say.task_state(row.state),
            clock=say.clock(row.due_at, now) if row.state == StaffTaskState.OPEN else "",
            late=row.state == StaffTaskState.OPEN and row.due_at < now, owner=names.of(row.owner),
            take=reverse("dashboard-task-take", args=[row.public_id]) if _takes(row, names) else "",
            done=reverse("dashboard-task-done", args=[row.public_id]) if row.state == StaffTaskState.OPEN else "",
        )
        for row in rows
    ]  # fmt: skip


def _takes(row: StaffTask, names: StaffNames) -> bool:
    return row.state == StaffTaskState.OPEN and row.owner != names.own


def of_remarks(rows: Sequence[Remark], names: StaffNames) -> list[Entry]:
    """What people say of what we hold about them."""
    people = profiles.of_ids([row.profile_id for row in rows])
    return [
        Entry(
            what=say.remark(row.kind), words=snippet(row.words or say.right(row.right)), detail=row.told,
            person=people.get(row.profile_id), at=row.said_at,
            state=say.case_state(CaseState.ANSWERED if row.answered_at else CaseState.OPEN),
            owner=names.of(row.answered_by), place=f"inbox/remarks/{row.public_id}",
        )
        for row in rows
    ]  # fmt: skip
