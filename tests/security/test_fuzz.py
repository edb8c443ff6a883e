"""Every field of ours, asked over HTTP with what it does not expect: an answer in words each time, never a failure of
ours. Seeded: a run that fails can be run again."""

import json
import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.test import Client
from graphql.type.definition import GraphQLNonNull

from tests.api.asking import Asker
from tests.security import walk

pytestmark = pytest.mark.django_db

SEED = 7391
ROUNDS = 3
FILLED = 0.6
"""How many of the fields of an input that may be left out are given all the same."""
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**40, 1e308, float("nan"), float("inf"), 0.1, "", " ", "\x00", "a\x00b",
    "\ud800", "a\udfffb", "\u2028", "\u202eevil", "é" * 400, "x" * 60_000, "%s%n{0}{{1}}", "' OR 1=1 --", "../../etc",
    "<script>alert(1)</script>", "2026-13-45", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00-23:59", "NaN", "1e999",
    [], [[]], {}, {"a": {"b": {"c": 1}}}, "UmVsYXRpb25zaGlwUHJvZmlsZTox", "UmVsYXRpb25zaGlwUHJvZmlsZTpudWxs",
    "8J+ZiA==", "=" * 50,
)  # fmt: skip


@pytest.fixture(autouse=True)
def unlogged() -> Iterator[None]:
    """Half characters in what the small shop logs of its questions cannot be told from one process to another."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def nested(depth: int) -> Any:
    """A list in a list, so deep."""
    inner: Any = []
    for _ in range(depth):
        inner = [inner]
    return inner


def asked(token: str, question: str, variables: dict[str, Any]) -> str:
    """What is wrong with the answer; nothing where it is one in words."""
    answer = Client(raise_request_exception=False).post(
        "/graphql/", json.dumps({"query": question, "variables": variables}), content_type="application/json",
        headers={"Authorization": token} if token else {},
    )  # fmt: skip
    if answer.status_code not in (200, 400):
        return f"{answer.status_code}"
    return "failed" if "Internal Server Error" in answer.content.decode() else ""


WHO = ("nobody", "a customer", "staff")


def token_of(shop: Any, ana: str, who: str) -> str:
    """Whoever asks."""
    contexts = {
        "nobody": lambda: None, "a customer": lambda: shop.context(account=ana),
        "staff": lambda: shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")),
    }  # fmt: skip
    return Asker(contexts[who]()).token


def failures_of(fields: list[walk.Field], token: str, chance: Random) -> dict[str, str]:
    """What each of them was asked with that broke it, and how."""
    failed: dict[str, str] = {}
    for field in fields:
        for _ in range(ROUNDS):
            given = {
                name: hostile(kind, chance)
                for name, kind in field.arguments.items()
                if chance.random() < 0.8 or (field.within and isinstance(kind, GraphQLNonNull))
            }
            if wrong := asked(token, *field.question(given)):
                failed[f"{'.'.join((*field.within, field.name))} {repr(given)[:300]}"] = wrong
    return failed


@pytest.mark.parametrize("who", WHO)
def test_no_answer_is_a_failure_of_ours(shop: Any, ana: str, who: str) -> None:
    """Wrong types, huge words, deep nesting, null bytes, half characters; in the place of each argument, and of all."""
    assert failures_of(walk.fields(), token_of(shop, ana, who), Random(f"{SEED} {who}")) == {}


def test_what_may_be_left_out_is_given() -> None:
    """Else whole inputs would be asked as empty: every field of every input of ours is given at some time."""
    chance, given = Random(SEED), set[str]()
    for field in walk.fields():
        for name, kind in field.arguments.items():
            for _ in range(30):
                walk.made(
                    kind, lambda scalar, path: given.add(path), name, optional=lambda: chance.random() < FILLED
                )  # fmt: skip
    assert {"input.perWeek", "input.pausedUntil", "input.noProfiling"} <= given and len(given) > 150


@pytest.mark.parametrize("who", WHO[1:])
def test_no_field_below_fails(shop: Any, ana: str, learn: Any, who: str) -> None:
    """What hangs on a customer, a campaign, a segment and takes arguments: her offers at a checkout, why she is in a
    segment, her stage on a day."""
    learn()
    fields = walk.below()
    names = {field.name for field in fields}
    assert {"offers", "why", "stageOn", "members"} <= names and len(fields) > 8
    assert failures_of(fields, token_of(shop, ana, who), Random(f"{SEED} below {who}")) == {}


def hostile(kind: Any, chance: Random) -> Any:
    """Something of the wrong type, or something of the right one that no one means: its inputs filled at random."""
    if chance.random() < 0.25:
        return chance.choice((*HOSTILE, nested(60)))
    return walk.made(
        kind, lambda name, path: _scalar(name, chance), "", optional=lambda: chance.random() < FILLED
    )


def _scalar(name: str, chance: Random) -> Any:
    if name == "enum":
        return None  # a member
    fitting = {
        "Int": (int,), "Float": (int, float), "Boolean": (bool,), "String": (str,), "ID": (str,),
    }.get(name, (str, int))  # fmt: skip
    return chance.choice([one for one in HOSTILE if isinstance(one, fitting)])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'{"query": 1}', b'{"query": "{ relationshipHealth { healthy } }", "variables": []}',
        b'{"query": "' + b"{ a " * 3_000 + b'"}', b'{"query": "' + b"(" * 5_000 + b'"}', b"\xff\xfe", b"[" * 100_000,
        b'{"query": "query($a: Int = ' + b"[" * 2_000 + b') { me { id } }"}',
        b'{"query": "fragment A on Query { ...A } query { ...A }"}', b'{"query": "{ \\ud800 }"}',
        b'{"query": "query { __schema { types { fields { type { fields { type { fields { name } } } } } } } }"}',
    ],
    ids=range(13),
)  # fmt: skip
def test_a_body_that_is_no_question(shop: Any, body: bytes) -> None:
    answer = Client(raise_request_exception=False).post("/graphql/", body, content_type="application/json")
    assert answer.status_code in (200, 400) and "Internal Server Error" not in answer.content.decode()
