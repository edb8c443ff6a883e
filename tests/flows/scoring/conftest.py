"""Fixtures of the stories about a rebuild."""

from collections.abc import Iterator
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import rebuild, shadow_tables
from saleor_relacional.models import Fit, Purchase
from tests.support.rebuilds import left_over

_KEPT: dict[int, dict[str, Any]] = {}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every shop is a large one, in ranges of ten. What a story that failed leaves behind is no matter of the next."""
    monkeypatch.setattr(rebuild, "SMALL", 0)
    monkeypatch.setattr(rebuild, "RANGE", 10)
    monkeypatch.setattr(shadow_tables, "PAUSE", 0.05)
    yield
    for (table,) in left_over():
        sql.run(f"DROP TABLE {table}")


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning takes a second or two and is not what these stories are about: it is done once for as many purchases,
    then copied."""
    learn = fit.learn

    def again(now: Any) -> Fit:
        names = ("customers", "parameters", "study", "log_likelihood", "converged")
        bought = Purchase.objects.count()
        if bought not in _KEPT:
            row = learn(now)
            _KEPT[bought] = {name: getattr(row, name) for name in names}
            return row
        return Fit.objects.create(as_of=now, created_at=now, **_KEPT[bought])

    monkeypatch.setattr(fit, "learn", again)
