"""Which database which of our tables lives in, for shops that keep ours apart from the host's (docs/sharding.md)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.hosts.base import Requirement

APP = "saleor_relacional"
ENTITLEMENT = "entitlement"
"""The one table of ours that stays with the host's, so that a sale needs no other database."""

PATH = "saleor_relacional.routers.Router"
"""The first entry of settings.DATABASE_ROUTERS."""


class Router:
    """Goes before the host's own routers. Says nothing at all where our tables live with the host's."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Alias that a query without `using` reads from; None leaves it to the host."""
        return home(model._meta.model_name) if apart() and model._meta.app_label == APP else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """The same alias as db_for_read: neither database has a replica of ours."""
        return self.db_for_read(model, **hints)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        """Only within a database: nothing of ours points at the host's rows, nor at entitlements."""
        if not apart() or APP not in (one._meta.app_label, other._meta.app_label):
            return None
        return _database(one) == _database(other)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """A migration of ours makes on each alias what belongs there; nobody else's makes anything on ours."""
        if not apart():
            return None
        if app_label != APP:
            return False if db == conf.database() else None
        return db == home(model_name) if model_name else db in (conf.database(), conf.HOST_DATABASE)


def apart() -> bool:
    """Whether our tables have a database of their own."""
    return conf.database() != conf.HOST_DATABASE


def home(model_name: str | None) -> str:
    """Alias of the database that a model of ours lives in."""
    return conf.HOST_DATABASE if model_name == ENTITLEMENT else conf.database()


def _database(row: Any) -> str:
    return home(row._meta.model_name) if row._meta.app_label == APP else conf.HOST_DATABASE


def unmet_requirements() -> Iterator[Requirement]:
    """Settings that are missing for every statement to go to the right database. Makes no query."""
    ours = conf.database()
    if ours not in settings.DATABASES:
        yield Requirement(
            code="database_unknown",
            problem=_("RELACIONAL['DATABASE'] is %(alias)s, and DATABASES knows no such alias.")
            % {"alias": ours},
            cure=_("Add it to DATABASES, or take the entry out of RELACIONAL (docs/sharding.md)."),
        )
    if apart() and next(iter(settings.DATABASE_ROUTERS), None) != PATH:
        yield Requirement(
            code="database_router",
            problem=_("Our tables have a database of their own, and no router says so."),
            cure=_("Put '%(path)s' first in DATABASE_ROUTERS.") % {"path": PATH},
        )
