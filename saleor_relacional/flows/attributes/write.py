"""Writes the attributes at the host: of whom there is news, of whom time alone has changed something, and of everybody
when what all of them rest on has changed. Step by step, each a transaction: one that is killed leaves what it had
marked, two at once are one after the other, and a step that is done again writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.flows import failures, policy
from saleor_relacional.flows.attributes import choice, values
from saleor_relacional.flows.scoring.account_attributes import ACCOUNTS
from saleor_relacional.hosts.attributes import AttributeStore, CustomerAttribute
from saleor_relacional.models import AttributeChoice, Fit, Rebuild, RebuildState

BATCH = 250
"""People of whom there is news, and as many of all, in one step."""
TAKEN = 2_000
"""Values that one step takes away."""
AGAIN = timedelta(hours=1)
"""After which whoever made a step fail is tried again."""

_NEWS = f"SELECT profile_id, version FROM {tables.UNWRITTEN} ORDER BY profile_id LIMIT %s"
_TURNED = f"SELECT profile_id FROM {tables.ATTRIBUTE_TURN} WHERE turns_at <= %s ORDER BY turns_at LIMIT %s"
_NEXT = f"""
SELECT DISTINCT profile_id FROM {tables.IDENTITY}
WHERE profile_id > %s AND kind = 'account' AND source = %s ORDER BY profile_id LIMIT %s
"""
_CLEAR = f"""
DELETE FROM {tables.UNWRITTEN} WHERE ctid = ANY(ARRAY(
    SELECT mark.ctid FROM unnest(%s::bigint[], %s::bigint[]) AS seen (profile_id, version)
    CROSS JOIN LATERAL (
        SELECT own.ctid FROM {tables.UNWRITTEN} own
        WHERE own.profile_id = seen.profile_id AND own.version = seen.version FOR UPDATE SKIP LOCKED) mark))
"""
_TURNS = f"""
WITH gone AS (
    DELETE FROM {tables.ATTRIBUTE_TURN} WHERE profile_id = ANY(%(ids)s) AND profile_id <> ALL(%(people)s)
)
INSERT INTO {tables.ATTRIBUTE_TURN} (profile_id, turns_at)
SELECT * FROM unnest(%(people)s::bigint[], %(moments)s::timestamptz[])
ON CONFLICT (profile_id) DO UPDATE SET turns_at = excluded.turns_at
"""


def write(now: datetime) -> bool:
    """One step; True when something is left to do."""
    store = conf.host().attributes()
    if store is None:
        return False
    with sql.atomic():
        if not locks.try_lock(Lock.ATTRIBUTES):
            return False
        held = choice.current()
        return _go_on(held, store, now) if held.active else _take_away(held, store)


def take_all_away() -> None:
    """For uninstalling: nothing is wanted any more, and nothing stays at the host."""
    store = conf.host().attributes()
    AttributeChoice.objects.filter(pk=1).update(active=False)
    while store is not None and not store.tidy((), limit=TAKEN):
        pass


def _take_away(held: AttributeChoice, store: AttributeStore) -> bool:
    """Switched off: all that stands there of ours goes, and what we had kept for it."""
    if not held.basis:
        return False
    if store.tidy((), limit=TAKEN):
        for table in (tables.UNWRITTEN, tables.ATTRIBUTE_TURN):
            sql.run(f"DELETE FROM {table}")
        _keep(held, made=[], missing=[], basis="", beyond=None)
        return False
    return True


def _go_on(held: AttributeChoice, store: AttributeStore, now: datetime) -> bool:
    wanted = choice.wanted(held)
    keys = [one.key for one in wanted]
    there = store.define(wanted, made=frozenset(held.made))
    _keep(
        held,
        made=sorted({*held.made, *there}.intersection(keys)),
        missing=sorted(set(keys).difference(there)),
    )
    if (basis := _basis(held, wanted, store, now)) != held.basis:
        _keep(held, basis=basis, beyond=0)
    news: dict[int, int] = dict(sql.rows(_NEWS, [BATCH]))
    turned = [row[0] for row in sql.rows(_TURNED, [now, BATCH])]
    rest = _rest(held)
    _write_people(sorted({*news, *turned, *rest}), held, store, [one for one in keys if one in there], now)
    sql.run(_CLEAR, [sql.keys(news), sql.keys(news.values())])
    if held.beyond is not None:
        _keep(held, beyond=rest[-1] if len(rest) == BATCH else None)
    if len(news) == BATCH or len(turned) == BATCH or held.beyond is not None:
        return True
    if not store.tidy(wanted, limit=TAKEN):
        return True
    _keep(held, written_at=now)
    return False


def _rest(held: AttributeChoice) -> list[int]:
    """The next of those who are not written on what holds now."""
    if held.beyond is None:
        return []
    return [row[0] for row in sql.rows(_NEXT, [held.beyond, conf.host().source, BATCH])]


def _write_people(
    people: Sequence[int], held: AttributeChoice, store: AttributeStore, wanted: Sequence[str], now: datetime
) -> None:  # fmt: skip
    """Write these people, as far as they have accounts. Nobody forgets them or hears their objection meanwhile."""
    ids = locks.lock_people(people, Hold.WRITE)
    failed: list[int] = []

    def work(some: Sequence[int]) -> dict[int, datetime]:
        with sql.atomic():
            found = values.of(some, held, wanted, now)
            asked = {"ids": sql.keys(some), "source": conf.host().source}
            nothing = values.PersonValues()
            store.write({
                account: found.get(person, nothing).values for person, account in sql.rows(ACCOUNTS, asked)
            })  # fmt: skip
            return {person: one.turns_at for person, one in found.items() if one.turns_at is not None}

    turns: dict[int, datetime] = {}
    if ids:
        for told in failures.isolated("attributes", ids, work, now=now, failed=failed.append):
            turns |= told
    _keep_turns(ids, turns | dict.fromkeys(failed, now + AGAIN))


def _keep_turns(people: Sequence[int], turns: Mapping[int, datetime]) -> None:
    told = sorted(turns.items())
    sql.run(_TURNS, {
        "ids": sql.keys(people), "people": [person for person, _ in told], "moments": [at for _, at in told],
    })  # fmt: skip


def _basis(
    held: AttributeChoice, wanted: Sequence[CustomerAttribute], store: AttributeStore, now: datetime
) -> str:
    """What everybody's values rest on: what is wanted and stands at the host, rules, what was learnt and decided."""
    fit = Fit.objects.filter(adopted=True).values_list("pk", flat=True).first()
    adopted = Rebuild.objects.filter(state=RebuildState.ADOPTED).order_by("-pk")
    return choice.digest(
        wanted, store.standing(wanted), held.missing, [one.rule for one in choice.shown(held)], fit,
        adopted.values_list("pk", flat=True).first(), policy.current(now).soft_opt_in, conf.host().time_zone(),
    )  # fmt: skip


def _keep(held: AttributeChoice, **columns: object) -> None:
    """Keep these columns, and nothing of what the owner may decide meanwhile."""
    changed = {name: value for name, value in columns.items() if getattr(held, name) != value}
    for name, value in changed.items():
        setattr(held, name, value)
    if changed:
        AttributeChoice.objects.filter(pk=held.pk).update(**changed)
