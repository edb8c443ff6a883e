"""Run once Saleor's apps are ready: adds our GraphQL fields, our beat entries, and a check of what is missing."""

from datetime import timedelta
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from saleor_relacional import tasks

SETTLE_IN = ("saleor_relacional.hosts.saleor.tasks.settle_in", 300)
"""(task, seconds). Our pages reach the dashboard at the first beat after the install, not by a migration: they need
PUBLIC_URL."""

_missing: list[str] = []


def install() -> None:
    """Called by AppConfig.ready(). Raises nothing when our fields cannot be added: Saleor must start all the same."""
    _schedule()
    _mount()
    _forget_the_old_schema()
    register(seam_is_there)


def _schedule() -> None:
    for name, seconds in (*tasks.BEAT, SETTLE_IN):
        entry = {"task": name, "schedule": timedelta(seconds=seconds), "options": {"expires": seconds}}
        settings.CELERY_BEAT_SCHEDULE.setdefault(beat_name(name), entry)


def beat_name(task: str) -> str:
    """Name of the schedule entry, also in the database's table of periodic tasks."""
    return f"relacional-{task.rsplit('.', 1)[-1].replace('_', '-')}"


def _mount() -> None:
    try:
        # Here, because Saleor's GraphQL modules may have moved, and Saleor must start all the same.
        from saleor_relacional.hosts.saleor import schema

        schema.mount()
    except (ImportError, AttributeError) as error:
        _missing.append(str(error))


def _forget_the_old_schema() -> None:
    # Saleor keeps answers to introspection for a week, under a key that does not know that we came or changed.
    settings.GRAPHQL_CACHE_SUFFIX = (
        f"{settings.GRAPHQL_CACHE_SUFFIX}-relacional-{version('saleor-relacional')}"
    )


def seam_is_there(**_: Any) -> list[CheckMessage]:
    """A warning for each reason why Saleor started without our fields."""
    cure = "Use a version of saleor-relacional made for this Saleor; everything but its GraphQL fields works meanwhile."
    return [
        Warning(
            f"Our GraphQL fields are not in Saleor's schema: {problem}.",
            hint=cure,
            id="saleor_relacional.W101",
        )
        for problem in _missing
    ]


def missing() -> list[str]:
    """Reasons why our GraphQL fields are not in the schema; empty when they are."""
    return list(_missing)
