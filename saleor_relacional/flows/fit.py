"""The shop as a whole: parameters estimated from everybody's history, adopted one at a time."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from saleor_relacional import conf
from saleor_relacional.insight import alive, rhythm, spend
from saleor_relacional.models import Fit, sql

REFIT_AFTER = timedelta(days=7)
REFIT_AT_GROWTH = 1.5
"""A shop whose buyers grew by half since the last fit is fitted again at once; small shops learn fast."""
SMALLEST_GROWTH = 20

BUYERS = """
WITH days AS (
    SELECT profile_id, day, max(placed_at) AS last_at FROM saleor_relacional_purchase
    WHERE state = 'counts' AND placed_at <= %(now)s GROUP BY profile_id, day
), gaps AS (
    SELECT *, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap FROM days
)
SELECT count(*)::int - 1, max(day) - min(day), %(now)s::date - min(day),
       coalesce(sum(ln(gap::float8)), 0), coalesce(sum(ln(gap::float8) ^ 2), 0),
       extract(epoch FROM %(now)s - max(last_at))::float8 / 86400
FROM gaps GROUP BY profile_id
"""
"""Per buyer: frequency, recency, tenure (days), sum of log gaps, of squared log gaps, idle (days)."""

SPENDING = """
SELECT currency, count(*)::int, sum(sold)::float8, sum(sold::float8 ^ 2)
FROM saleor_relacional_purchase WHERE state = 'counts' AND placed_at <= %(now)s GROUP BY profile_id, currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The adopted parameters, ready to score with."""

    id: int
    alive: alive.Fit
    rhythm: rhythm.ShopRhythm
    spend: dict[str, spend.ShopSpend]
    """By currency."""


def shop(now: datetime) -> Shop:
    """The adopted fit; a first one is made when there is none."""
    row = Fit.objects.using(conf.database()).filter(adopted=True).first()
    return _shop(row if row is not None else estimate(now))


def wanted(now: datetime) -> bool:
    """Whether the shop has aged or grown out of its fit."""
    row = Fit.objects.using(conf.database()).filter(adopted=True).first()
    if row is None or now - row.as_of >= REFIT_AFTER:
        return True
    buyers = sql.rows("SELECT count(*) FROM saleor_relacional_standing WHERE purchase_days > 0")[0][0]
    return bool(buyers > max(row.customers * REFIT_AT_GROWTH, row.customers + SMALLEST_GROWTH))


def estimate(now: datetime) -> Fit:
    """Estimate from all facts up to now and adopt. When the estimation does not converge and an earlier fit
    stands, that one stays adopted; the failed one is kept beside it, to be seen."""
    buyers = np.array(sql.rows(BUYERS, {"now": now}), dtype=float).reshape(-1, 6)
    frequency, recency, tenure, log_sum, squares, idle = buyers.T
    tenure = np.maximum(tenure, recency)
    life = alive.fit(frequency, recency, tenure, prior=alive.PRIOR)
    beat = rhythm.fit(frequency, log_sum, squares, np.maximum(idle, 0))
    with sql.atomic():
        sql.lock("fit")
        standing = Fit.objects.using(conf.database()).filter(adopted=True).first()
        adopt = standing is None or (life.converged and beat.converged)
        if adopt and standing is not None:
            Fit.objects.using(conf.database()).filter(pk=standing.pk).update(adopted=False)
        return Fit.objects.using(conf.database()).create(
            as_of=now, created_at=now, adopted=adopt, customers=len(buyers),
            parameters={"alive": asdict(life), "rhythm": asdict(beat), "spend": _spending(now)},
            log_likelihood=life.log_likelihood if np.isfinite(life.log_likelihood) else None,
            converged=life.converged and beat.converged,
        )  # fmt: skip


def _spending(now: datetime) -> dict[str, Any]:
    found = sql.rows(SPENDING, {"now": now})
    by_currency: dict[str, list[tuple[Any, ...]]] = {}
    for currency, *numbers in found:
        by_currency.setdefault(currency, []).append(tuple(numbers))
    return {
        currency: {
            name: _number(value) for name, value in asdict(spend.fit(*np.array(rows, dtype=float).T)).items()
        }
        for currency, rows in by_currency.items()
    }


def _number(value: float) -> float | None:
    """JSON knows no nan."""
    return value if np.isfinite(value) else None


def _shop(row: Fit) -> Shop:
    parameters = row.parameters
    life = {**parameters["alive"], "basis": alive.Basis(parameters["alive"]["basis"])}
    return Shop(
        id=row.pk,
        alive=alive.Fit(**life),
        rhythm=rhythm.ShopRhythm(**parameters["rhythm"]),
        spend={currency: _spend(numbers) for currency, numbers in parameters["spend"].items()},
    )


def _spend(numbers: dict[str, Any]) -> spend.ShopSpend:
    known: dict[str, Any] = {name: np.nan if value is None else value for name, value in numbers.items()}
    return spend.ShopSpend(**known)
