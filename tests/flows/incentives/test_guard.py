"""The check of a code as a checkout meets it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from saleor_relacional.flows.incentives import entitlement, guard

CODE = "123456789012"


def test_the_check_is_in_a_hurry(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the check of a code runs, nothing of it may wait longer than a shopper would notice: neither for a lock nor
    for a statement."""
    seen = []

    def check(*_: Any, **__: Any) -> entitlement.Verdict:
        with connection.cursor() as cursor:
            for name in ("lock_timeout", "statement_timeout"):
                cursor.execute("SELECT extract(epoch FROM current_setting(%s)::interval)", [name])
                seen.append(cursor.fetchone()[0])
        return entitlement.verdict(entitlement.CodeCheck.TAKEN)

    monkeypatch.setattr(entitlement, "check", check)
    verdict = guard.guarded_check(CODE, checkout="c1", account=None, email="ana@shop.example", now=now)
    assert verdict.reason is entitlement.CodeCheck.TAKEN
    assert [0 < seconds <= 0.3 for seconds in seen] == [True, True]
