"""A guard over both databases: no statement names a table that lives in the other one."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections

from saleor_relacional import conf, routers
from saleor_relacional.db import sql

WORD = re.compile(r"\w+")


class InTheWrongDatabase(AssertionError):
    """Something of ours asked one database for the other's tables."""


def tables() -> dict[str, frozenset[str]]:
    """Alias → tables that live there."""
    homes: dict[str, set[str]] = {conf.HOST_DATABASE: set(), conf.database(): set()}
    for model in apps.get_models(include_auto_created=True):
        ours = model._meta.app_label == routers.APP
        home = routers.home(model._meta.model_name) if ours else conf.HOST_DATABASE
        homes[home].add(model._meta.db_table)
    return {alias: frozenset(found) for alias, found in homes.items()}


def there(alias: str) -> set[str]:
    """Tables in this database, Django's book of migrations aside."""
    found = sql.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", using=alias)
    return {row[0] for row in found} - {"django_migrations"}


@contextmanager
def guarded() -> Iterator[None]:
    """On this thread's connections."""
    homes = tables()
    ours, hosts = conf.database(), conf.HOST_DATABASE
    with (
        connections[ours].execute_wrapper(_refusing(homes[hosts])),
        connections[hosts].execute_wrapper(_refusing(homes[ours])),
    ):
        yield


def _refusing(strangers: frozenset[str]) -> Callable[..., Any]:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := strangers.intersection(WORD.findall(sql)):
            alias = context["connection"].alias
            raise InTheWrongDatabase(f"{alias} was asked for {', '.join(sorted(found))}: {sql[:300]}")
        return execute(sql, params, many, context)

    return wrapper
