"""Equal histories are learnt from once in a process: many stories tell of the same few orders, and a shop's parameters
and the back-test of them follow from the histories alone."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

LARGE = 100_000
"""Bytes of histories from which nobody tells the same ones again."""


def kept(learn: Callable[..., Any], *, unless_changed: Callable[[], object]) -> Callable[..., Any]:
    """`learn`, whose answers are kept by all that it is given, and by what a story may have put in the place of a part
    of it."""
    answers: dict[tuple[object, bytes], Any] = {}

    def learnt(*given: Any, **named: Any) -> Any:
        told = pickle.dumps((given, sorted(named.items())))
        if len(told) > LARGE:
            return learn(*given, **named)
        key = unless_changed(), told
        if key not in answers:
            answers[key] = learn(*given, **named)
        return answers[key]

    return learnt


@contextmanager
def learnt_once() -> Iterator[None]:
    """Wherever flows learn a shop. The tests of insight/ itself are not concerned."""
    from saleor_relacional.flows.learning import backtesting, fit
    from saleor_relacional.insight.inference import backtest
    from saleor_relacional.insight.timing import forecast, mbg_nbd, rhythm

    def parts() -> object:
        return mbg_nbd.fit, rhythm.fit, forecast.learn, backtest.study

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backtesting, "learn", kept(backtesting.learn, unless_changed=parts))
        ours = {**vars(forecast), "learn": kept(forecast.learn, unless_changed=parts)}
        patch.setattr(fit, "forecast", SimpleNamespace(**ours))
        yield
