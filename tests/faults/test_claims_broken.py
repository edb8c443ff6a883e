"""A sale is sacred: with our entitlements missing, locked or slow the order goes through each time, and is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from saleor_relacional.db import sql
from saleor_relacional.flows import failures
from saleor_relacional.flows.incentives import entitlement, guard
from saleor_relacional.flows.incentives.entitlement import CodeCheck
from saleor_relacional.models import Entitlement, ErrorCount
from tests.support.codes import CODE, promised
from tests.support.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = """
CREATE FUNCTION relacional_slow() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
CREATE TRIGGER relacional_slow BEFORE UPDATE ON saleor_relacional_entitlement
FOR EACH ROW EXECUTE FUNCTION relacional_slow();
"""


def run(statement: str) -> None:
    """On the database of entitlements."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def missing() -> Iterator[None]:
    """Somebody dropped our table, or has not migrated yet."""
    run("ALTER TABLE saleor_relacional_entitlement RENAME TO relacional_elsewhere")
    try:
        yield
    finally:
        run("ALTER TABLE relacional_elsewhere RENAME TO saleor_relacional_entitlement")


@contextmanager
def all_missing() -> Iterator[None]:
    """Not one table of ours, so that not even the counting works."""
    sql.run("ALTER TABLE saleor_relacional_errorcount RENAME TO relacional_no_count")
    try:
        with missing():
            yield
    finally:
        sql.run("ALTER TABLE relacional_no_count RENAME TO saleor_relacional_errorcount")


def locked(mode: str) -> Any:
    """A migration of ours hangs on another connection, with the table in its hands."""

    @contextmanager
    def lock() -> Iterator[None]:
        other = connections["default"].copy()
        other.ensure_connection()
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(f"LOCK TABLE saleor_relacional_entitlement IN {mode} MODE")
                yield
                cursor.execute("ROLLBACK")
        finally:
            other.close()

    return lock


@contextmanager
def row_locked() -> Iterator[None]:
    """Something of ours sits on the row. It is no rival checkout, so it may not refuse anybody."""
    other = connections["default"].copy()
    other.ensure_connection()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM saleor_relacional_entitlement FOR UPDATE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


@contextmanager
def slow() -> Iterator[None]:
    """Every update of the table takes a minute."""
    run(SLOW)
    try:
        yield
    finally:
        run("DROP TRIGGER relacional_slow ON saleor_relacional_entitlement; DROP FUNCTION relacional_slow()")


BROKEN = {
    "missing": missing,
    "locked": locked("ACCESS EXCLUSIVE"),
    "locked for writing": locked("EXCLUSIVE"),
    "shared": locked("SHARE"),
    "row locked": row_locked,
    "slow": slow,
}


def asks(now: Any, checkout: str) -> CodeCheck:
    return guard.guarded_check(
        CODE, checkout=checkout, account=None, email="ana@shop.example", now=now
    ).reason


@pytest.mark.parametrize("how", BROKEN)
def test_the_order_goes_through(shop: Any, now: Any, how: str) -> None:
    """Inside the shop's transaction: the check lets it pass, the transaction lives on and commits, one error is
    counted."""
    promised(now)
    checkout = shop.checkout(email="ana@shop.example")
    shop.put_code(checkout, CODE)
    with BROKEN[how](), transaction.atomic():
        run("SET LOCAL lock_timeout = '7s'")
        assert asks(now, checkout) is CodeCheck.UNCHECKED
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            assert cursor.fetchone() == ("7s", "0")
        ErrorCount.objects.create(day=now, place="the shop's own row", kind="", last_at=now)
    assert ErrorCount.objects.filter(place="the shop's own row").exists()
    assert ErrorCount.objects.get(place="entitlement_check").count == 1
    assert shop.complete(checkout).order  # and mended, the sale is as it should be


def test_a_good_check_leaves_the_sale_its_own_patience(shop: Any, now: Any) -> None:
    """Nothing is broken: after the check the shop's transaction waits as long as it did before."""
    promised(now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'; SET LOCAL statement_timeout = '9s'")
        assert asks(now, "c1") is CodeCheck.TAKEN
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("7s", "9s")


@pytest.mark.parametrize("how", BROKEN)
def test_the_whole_sale_in_the_shop(shop: Any, now: Any, how: str) -> None:
    """The standalone shop's own completion, while our table is broken."""
    promised(now)
    checkout = shop.checkout(email="ana@shop.example")
    shop.put_code(checkout, CODE)
    with BROKEN[how]():
        assert shop.complete(checkout).order


def test_not_even_counting_works(shop: Any, now: Any) -> None:
    """All our tables are gone: the sale goes through; only the log knows."""
    promised(now)
    with all_missing(), transaction.atomic():
        assert asks(now, "c1") is CodeCheck.UNCHECKED


def test_counting_does_not_wait_for_another_counter(shop: Any, now: Any) -> None:
    """Somebody holds the counter's row in a transaction that ends only after the sale: the sale does not wait for it
    (it would for ever), and this one error goes uncounted."""
    promised(now)
    with missing():
        asks(now, "c1")
        with sql.atomic():
            failures.count("entitlement_check", _an_undefined_table(), now=now)
            assert at_once(lambda: asks(now, "c2")) == [CodeCheck.UNCHECKED]
    assert ErrorCount.objects.get().count == 2


def _an_undefined_table() -> BaseException:
    try:
        with transaction.atomic():
            Entitlement.objects.count()
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError("the table is there")


def test_a_host_that_raises_lets_the_sale_pass(shop: Any, now: Any, monkeypatch: Any) -> None:
    """Even a bug of ours in Python: counted, and the order passes."""
    promised(now)
    asks(now, "c1")
    monkeypatch.setattr(type(shop.host), "holder", lambda *_: 1 / 0)
    assert asks(now, "c2") is CodeCheck.UNCHECKED
    assert ErrorCount.objects.get().kind == "ZeroDivisionError"


def test_outside_a_transaction_nothing_is_left_behind(shop: Any, now: Any) -> None:
    """The transaction flow calls us with none open: the entitlement is committed, the timeouts are as before."""
    promised(now)
    assert asks(now, "c1") is CodeCheck.TAKEN
    assert Entitlement.objects.get().holder == "c1"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0", "0")
    assert entitlement.check("SUMMER10", checkout="c", account=None, email="", now=now).allowed
