"""What lives as long as one GraphQL request: who is asking, where to read, the loaders."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from graphql import GraphQLError
from promise import Promise
from promise.dataloader import DataLoader

from saleor_relacional import conf
from saleor_relacional.hosts.base import Caller

PLACE = "_relacional"
"""Attribute of the host's context that holds ours."""


class Request:
    """One per context of the host."""

    def __init__(self, context: Any) -> None:
        self.caller = conf.host().caller(context)
        self.now = conf.host().now()
        self.loaders: dict[str, DataLoader] = {}
        self.asked: Counter[str] = Counter()


def request(context: Any) -> Request:
    """Our Request beside this context; made at its first use."""
    found = getattr(context, PLACE, None)
    if found is None:
        found = Request(context)
        setattr(context, PLACE, found)
    return found


def limit(context: Any, what: str, most: int) -> None:
    """Counts a question that costs a pass over many people, since one request may hold it under a thousand aliases.
    Raises GraphQLError when it is asked more than `most` times."""
    asked = request(context).asked
    asked[what] += 1
    if asked[what] > most:
        raise GraphQLError(f"Ask for {what} at most {most} times in one request.")


def caller(context: Any) -> Caller:
    """The caller of this request."""
    return request(context).caller


def actor(context: Any) -> str:
    """Who is asking, for what is kept of a change: see Caller.reference."""
    return caller(context).reference


def alias(context: Any) -> str:
    """The database from which our tables are read: the host's replica, unless ours live elsewhere."""
    ours = conf.database()
    return conf.host().reading(context) if ours == conf.HOST_DATABASE else ours


def forget_loaded(context: Any) -> None:
    """Empties the loaders after a write: what they have read may have changed."""
    request(context).loaders.clear()


Batch = Callable[[Sequence[Any], Any], Mapping[Any, Any]]
"""(keys, context) → found by key; what is not found is None."""


def load(context: Any, name: str, batch: Batch, key: Any, default: Any = None) -> Promise:
    """One value, read together with all others that this request asks of `name`."""
    loaders = request(context).loaders
    if name not in loaders:

        def read(keys: Sequence[Any]) -> Promise:
            found = batch(keys, context)
            return Promise.resolve([found.get(key, default) for key in keys])

        loaders[name] = DataLoader(batch_load_fn=read)
    return loaders[name].load(key)


def writing() -> AbstractContextManager[None]:
    """Context for flows that write, or that must read what was just written."""
    return conf.host().writing()
