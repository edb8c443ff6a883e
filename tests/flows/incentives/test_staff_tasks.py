"""Priority service and calls are promised with a message, seen once it has left, and done by somebody."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.errors import Refused
from saleor_relacional.flows.calendar import rehearse
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Profile, StaffTask
from tests.support.campaign_stories import customer, scored
from tests.support.instants import DAY
from tests.support.mailing import campaign, due

CALL = RungTerms(kind="call", person="Eva Ruiz", note="Ask about the grinder.", days=2)


@pytest.fixture
def ana(shop: Any, now: datetime) -> Profile:
    """Somebody to whom a message that promises a call is about to leave."""
    [found] = due(campaign(now, discount="", value=None, rungs=(CALL,)), now, "Ana")
    return found


def shown() -> list[StaffTask]:
    """What staff see."""
    return list(staff_tasks.page(first=10, after=None).tasks)


def test_a_call_is_promised_seen_taken_and_done(now: datetime, ana: Profile) -> None:
    """Nobody sees it before the message has left, a day later; it is due two days after that. Eva takes it over from
    Tom and ticks it off, once."""
    assert shown() == []
    later = now + DAY
    assert send.send_due(now=later).sent == 1
    [task] = shown()
    assert (task.state, task.profile, task.made_at, task.due_at) == ("open", ana, later, later + 2 * DAY)
    assert staff_tasks.take(task, "staff:tom").owner == "staff:tom"
    assert staff_tasks.take(task, "staff:eva").owner == "staff:eva"
    done = staff_tasks.done(task, "staff:eva", later + DAY)
    assert (done.state, done.ended_at, done.ended_by) == ("done", later + DAY, "staff:eva")
    assert staff_tasks.done(task, "staff:tom", later + 2 * DAY).ended_by == "staff:eva"
    with pytest.raises(Refused):
        staff_tasks.take(task, "staff:tom")


def test_the_calendar_makes_no_task(shop: Any, now: datetime) -> None:
    """The coming days are rehearsed: a call would be promised, and none is."""
    climbing = campaign(now, discount="", value=None, rungs=(CALL,))
    customer("Ana", now)
    scored(now)
    assert [one.campaign_id for one in rehearse.rehearse(now, days=1).said] == [climbing.pk]
    assert not StaffTask.objects.exists()


def test_whose_message_was_stopped_is_not_called(now: datetime, ana: Profile) -> None:
    """Ana objects before it leaves: staff never see it."""
    consent.record_objection(ana, source="page", now=now)
    assert send.send_due(now=now).sent == 0
    assert [task.state for task in shown()] == ["stopped"]


def test_who_objects_is_not_called_although_it_was_promised(now: datetime, ana: Profile) -> None:
    """The message has left and told her; she wants no more of it, so nobody calls, and nobody can tick it off."""
    send.send_due(now=now)
    consent.record_objection(ana, source="page", now=now + DAY)
    [task] = shown()
    assert (task.state, task.ended_at, task.ended_by) == ("stopped", now + DAY, "")
    with pytest.raises(Refused):
        staff_tasks.done(task, "staff:eva", now + DAY)


def test_it_goes_with_the_person(now: datetime, ana: Profile) -> None:
    """Along with whom she becomes one, and away with her."""
    send.send_due(now=now)
    bea = customer("Bea", now)
    merge.merge(ana.pk, bea.pk, cause="test", now=now)
    assert [task.profile for task in shown()] == [bea]
    forget.forget(bea, now=now)
    assert not StaffTask.objects.exists()


def test_open_ones_first_and_page_by_page(shop: Any, now: datetime) -> None:
    """Five calls, one of them done, are read two at a time: the next due first, the done one last."""
    people = due(campaign(now, discount="", value=None, rungs=(CALL,)), now, *"ABCDE")
    send.send_due(now=now)
    for number, person in enumerate(people):
        StaffTask.objects.filter(profile=person).update(due_at=now + timedelta(hours=number))
    staff_tasks.done(StaffTask.objects.get(profile=people[0]), "staff:eva", now)
    read, after = [], None
    for _ in range(3):
        page = staff_tasks.page(first=2, after=after)
        read += [task.profile for task in page.tasks]
        after = page.tasks[-1].pk
    assert read == [*people[1:], people[0]] and not page.more
    assert staff_tasks.count() == 5
