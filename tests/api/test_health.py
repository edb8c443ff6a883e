"""Health: what runs late, what waits, what went wrong, over the API and by command."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from saleor_relacional.db import sql
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.feedback import cases, tell
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.scoring import stale
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Cursor, Touch
from tests.api.asking import Asker, operation
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept(shop: Any) -> None:
    """Every sweep has just finished."""
    for kind in FactKind:
        Cursor.objects.create(name=f"sweep:{kind}", finished_at=sql.real_now())


def codes(now: datetime) -> list[str]:
    """What there is to do."""
    return [problem.code for problem in health.health(now).problems]


def test_all_is_well(swept: None, now: datetime) -> None:
    """Nothing late, nothing waiting: nothing to do."""
    found = health.health(now)
    assert found.healthy and found.due_touches == 0 and found.queue_age is None and found.stale_age is None


def test_a_sweep_that_nobody_runs(shop: Any, swept: None, now: datetime) -> None:
    """Never finished, or long ago: it is named, with the cure."""
    Cursor.objects.filter(name="sweep:order").delete()
    Cursor.objects.filter(name="sweep:customer").update(finished_at=sql.real_now() - timedelta(hours=2))
    problem = health.health(now).problems[0]
    assert problem.code == "sweep_late" and "customer, order" in problem.problem and "beat" in problem.cure
    assert "checkout" not in problem.problem


def test_news_that_nobody_scores(swept: None, now: datetime) -> None:
    """A quarter of an hour is the limit."""
    person = crowd(1, now)[0]
    stale.mark([person.pk], now - timedelta(minutes=15))
    assert codes(now) == []
    assert codes(now + timedelta(minutes=1)) == ["scoring_late"]


def test_an_answer_that_is_overdue(swept: None, now: datetime) -> None:
    """Counted, never named, until somebody answers."""
    told = tell.tell(
        person("Ana").pk, kind="wish", source="page", text="Blue ones.", now=now - timedelta(days=6)
    )
    [problem] = health.health(now).problems
    assert problem.code == "answers_overdue" and problem.problem.startswith("1 customer waits")
    assert "Ana" not in problem.problem and codes(now - timedelta(days=6)) == []
    cases.answer(told.case, text="There are.", apology=False, by="staff:1", now=now)
    assert codes(now) == []


def test_a_mail_that_does_not_leave(swept: None, now: datetime) -> None:
    """A touch that is due for more than an hour, and one of which nobody knows whether it left."""
    open_shop(now)
    crowd(10, now)
    plan.consider(win_back(now), now)
    assert Touch.objects.exists() and codes(now) == []
    assert codes(now + timedelta(hours=2)) == ["queue_late"]
    Touch.objects.update(state="unknown", ended_at=now)
    assert codes(now + timedelta(hours=2)) == ["unknown_touches"]


def test_errors_of_ours(swept: None, now: datetime) -> None:
    """Counted, shown for three days, without what they said."""
    failures.count("sending", ValueError("ana@example.com"), now=now)
    failures.count("sending", ValueError("bea@example.com"), now=now)
    found = health.health(now)
    assert [(each.place, each.kind, each.count) for each in found.errors] == [("sending", "ValueError", 2)]
    assert codes(now) == ["errors"] and "@" not in str(found)
    assert codes(now + timedelta(days=4)) == []


def test_the_health_field(reader: Asker, swept: None, now: datetime) -> None:
    """The documented query."""
    Cursor.objects.filter(name="sweep:order").delete()
    found = reader.data(operation("health"))["relationshipHealth"]
    assert found["healthy"] is False and [problem["code"] for problem in found["problems"]] == ["sweep_late"]
    assert [(sweep["kind"], sweep["late"]) for sweep in found["sweeps"]] == [
        ("customer", False), ("order", True), ("checkout", False),
    ]  # fmt: skip


def test_the_command_fails_while_there_is_something_to_do(swept: None, now: datetime, capsys: Any) -> None:
    """Exit code 1 with words and cures; 0 when all is well."""
    call_command("relacional_health")
    assert "All is well." in capsys.readouterr().out
    Cursor.objects.filter(name="sweep:order").delete()
    with pytest.raises(SystemExit) as ended:
        call_command("relacional_health")
    assert ended.value.code == 1 and "sweep_late" in capsys.readouterr().out
