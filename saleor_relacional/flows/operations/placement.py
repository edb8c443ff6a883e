"""Whether our tables are where they should be: entitlements with the host, all others in our database."""

from collections.abc import Iterator

from django.apps import apps
from django.db import OperationalError
from django.utils.translation import gettext as _

from saleor_relacional import routers
from saleor_relacional.db import sql
from saleor_relacional.hosts.base import Requirement

_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false)) AND tablename = ANY(%s)
"""

DISPLACED = frozenset({"database_unknown", "database_router", "database_silent", "tables_missing"})
"""Codes of the requirements without which nothing of ours can be read."""


def unmet_requirements() -> list[Requirement]:
    """What is not in its place: the router's requirements, or else tables that are missing or were left behind. While
    one of them is fatal, our tables answer no other question."""
    return list(routers.unmet_requirements()) or [*_missing(), *_left_behind()]


def _homes() -> dict[str, str]:
    """Table of ours → alias of the database where it belongs."""
    models = apps.get_app_config(routers.APP).get_models()
    return {model._meta.db_table: routers.home(model._meta.model_name) for model in models}


def _missing() -> Iterator[Requirement]:
    homes = _homes()
    for alias in sorted(set(homes.values())):
        wanted = [table for table, home in homes.items() if home == alias]
        try:
            lost = len(wanted) - len(sql.rows(_TABLES, [wanted], using=alias))
        except OperationalError:
            yield Requirement(
                code="database_silent",
                problem=_("The database %(alias)s does not answer.") % {"alias": alias},
                cure=_("Start it, or correct its entry in DATABASES."),
            )
            continue
        if lost:
            yield Requirement(
                code="tables_missing",
                problem=_("%(count)d of our tables are missing in the database %(alias)s.")
                % {"count": lost, "alias": alias},
                cure=_(
                    "Run manage.py migrate saleor_relacional --database=%(alias)s; if you moved our tables,"
                    " see docs/sharding.md."
                )
                % {"alias": alias},
            )


def _left_behind() -> Iterator[Requirement]:
    if not routers.apart():
        return
    homes = _homes()
    for alias in sorted(set(homes.values())):
        strangers = [table for table, home in homes.items() if home != alias]
        try:
            left = sql.rows(_TABLES, [strangers], using=alias)
        except OperationalError:
            continue  # said already
        if left:
            yield Requirement(
                code="tables_left",
                problem=_(
                    "%(count)d of our tables have stayed in the database %(alias)s, where nobody forgets."
                )
                % {"count": len(left), "alias": alias},
                cure=_("Drop them, as docs/sharding.md says: they hold personal data."),
                fatal=False,
            )
