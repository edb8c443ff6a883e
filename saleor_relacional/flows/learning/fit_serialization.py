"""A fit as it is kept: plain JSON there and back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

import numpy as np

from saleor_relacional.insight.inference import shapley
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.timing import forecast, mbg_nbd, next_order, rhythm, season
from saleor_relacional.insight.value import gamma_gamma, rfm, spend


def plain(value: Any) -> Any:
    """JSON of dataclasses, arrays and numbers; it knows no nan, which becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value


def forecasting(kept: dict[str, Any]) -> forecast.TimingModel:
    """How the shop's customers order."""
    parameters = {**kept["mbg_nbd"], "basis": mbg_nbd.FitBasis(kept["mbg_nbd"]["basis"])}
    return forecast.TimingModel(
        mbg_nbd=mbg_nbd.MbgNbd(**parameters), rhythm=rhythm_of(kept["rhythm"]), worth=_array(kept["worth"]),
        season=season_of(kept.get("season") or {}),
    )  # fmt: skip


def season_of(kept: dict[str, Any]) -> season.Season:
    """What the days of a year weigh; a fit of before seasons has none."""
    waves = {name: tuple(kept.get(name, ())) for name in ("cosine", "sine")}
    return season.Season(**waves, days_lacking=kept.get("days_lacking", 0))


def rhythm_of(kept: dict[str, Any]) -> rhythm.ShopRhythm:
    """How gaps are distributed."""
    return rhythm.ShopRhythm(**kept)


def weights(kept: dict[str, Any]) -> forecast.Weights:
    """How the models are heard."""
    return forecast.Weights(**{**kept, "ranking": forecast.Ranking(kept["ranking"])})


def gaps(kept: dict[str, Any]) -> next_order.ShopGaps:
    """The shop's closed gaps."""
    return next_order.ShopGaps(days=_array(kept["days"]), count=_array(kept["count"]))


def spending(kept: dict[str, Any]) -> spend.ShopSpend:
    """How values of orders vary."""
    return spend.ShopSpend(**_numbers(kept))


def skewed(kept: dict[str, Any]) -> gamma_gamma.GammaGamma:
    """How they vary where they are skewed."""
    return gamma_gamma.GammaGamma(**kept)


def edges(kept: dict[str, Any]) -> rfm.Edges:
    """Where the quintiles lie."""
    return rfm.Edges(**{name: _array(values) for name, values in kept.items()})


def facts(kept: dict[str, Any]) -> shapley.Facts:
    """The typical customer; only the order value may be unknown."""
    return shapley.Facts(**{**kept, "order_value": _numbers(kept)["order_value"]})


def valuer(kept: str) -> Valuer:
    """Who says what an order is worth."""
    return Valuer(kept)


def _array(kept: list[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(kept, dtype=np.float64)


def _numbers(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: np.nan if value is None else value for name, value in kept.items()}
