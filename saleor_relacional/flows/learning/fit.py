"""The shop as a whole: parameters estimated from everybody's history, adopted one at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Q
from threadpoolctl import threadpool_limits

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import cursors
from saleor_relacional.flows.learning import (
    backtesting,
    buyer_histories,
    fact_statistics,
    fit_serialization,
    high_orders,
    order_values,
    past_cuts,
    return_days,
    sampling,
    seasons,
)
from saleor_relacional.insight.inference import shapley
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.summary_columns import SummaryColumns
from saleor_relacional.insight.timing import forecast, next_order, return_day, season_fit
from saleor_relacional.insight.timing import rhythm as rhythm_model
from saleor_relacional.insight.timing.forecast import TimingModel, Weights
from saleor_relacional.insight.timing.mbg_nbd import MbgNbd
from saleor_relacional.insight.timing.season import Season
from saleor_relacional.insight.value import gamma_gamma, rfm, spend
from saleor_relacional.insight.value.high_orders import multiple
from saleor_relacional.models import Fit, ImportBatch, Policy

REFIT_AFTER = timedelta(days=7)
RETRY_AFTER = timedelta(days=1)
"""When an estimation did not converge, the next one is tried so much later; the last good one is used meanwhile."""
REFIT_AT_GROWTH = 1.5
"""A shop whose buyers grew by half since the last fit is fitted again at once; small shops learn fast."""
SMALLEST_GROWTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopModel:
    """The adopted fit, ready to score with."""

    id: int
    as_of: datetime
    orders_a_day: float
    """Orders on a purchase day, on average: predictions count purchase days."""
    customers: int
    """Buyers that the shop had; when they are many, by an estimate from a sample."""
    converged: bool
    currency: str
    """Of `forecast.worth` and of `typical.order_value`: the reporting currency, or the one most buyers pay in. Pass nan
    as the value of a customer whose money is in another. Empty while nobody has bought."""
    forecast: TimingModel
    weights: Weights
    gaps: next_order.ShopGaps
    """Closed gaps of the shop, thinned; for `next_order.Within`."""
    spend: dict[str, spend.ShopSpend]
    """By currency of a summary: values of single orders."""
    gamma: dict[str, gamma_gamma.GammaGamma]
    """By currency, where it could be fitted."""
    high_orders: dict[str, float]
    """By currency: nine orders in ten are worth at most so many times what is expected of them."""
    valuer: Valuer
    """Which of the two came closer to what customers then spent."""
    rfm: dict[str, rfm.Edges]
    """By currency of a summary: whole days since the last purchase day, purchase days, kept (sold less refunded)."""
    annual_needs: dict[str, tuple[float, float, float]]
    """By slug of the channel of the last purchase: orders per year that a covered need comes to, least, most
    (`share.against`)."""
    rhythm: rhythm_model.ShopRhythm
    """How gaps are distributed in days of the calendar: stages follow it, and what people read. That of `forecast` is
    in the shop's own time, and the same where there is no season."""
    typical: shapley.Facts
    """The median customer."""
    return_days: float
    """Days after the first purchase at which buyers most often come back for the first time."""
    categories: dict[str, rhythm_model.ShopRhythm]
    """By key of a category with enough history, as they were when this fit was learnt;
    flows/learning/categories.py has the latest."""

    @property
    def mbg_nbd(self) -> MbgNbd:
        """MBG/NBD."""
        return self.forecast.mbg_nbd

    def high_order(self, expected: float, currency: str, rates: Mapping[str, Decimal]) -> Decimal:
        """What an order may come to of which so much is expected, in this currency: nine in ten stay below. Where
        nothing is expected, of somebody who has not bought yet, the shop's mean is; in a currency in which nobody has
        bought, what is most of the others, by these rates (`money.rates_of`). 0: nobody can tell."""
        mean = expected if expected > 0 else self._mean(currency)
        if mean:
            return self._high(mean, currency)
        others = [one for one in self.spend if self._mean(one) and one in rates and currency in rates]
        worth = (self._high(self._mean(one), one) * rates[one] / rates[currency] for one in others)
        return max(worth, default=Decimal(0))

    def _mean(self, currency: str) -> float:
        """Of orders in this currency; 0 where there is none."""
        known = self.spend.get(currency)
        return max(known.mean, 0.0) if known is not None and np.isfinite(known.mean) else 0.0

    def _high(self, expected: float, currency: str) -> Decimal:
        return Decimal(expected * (self.high_orders.get(currency, 0.0) or multiple([], [])))

    @property
    def season(self) -> Season:
        """What the days of a year weigh."""
        return self.forecast.season


