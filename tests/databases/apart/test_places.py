"""What lies where: each table in its own database, made there by migrations, and the doctor says so if not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connections

from saleor_relacional import conf, routers
from saleor_relacional.db import sql
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.models import Entitlement, Identity, Profile
from tests.databases.guard import InTheWrongDatabase, tables, there

OURS, HOST = conf.database(), conf.HOST_DATABASE


def run(alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def renamed(alias: str, table: str, name: str) -> Iterator[None]:
    run(alias, f"ALTER TABLE {table} RENAME TO {name}")
    yield
    run(alias, f"ALTER TABLE {name} RENAME TO {table}")


def found() -> dict[str, str]:
    """Code → cure of what the doctor finds wrong with places."""
    lacks = doctor.findings(conf.host().now())
    return {one.code: one.cure for one in lacks if one.code.startswith(("tables", "database"))}


def test_each_table_lies_in_its_own_database(db: Any) -> None:
    """Migrating both made the host's tables and claims in one, all others of ours in the other, nothing twice."""
    homes = tables()
    assert OURS != HOST
    assert there(HOST) == set(homes[HOST])
    assert there(OURS) == set(homes[OURS])
    assert {table for table in there(HOST) if table.startswith("saleor_relacional")} == {
        "saleor_relacional_entitlement"
    }
    assert "saleor_relacional_entitlement" not in there(OURS)
    assert not [table for table in there(OURS) if not table.startswith("saleor_relacional_")]


def test_the_permission_is_the_host_s(db: Any) -> None:
    """Manage relationships can be given in the shop although Profile, which names it, lives elsewhere."""
    known = Permission.objects.using(HOST).get(codename="manage_relationships")
    assert (known.content_type.app_label, known.content_type.model) == ("saleor_relacional", "profile")
    assert "auth_permission" not in there(OURS)


def test_models_find_their_database_by_themselves(shop: Any, now: Any) -> None:
    """Without saying `using`: rows, their relations, and what hangs on them when they go."""
    ana = Profile.objects.create(created_at=now)
    Identity.objects.create(profile=ana, kind="email", source="", key="ana@shop.example")
    assert (ana._state.db, Entitlement.objects.db, Customer.objects.db) == (OURS, HOST, HOST)
    assert ana.identities.get().profile == ana
    ana.first_name = "Ana"
    ana.save()
    assert Profile.objects.using(OURS).get().first_name == "Ana"
    ana.delete()
    assert not Identity.objects.using(OURS).exists()


def test_no_relation_leads_across() -> None:
    """Not from ours to the shop's, not to claims; between the shop's own the router says nothing."""
    router, claim, customer = routers.Router(), Entitlement(), Customer()
    assert router.allow_relation(Profile(), Identity()) is True
    assert router.allow_relation(Profile(), claim) is False
    assert router.allow_relation(customer, Profile()) is False
    assert router.allow_relation(claim, customer) is True
    assert router.allow_relation(customer, Customer()) is None


def test_the_guard_over_these_tests_is_awake(db: Any) -> None:
    """A statement that names the other database's tables fails the test."""
    with pytest.raises(InTheWrongDatabase):
        sql.rows("SELECT 1 FROM relacional_shop_order")
    with pytest.raises(InTheWrongDatabase):
        sql.rows("SELECT 1 FROM saleor_relacional_profile", using=HOST)


@pytest.mark.parametrize("alias", [HOST, OURS])
@pytest.mark.parametrize(("backwards", "verb"), [(False, "CREATE"), (True, "DROP")])
def test_coming_and_leaving(db: Any, alias: str, backwards: bool, verb: str) -> None:
    """The migration makes on each alias what belongs there, and `migrate saleor_relacional zero` drops exactly that."""
    out = StringIO()
    call_command("sqlmigrate", routers.APP, "0001", backwards=backwards, database=alias, stdout=out)
    found = re.findall(rf'^{verb} TABLE "(\w+)"', out.getvalue(), re.MULTILINE)
    ours = {table for table in tables()[alias] if table.startswith("saleor_relacional_")}
    assert (set(found), len(found)) == (ours, len(ours))


def test_all_in_place(shop: Any, now: Any) -> None:
    """Nothing to say about databases."""
    assert found() == {}
    assert [problem for problem in run_checks() if problem.id.startswith("saleor_relacional")] == []


@pytest.mark.parametrize(
    ("given", "code", "number"),
    [
        ({"RELACIONAL": {"DATABASE": "elsewhere"}}, "database_unknown", "saleor_relacional.E001"),
        ({"DATABASE_ROUTERS": []}, "database_router", "saleor_relacional.E002"),
        (
            {"DATABASE_ROUTERS": ["tests.support.asked.Asked", routers.PATH]},
            "database_router",
            "saleor_relacional.E002",
        ),
    ],
)
def test_settings_that_lack_something(
    db: Any, settings: Any, given: dict[str, Any], code: str, number: str
) -> None:
    """A database nobody knows, a router that is missing or comes too late: said by the doctor with its cure, and by
    Django before it migrates anything."""
    for name, value in given.items():
        setattr(settings, name, value)
    told = [one for one in routers.unmet_requirements() if one.code == code]
    assert len(told) == 1 and told[0].cure
    assert [one.code for one in doctor.findings(None)] == [  # type: ignore[arg-type]
        one.code for one in routers.unmet_requirements()
    ]
    assert number in {problem.id for problem in run_checks()}


def test_tables_that_are_missing(shop: Any, now: Any) -> None:
    """Whoever switched the setting and migrated nothing is told what to run; no other question is asked."""
    with renamed(OURS, "saleor_relacional_purchase", "gone"):
        assert list(found()) == ["tables_missing"]
        assert "--database=relacional" in found()["tables_missing"]
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command("relacional_doctor", stdout=out)
        assert "tables_missing" in out.getvalue() and "%" not in out.getvalue().splitlines()[0]
    with renamed(HOST, "saleor_relacional_entitlement", "gone"):
        assert "--database=default" in found()["tables_missing"]


def test_tables_that_were_left_behind(shop: Any, now: Any) -> None:
    """A copy that stayed in the host's database after a move is personal data that nobody forgets: said, not fatal."""
    connections[HOST].connection.execute(
        "CREATE TABLE saleor_relacional_profile (email text)"
    )  # past the guard
    [left] = [lack for lack in doctor.findings(now) if lack.code == "tables_left"]
    assert not left.fatal and "default" in left.problem


def test_a_database_that_does_not_answer(shop: Any, now: Any, monkeypatch: Any) -> None:
    """Said by its alias, instead of a traceback."""
    from django.db import OperationalError

    asked = sql.rows

    def rows(statement: str, parameters: Any = None, *, using: str | None = None) -> Any:
        if using == OURS:
            raise OperationalError("connection refused")
        return asked(statement, parameters, using=using)

    monkeypatch.setattr(sql, "rows", rows)
    assert list(found()) == ["database_silent"]
