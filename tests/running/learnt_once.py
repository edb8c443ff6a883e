"""Equal histories are learnt from once in a process: many stories tell of the same few orders, and a shop's parameters
and the back-test of them follow from the histories alone."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

LARGE = 100_000
"""Bytes of histories from which nobody tells the same ones again."""


def kept(learn: Callable[..., Any], *, unless_changed: Callable[[], object]) -> Callable[..., Any]:
    """`learn`, whose answers are kept by all that it is given, and by what a story may have put in the place of a part
    of it."""
    answers: dict[tuple[object, bytes], bytes] = {}

    def learnt(*given: Any, **named: Any) -> Any:
        told = pickle.dumps((given, sorted(named.items())))
        if len(told) > LARGE:
            return learn(*given, **named)
        key = unless_changed(), told
        if key not in answers:
            answers[key] = pickle.dumps(learn(*given, **named))
        return pickle.loads(answers[key])  # each story has its own

    return learnt


class Late:
    """The module, with `learn` in its place: whatever a story puts in the place of anything of it is seen."""

    def __init__(self, module: ModuleType, learn: Callable[..., Any]) -> None:
        self._module, self.learn = module, learn

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


@contextmanager
def learnt_once() -> Iterator[None]:
    """Wherever flows learn a shop. The tests of insight/ itself are not concerned."""
    from saleor_relacional.flows.learning import backtesting, fit
    from saleor_relacional.insight.inference import backtest, value_choice
    from saleor_relacional.insight.timing import forecast, mbg_nbd, rhythm

    def parts() -> object:
        return mbg_nbd.fit, rhythm.fit, forecast.learn, backtest.study, value_choice.choose

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backtesting, "learn", kept(backtesting.learn, unless_changed=parts))
        patch.setattr(
            fit,
            "forecast",
            Late(
                forecast, kept(lambda *given, **named: forecast.learn(*given, **named), unless_changed=parts)
            ),
        )
        yield