def shop(now: datetime) -> ShopModel:
    """The adopted fit; the shipped priors while there is none. Only reads."""
    adopted = Fit.objects.filter(adopted=True)
    key = adopted.values_list("pk", "created_at", "log_likelihood").first()
    return prior(now) if key is None else _parsed(conf.database(), *key)


def ensure_fit(now: datetime) -> bool:
    """Learn the shop's first fit, while there is none; whether it was learnt now. For tasks: it reads the whole shop.
    Of several workers one learns, and the others wait for it. Nothing is learnt from half a history."""
    if Fit.objects.filter(adopted=True).exists() or cursors.half_read():
        return False
    with sql.atomic():
        locks.lock(Lock.LEARN)
        if Fit.objects.filter(adopted=True).exists():
            return False
        estimate(now)
    return True


def learnt(now: datetime) -> ShopModel:
    """The adopted fit, learnt first while there is none. For tasks, see `ensure_fit`."""
    found = shop(now)
    if found.id:
        return found
    ensure_fit(now)
    return shop(now)


def known(ids: Iterable[int] = (), *, using: str | None = None) -> dict[int | None, ShopModel]:
    """Fits by id, and the adopted one by None; what is not there is left out. Writes nothing: for reading."""
    database = using or conf.database()
    rows = Fit.objects.using(database).filter(Q(adopted=True) | Q(pk__in=list(ids)))
    found: dict[int | None, ShopModel] = {}
    for row in rows.only("pk", "created_at", "log_likelihood", "adopted"):
        found[row.pk] = _parsed(database, row.pk, row.created_at, row.log_likelihood)
        if row.adopted:
            found[None] = found[row.pk]
    return found


def prior(now: datetime) -> ShopModel:
    """What is believed of a shop that nobody has told us of yet: the shipped priors."""
    nobody = SummaryColumns(**{field.name: np.zeros(0) for field in fields(SummaryColumns)})
    unseen = forecast.learn(nobody, season=Season(days_lacking=season_fit.ENOUGH_DAYS))
    return ShopModel(
        id=0, as_of=now, orders_a_day=1.0, customers=0, converged=True, currency="",
        forecast=unseen, rhythm=unseen.rhythm, weights=forecast.Weights(),
        gaps=next_order.ShopGaps.of([]), spend={}, gamma={}, high_orders={}, valuer=Valuer.OWN_AVERAGE,
        rfm={}, annual_needs={}, typical=shapley.typical([]), categories={},
        return_days=return_day.most_often(next_order.ShopGaps.of([]), unseen.rhythm),
    )  # fmt: skip


def wanted(now: datetime, *, unscored: int = 0) -> bool:
    """Whether the shop has aged or grown out of its fit, or speaks of other money. One that failed is not tried again
    at once. `unscored`: people with news, who may have become buyers. While an import is applied, or the shop read for
    the first time, it is not learnt: it would be from half a history."""
    if ImportBatch.objects.filter(agreed_at__isnull=False, finished_at=None).exists() or cursors.half_read():
        return False
    fits = Fit.objects
    row = fits.filter(adopted=True).first()
    if row is None:
        return True
    failed = fits.filter(adopted=False, converged=False, as_of__gt=row.as_of).order_by("-as_of").first()
    if failed is not None and now - failed.as_of < RETRY_AFTER:
        return False
    if now - row.as_of >= REFIT_AFTER or money_outdated(row.as_of):
        return True
    buyers = sql.rows(f"SELECT count(*) FROM {tables.CUSTOMER_SUMMARY} WHERE purchase_days > 0")[0][0]
    return bool(buyers + unscored > max(row.customers * REFIT_AT_GROWTH, row.customers + SMALLEST_GROWTH))


def money_outdated(as_of: datetime) -> bool:
    """Whether the owner has named another reporting currency or other rates since."""
    policy = Policy.objects.filter(pk=1, money_changed_at__gt=as_of)
    return policy.exists()


def estimate(now: datetime) -> Fit:
    """Learn the shop from all facts up to now, and adopt what was learnt."""
    row = learn(now)
    adopt(row)
    return row


def adopt(row: Fit) -> bool:
    """Score with it from now on. When it did not converge and there is an earlier fit, that one stays adopted (False);
    the failed one is kept beside it, to be seen."""
    with sql.atomic():
        locks.lock(Lock.FIT)
        fits = Fit.objects
        if not row.converged and fits.filter(adopted=True).exclude(pk=row.pk).exists():
            return False
        fits.filter(adopted=True).exclude(pk=row.pk).update(adopted=False)
        row.adopted = bool(fits.filter(pk=row.pk).update(adopted=True))
    return row.adopted


