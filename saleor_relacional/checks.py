"""System checks: name what an installation lacks at its start, with the cure, before a task fails."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from saleor_relacional import conf, routers
from saleor_relacional.db import sql, tables
from saleor_relacional.errors import Misconfigured
from saleor_relacional.models import Installation


@register
def databases_are_routed(**_: Any) -> list[CheckMessage]:
    """An error per setting that would send statements to the wrong database. Runs before a migration makes tables."""
    numbers = {"database_unknown": "saleor_relacional.E001", "database_router": "saleor_relacional.E002"}
    return [
        Error(unmet.problem, hint=unmet.cure, id=numbers[unmet.code])
        for unmet in routers.unmet_requirements()
    ]


@register
def checkouts_can_be_gone_on_with(**_: Any) -> list[CheckMessage]:
    """An error when CHECKOUT_PATH or COLLECTION_PATH leads nowhere."""
    try:
        conf.checkout_path()
        conf.collection_path()
    except Misconfigured as error:
        return [Error(error.message, hint="docs/install.md, Settings", id="saleor_relacional.E004")]
    return []


@register(Tags.database)
def the_key_of_tombstones_is_kept(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """An error when TOMBSTONE_KEY is another than the one that forgotten people were hashed with. Asked with every
    migrate, and by `check --database`."""
    from saleor_relacional.flows.people import tombstones

    if conf.database() not in (databases or ()):
        return []
    if not sql.rows("SELECT to_regclass(%s)", [tables.INSTALLATION])[0][0]:
        return []  # before the first migration
    row = Installation.objects.filter(id=1).first()
    if row is None or tombstones.is_kept(row):
        return []
    return [Error(tombstones.CHANGED, hint=tombstones.CURE, id="saleor_relacional.E003")]
