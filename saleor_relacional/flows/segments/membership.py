"""Who belongs to a segment, how many they are, and why: asked of the facts and predictions as they are, each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import counts, sql, tables
from saleor_relacional.db.counts import Count
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profile_list import Among
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.segments import rule_words, value_names
from saleor_relacional.flows.segments.segments import BadRule, Known, parsed
from saleor_relacional.rules.compile import Compiled
from saleor_relacional.rules.tree import Clock, Node, conditions
from saleor_relacional.rules.turns import turns

MOST = 100
"""Members on one page."""
SAMPLED = 20_000
"""Profiles that an estimate looks at: of 10,000 members in a million it meets 200, which is 7 per cent give or take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionResult:
    """One condition of a rule, and how somebody stands to it."""

    place: str
    sentence: str
    holds: bool
    found: str
    """What we know of them, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why somebody belongs, or does not."""

    member: bool
    reasons: list[ConditionResult]


def count(node: Node, *, now: datetime, exact: bool = False, using: str | None = None) -> Count:
    """How many belong. In a large shop a sample says first whether they are worth counting one by one."""
    guess = None if exact else _sampled(node, now, using)
    source, values = _asked(node, now)
    if guess is None:
        return counts.exact(source, values, using=using)
    return counts.bounded(source, values, guess=guess, using=using)


def _sampled(node: Node, now: datetime, using: str | None) -> int | None:
    """About how many, from some blocks of the table, the same ones each time; None where the shop is too small for it,
    or the server has not looked at the table yet. The planner's own estimate of conditions that go together is easily
    ten times off (measured), this a tenth."""
    known = counts.of_table(tables.CUSTOMER_SUMMARY, using=using)
    if known <= counts.EXACT:
        return None
    compiled = _compiled(now, together=False)
    where = compiled.where(node)
    seen, members = sql.rows(
        f"SELECT count(*), count(*) FILTER (WHERE {compiled.unmerged()} AND {where})"
        f" FROM {compiled.source('TABLESAMPLE SYSTEM (%(share)s) REPEATABLE (1)')}",
        {**compiled.parameters, "share": min(100.0, 100 * SAMPLED / known)},
        using=using,
    )[0]
    return int(members / max(seen, 1) * known)


def page(
    node: Node, *, first: int, after: int | None, now: datetime, using: str | None = None
) -> tuple[list[Relationship], bool]:
    """At most `first` members after one (our id), whom we met first before the others, and whether there are more.
    Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    source, values = _asked(node, now)
    found = sql.rows(
        f"SELECT s.profile_id {source} AND s.profile_id > %(after)s ORDER BY s.profile_id LIMIT %(limit)s",
        {**values, "after": after or 0, "limit": first + 1},
        using=using,
    )
    ids = [row[0] for row in found[:first]]
    people = profiles.of_ids(ids, using=using)
    return [people[each] for each in ids if each in people], len(found) > first


def segments_of(
    ids: Sequence[int], known: Sequence[Known], *, now: datetime, using: str | None = None
) -> dict[int, list[Known]]:
    """Our id → the segments that they belong to, in the order given. One statement. A saved rule that this version
    cannot read has no members."""
    readable = [(each, node) for each in known if (node := _readable(each))]
    compiled = _compiled(now, together=False)
    columns = "".join(f", ({compiled.where(node)}) IS TRUE" for _, node in readable)
    rows = sql.rows(
        f"SELECT s.profile_id{columns} FROM {compiled.source()}"
        f" WHERE s.profile_id = ANY(%(ids)s) AND {compiled.unmerged()}",
        {**compiled.parameters, "ids": list(ids)},
        using=using,
    )
    return {
        profile: [one for (one, _), holds in zip(readable, told, strict=True) if holds]
        for profile, *told in rows
    }


def inside(known: Known | None, *, now: datetime) -> tuple[str, dict[str, Any]]:
    """A condition over the alias `s`, a customer summary: they belong. With its parameters; the text is the same
    whenever it is asked."""
    node = _readable(known) if known else None
    if node is None:
        return "false", {}
    source, values = _asked(node, now)
    return f"s.profile_id IN (SELECT s.profile_id {source})", values


def people(known: Known | None, *, now: datetime) -> Among:
    """Who belongs, for a list of relationships. Nobody belongs to what cannot be read, or is not there."""
    node = _readable(known) if known else None
    if node is None:
        return Among(query="SELECT NULL::bigint LIMIT 0", values={})
    source, values = _asked(node, now)
    return Among(query=f"SELECT s.profile_id {source}", values=values)


def standing(known: Known | None, *, now: datetime) -> tuple[str, dict[str, Any]]:
    """A query about the people of %(ids)s, and its other parameters: `profile_id`, whether they are a `member`, and
    `turns_at`, the earliest moment at which time alone may change that. Nobody belongs to what cannot be read."""
    node = _readable(known) if known else None
    if node is None:
        return "SELECT NULL::bigint AS profile_id, false AS member, NULL::timestamptz AS turns_at LIMIT 0", {}
    compiled = _compiled(now, together=False)
    columns = f"({compiled.where(node)}) IS TRUE AS member, {turns(compiled, node)} AS turns_at"
    where = f"s.profile_id = ANY(%(ids)s) AND {compiled.unmerged()}"
    return f"SELECT s.profile_id, {columns} FROM {compiled.source()} WHERE {where}", compiled.parameters


def why(ids: Sequence[int], node: Node, *, now: datetime, using: str | None = None) -> Mapping[int, Why]:
    """Our id → whether they belong and how they stand to each condition. One statement, and one for the names of
    each kind of what the rule names."""
    asked = list(conditions(node))
    names = value_names.names(asked, using=using)
    compiled = _compiled(now, together=False)
    columns = "".join(f", {compiled.holds(each)}, {compiled.found(each)}" for each in asked)
    rows = sql.rows(
        f"SELECT s.profile_id, ({compiled.where(node)}) IS TRUE{columns} FROM {compiled.source()}"
        f" WHERE s.profile_id = ANY(%(ids)s) AND {compiled.unmerged()}",
        {**compiled.parameters, "ids": list(ids)},
        using=using,
    )
    return {
        profile: Why(
            member=member,
            reasons=[
                ConditionResult(
                    place=each.place, sentence=rule_words.sentence(each, names), holds=holds,
                    found=rule_words.found(each, value, names),
                )
                for each, holds, value in zip(asked, told[::2], told[1::2], strict=True)
            ],
        )
        for profile, member, *told in rows
    }  # fmt: skip


def why_of(ids: Sequence[int], known: Known, *, now: datetime, using: str | None = None) -> Mapping[int, Why]:
    """What `why` answers, for a segment. Raises BadRule."""
    return why(ids, parsed(known.rule), now=now, using=using)


def _asked(node: Node, now: datetime) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE about everybody."""
    compiled = _compiled(now, together=True)
    where = compiled.where(node)
    return f"FROM {compiled.source()} WHERE {compiled.unmerged()} AND {where}", compiled.parameters


def _compiled(now: datetime, *, together: bool) -> Compiled:
    clock = Clock(now=now, zone=conf.time_zone())
    return Compiled(clock=clock, soft=policy.current(now).soft_opt_in, together=together)


def _readable(known: Known) -> Node | None:
    try:
        return parsed(known.rule)
    except BadRule:
        return None