def learn(now: datetime) -> Fit:
    """Learn the shop from all facts up to now; what was learnt is not adopted yet."""
    fact_statistics.analyze()
    with sql.atomic():
        sample = sampling.take(now)
        season = seasons.learn(sample)
        people, gaps = buyer_histories.read(sample, season), past_cuts.gaps(sample)
        first_gaps, lasts = return_days.first_gaps(), high_orders.lasts()
        some, cuts = buyer_histories.some(people, sample), past_cuts.cuts(sample, season)
    with threadpool_limits(limits=1):  # a busy machine's BLAS threads wait for each other: ten times as long
        learnt = forecast.learn(people.past, season=season)
        study = backtesting.learn(cuts, sample.currency, season)
        money = order_values.learn(people, some)
    rhythm = _in_the_calendar(learnt, people.past)
    everything = {
        "currency": sample.currency, "forecast": learnt, "return_days": return_day.most_often(first_gaps, rhythm),
        "rhythm": rhythm, "weights": study.weights, "gaps": gaps,
        "spend": money.spend, "gamma": money.gamma, "valuer": study.valuer, "rfm": money.rfm,
        "high_orders": high_orders.learn(lasts, money, study.valuer),
        "annual_needs": order_values.annual_needs(learnt, people, some),
        "typical": buyer_histories.typical(people.past),
        "orders_a_day": sample.orders_a_day, "categories": _categories(),
    }  # fmt: skip
    return _keep(now, sample.buyers, learnt, everything, study.record)


def _in_the_calendar(learnt: TimingModel, past: SummaryColumns) -> rhythm_model.ShopRhythm:
    """The rhythm in days of the calendar."""
    if learnt.season.flat:
        return learnt.rhythm
    with threadpool_limits(limits=1):
        return rhythm_model.fit(past.gaps, past.log_sum, past.log_square_sum, past.idle)


def _categories() -> dict[str, Any]:
    """Those of the fit in use, handed on: they are learnt apart (flows/learning/categories.py)."""
    kept = Fit.objects.filter(adopted=True)
    return kept.values_list("parameters__categories", flat=True).first() or {}


def _keep(
    now: datetime,
    buyers: int,
    learnt: forecast.TimingModel,
    everything: dict[str, Any],
    study: backtesting.Record,
) -> Fit:
    likelihood = learnt.mbg_nbd.log_likelihood
    return Fit.objects.create(
        as_of=now, created_at=now, adopted=False, customers=buyers, converged=learnt.converged,
        parameters=fit_serialization.plain(everything), study=fit_serialization.plain(study),
        log_likelihood=likelihood if np.isfinite(likelihood) else None,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _parsed(database: str, pk: int, created_at: datetime, log_likelihood: float | None) -> ShopModel:
    """A fit never changes once it is there."""
    row = Fit.objects.using(database).get(pk=pk)
    kept = row.parameters
    timing = fit_serialization.forecasting(kept["forecast"])
    nothing = next_order.ShopGaps.of([])
    return ShopModel(
        id=row.pk, as_of=row.as_of, customers=row.customers, orders_a_day=kept.get("orders_a_day", 1.0),
        converged=row.converged, currency=kept["currency"],
        forecast=timing, rhythm=fit_serialization.rhythm_of(kept["rhythm"]) if "rhythm" in kept else timing.rhythm,
        weights=fit_serialization.weights(kept["weights"]),
        gaps=fit_serialization.gaps(kept["gaps"]), valuer=fit_serialization.valuer(kept["valuer"]),
        spend={currency: fit_serialization.spending(one) for currency, one in kept["spend"].items()},
        gamma={currency: fit_serialization.skewed(one) for currency, one in kept["gamma"].items()},
        high_orders=kept.get("high_orders", {}),
        rfm={currency: fit_serialization.edges(one) for currency, one in kept["rfm"].items()},
        annual_needs={channel: (need, least, most) for channel, (need, least, most) in kept["annual_needs"].items()},
        typical=fit_serialization.facts(kept["typical"]),
        return_days=kept.get("return_days") or return_day.most_often(nothing, timing.rhythm),
        categories={key: fit_serialization.rhythm_of(one) for key, one in kept["categories"].items()},
    )  # fmt: skip
