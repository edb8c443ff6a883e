"""Statements that are planned once per connection say what they say otherwise, wherever the connection leads."""

from copy import deepcopy

import pytest
from django.db import connections

from saleor_relacional import conf
from saleor_relacional.db import planned, sql

STATEMENT = "SELECT %(a)s::int + 1, %(b)s || '%%', %(a)s::int"


@pytest.mark.django_db(transaction=True)
def test_planned_once_and_forgotten() -> None:
    """The first time, planned, and after a pooler has led us to a server that does not know it."""
    sql.run("DEALLOCATE ALL")
    for _ in range(3):
        assert planned.rows(STATEMENT, {"a": 1, "b": "100"}) == [(2, "100%", 1)]
    names = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'relacional_%%'"
    assert sql.rows(names, {}) == [(1,)]
    sql.run("DEALLOCATE ALL")
    for there in (0, 1):
        assert planned.rows(STATEMENT, {"a": 2, "b": "x"}) == [(3, "x%", 2)]
        assert sql.rows(names, {}) == [(there,)]


@pytest.mark.django_db(transaction=True)
def test_known_already() -> None:
    """Another session has left it on the server that we are led to."""
    sql.run("DEALLOCATE ALL")
    known = planned._planned(STATEMENT)
    planned._prepare(known)
    planned._prepare(known)
    assert planned.rows(STATEMENT, {"a": 1, "b": ""}) == [(2, "%", 1)]


@pytest.mark.django_db
def test_within_a_transaction_nothing_is_planned() -> None:
    """What the server does not know would end it."""
    assert planned.rows(STATEMENT, {"a": 1, "b": ""}) == [(2, "%", 1)]
    assert sql.rows("SELECT 1") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_where_django_binds_at_the_server_nothing_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXECUTE takes no parameters: each time the statement is executed as any other."""
    ours = connections[conf.database()]
    bound = ours.copy()
    bound.settings_dict = deepcopy(ours.settings_dict)
    bound.settings_dict.setdefault("OPTIONS", {})["server_side_binding"] = True
    monkeypatch.setattr(connections._connections, conf.database(), bound)
    try:
        for _ in range(2):
            assert planned.rows(STATEMENT, {"a": 1, "b": "100"}) == [(2, "100%", 1)]
        assert bound.features.uses_server_side_binding
        assert sql.rows(
            "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'relacional_%%'", {}
        ) == [(0,)]
    finally:
        bound.close()
