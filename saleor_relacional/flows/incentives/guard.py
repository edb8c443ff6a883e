"""A sale is sacred: the one check that may refuse an order, wrapped so that no failure of ours can."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connections, transaction

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows import failures
from saleor_relacional.flows.incentives import entitlement

LOCK_TIMEOUT_MS = 200
STATEMENT_TIMEOUT_MS = 250


def guarded_check(
    code: str, *, checkout: str, account: str | None, email: str, now: datetime
) -> entitlement.Verdict:
    """The verdict of `entitlement.check`; or UNCHECKED, with which the order passes, when anything breaks or takes
    longer than the timeouts. That is counted. Never raises.

    The host's transaction stays usable and keeps its own timeouts.
    """
    try:
        with transaction.atomic(using=conf.HOST_DATABASE), _impatient():
            return entitlement.check(code, checkout=checkout, account=account, email=email, now=now)
    except Exception as error:  # noqa: BLE001 - a sale is sacred: nothing of ours may stop it
        _count_later(error, now)
        return entitlement.verdict(entitlement.CodeCheck.UNCHECKED)


@contextmanager
def _impatient() -> Iterator[None]:
    """Set short timeouts inside and the former ones after it. A rollback of the savepoint restores those too."""
    with connections[conf.HOST_DATABASE].cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        before = cursor.fetchone()
        _set_timeouts(cursor, f"{LOCK_TIMEOUT_MS}ms", f"{STATEMENT_TIMEOUT_MS}ms")
        yield
        _set_timeouts(cursor, *before)


def _set_timeouts(cursor: object, lock: str, statement: str) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
        [lock, statement],
    )


def _count_later(error: Exception, now: datetime) -> None:
    """Count the error once the host's transaction has committed, which must neither wait for our counter nor break."""

    # A function, no partial: Django logs what a robust one raises by its __qualname__, and breaks where there is none.
    def after_commit() -> None:
        _count(error, now)

    transaction.on_commit(after_commit, using=conf.HOST_DATABASE, robust=True)


def _count(error: Exception, now: datetime) -> None:
    with sql.atomic():
        sql.run("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_MS}ms"])
        failures.count("entitlement_check", error, now=now)
