"""Which names of a staged history are one person.

A customer number and an address that stand in one row are one person's, and so are two numbers with one address, or two
addresses with one number; so are names that have one profile already, whichever file or host told them. The same rows
in one file or in several give the same people.

Only two accounts of the host are never one. Where a file would make one of them, its numbers prove nothing: each row
belongs to its address, and a number to its rows without one.
"""

from datetime import datetime

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.importing import apply
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.scoring import stale

_ADDRESS = "lower(trim(l.email))"

_NAMES = f"""
CREATE TEMP TABLE relacional_import_name ON COMMIT DROP AS
SELECT name, kind, source, key, name AS person, false AS apart, i.profile_id FROM (
    SELECT DISTINCT 'c:' || customer AS name, 'account' AS kind, %(source)s AS source, customer AS key
    FROM relacional_import_line l WHERE customer <> ''
    UNION ALL
    SELECT DISTINCT 'e:' || {_ADDRESS}, 'email', '', {_ADDRESS}
    FROM relacional_import_line l WHERE email <> ''
) told LEFT JOIN {tables.IDENTITY} i USING (kind, source, key)
"""
_PAIRS = f"""
CREATE TEMP TABLE relacional_import_pair ON COMMIT DROP AS
SELECT DISTINCT 'c:' || customer AS number, 'e:' || {_ADDRESS} AS address
FROM relacional_import_line l WHERE customer <> '' AND email <> ''
"""

_SPREAD = """
UPDATE relacional_import_name n SET person = reached.person FROM (
    SELECT name, min(person) AS person FROM (
        SELECT p.address AS name, n.person FROM relacional_import_pair p
        JOIN relacional_import_name n ON n.name = p.number
        UNION ALL
        SELECT p.number, n.person FROM relacional_import_pair p JOIN relacional_import_name n ON n.name = p.address
        UNION ALL
        SELECT name, min(person) OVER (PARTITION BY profile_id) FROM relacional_import_name
        WHERE profile_id IS NOT NULL
    ) reach GROUP BY name
) reached WHERE reached.name = n.name AND reached.person < n.person
"""
"""One step: every name takes the least name that its neighbours know of. Ends when nothing changes."""

_SEVERAL = f"""
SELECT person, array_agg(DISTINCT n.profile_id ORDER BY n.profile_id),
       array_agg(DISTINCT a.profile_id) FILTER (WHERE a.profile_id IS NOT NULL)
FROM relacional_import_name n
LEFT JOIN {tables.IDENTITY} a ON a.profile_id = n.profile_id AND a.kind = 'account' AND a.source NOT LIKE 'import:%%'
WHERE n.profile_id IS NOT NULL GROUP BY person HAVING count(DISTINCT n.profile_id) > 1
"""
"""Finds people who have several profiles: (person, profiles, those of them that have an account at the host)."""

_APART = """
UPDATE relacional_import_name n SET apart = true, person = least_of.name FROM (
    SELECT name AS own, CASE WHEN profile_id IS NULL THEN name
                             ELSE min(name) OVER (PARTITION BY profile_id, person) END AS name
    FROM relacional_import_name WHERE person = ANY(%(people)s)
) least_of WHERE least_of.own = n.name
"""

_ROWS = f"""
UPDATE relacional_import_line l SET who = n.person FROM relacional_import_name n
WHERE l.who <> n.person AND n.name = CASE WHEN l.customer <> '' THEN 'c:' || l.customer
                                          ELSE 'e:' || {_ADDRESS} END
"""
_ROWS_APART = f"""
UPDATE relacional_import_line l SET who = n.person FROM relacional_import_name n
WHERE l.who <> n.person AND l.email <> '' AND n.apart AND n.name = 'e:' || {_ADDRESS}
"""

_CONCERNED = f"""
SELECT i.profile_id FROM (
    SELECT DISTINCT 'account' AS kind, %(source)s AS source, customer AS key
    FROM relacional_import_line WHERE customer <> ''
    UNION ALL SELECT DISTINCT 'email', '', {_ADDRESS} FROM relacional_import_line l WHERE email <> ''
) named JOIN {tables.IDENTITY} i USING (kind, source, key)
UNION SELECT u.profile_id FROM ({apply.TOLD}) told CROSS JOIN {apply.BOUGHT}
UNION SELECT r.profile_id FROM ({apply.TOLD}) told CROSS JOIN {apply.RETURNED}
"""
"""Whoever is known by a name of this part, or has what an earlier import told of its orders."""


def group(source: str) -> None:
    """Say of all lines of a file together whose they are (`who`), so that a part of it holds whole people. Changes
    nobody."""
    _spread(source)
    sql.run(_ROWS)


def find(source: str, now: datetime) -> None:
    """Say of every line of a part whose it is (`who`), and leave relacional_import_name: each name with its person and
    profile. Profiles that turn out to be one person are merged. Holds everybody whom this part tells of, or has told
    of before: until the transaction ends nobody else writes anything of theirs. The caller holds the names."""
    locks.lock_settled(
        lambda: {row[0] for row in sql.rows(_CONCERNED, {"source": source})},
        lambda ids: locks.lock_people(ids, Hold.ALONE),
    )
    _spread(source)
    merges = _settle()
    stale.hold_marked({one for pair in merges for one in pair})
    for guest, into in merges:
        merge.merge(guest, into, cause="import", now=now)
        sql.run(
            "UPDATE relacional_import_name SET profile_id = %(into)s WHERE profile_id = %(guest)s",
            {"guest": guest, "into": into},
        )
    sql.run(_ROWS)
    sql.run(_ROWS_APART)


def _spread(source: str) -> None:
    sql.run(_NAMES, {"source": source})
    sql.run(_PAIRS)
    sql.run("ANALYZE relacional_import_name, relacional_import_pair")
    while sql.run(_SPREAD):
        pass


def _settle() -> list[tuple[int, int]]:
    """Which profiles merge into which: into the host's account, else into the first. Whoever must not become one is
    set apart."""
    merges, apart = [], []
    for person, profiles, accounts in sql.rows(_SEVERAL):
        into = (accounts or profiles)[0]
        pairs = [(one, into) for one in profiles if one != into]
        if len(accounts or ()) > 1 or any(merge.was_undone(*pair) for pair in pairs):
            apart.append(person)
        else:
            merges += pairs
    if apart:
        sql.run(_APART, {"people": apart})
    return merges
