"""What is asked again and again while one thing is done, and is to be answered alike: asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("relacional_kept", default=None)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@contextmanager
def answered_alike() -> Iterator[None]:
    """What is marked with `once` is asked at most once inside, of the same arguments: decisions of the owner, above
    all, so that one plan goes by the same ones from its beginning to its end."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(ask: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A function whose answer is kept inside of `answered_alike`. Nobody changes what it answers."""

    @wraps(ask)
    def asked(*args: Given.args, **named: Given.kwargs) -> Answer:
        kept = _kept.get()
        if kept is None:
            return ask(*args, **named)
        key = (ask, args, tuple(sorted(named.items())))
        if key not in kept:
            kept[key] = ask(*args, **named)
        found: Answer = kept[key]
        return found

    return asked
