"""Who the people of a staged history are: known ones are found, new ones made, forgotten ones left out."""

from datetime import datetime
from uuid import UUID

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.importing import one_person, staging
from saleor_relacional.flows.importing.file_layout import Options
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.people.tombstones import Name

_GATHER = """
CREATE TEMP TABLE relacional_import_person ON COMMIT DROP AS
SELECT DISTINCT ON (who) who, customer, email, lower(trim(email)) AS email_key, first_name,
       placed_at AS told_at, NULL::bigint AS profile_id, NULL::uuid AS public_id
FROM relacional_import_line ORDER BY who, (email = ''), placed_at DESC, line DESC
"""
"""One row per person, with the address that was told last."""

_EXAMPLE = """
UPDATE relacional_import_person SET email = made.email, email_key = made.email FROM (
    SELECT who, left(encode(sha256(convert_to(%(source)s || ':' || who, 'UTF8')), 'hex'), 16)
           || '@' || %(name)s || '.example' AS email
    FROM relacional_import_person WHERE email = ''
) made WHERE made.who = relacional_import_person.who
"""

_KNOWN = """
UPDATE relacional_import_person p SET profile_id = known.profile_id FROM (
    SELECT person, min(profile_id) AS profile_id FROM relacional_import_name
    WHERE profile_id IS NOT NULL GROUP BY person
) known WHERE known.person = p.who
"""

_READDRESS = f"""
UPDATE {tables.PROFILE} profile
SET email = p.email, email_key = p.email_key,
    first_name = CASE WHEN p.first_name = '' THEN profile.first_name ELSE left(p.first_name, 256) END
FROM relacional_import_person p
WHERE p.profile_id = profile.id AND profile.joined_at IS NULL AND p.email <> '' AND profile.email <> p.email
  AND NOT EXISTS (SELECT 1 FROM {tables.PURCHASE} u
                  WHERE u.profile_id = profile.id AND u.placed_at > p.told_at)
"""
"""A guest is addressed as in their latest order, whichever file told it."""

_MAKE = f"""
WITH drawn AS (
    UPDATE relacional_import_person SET public_id = gen_random_uuid() WHERE profile_id IS NULL
    RETURNING who, public_id, email, email_key, first_name
), made AS (
    INSERT INTO {tables.PROFILE} (public_id, arm_key, email, email_key, vouched, first_name, language, channel,
                                           created_at)
    SELECT public_id, gen_random_uuid(), email, email_key, false, left(first_name, 256), %(language)s, %(channel)s,
           %(now)s FROM drawn ORDER BY who
    RETURNING id, public_id
)
SELECT public_id, id FROM made
"""

_NAME = f"""
INSERT INTO {tables.IDENTITY} (profile_id, kind, source, key)
SELECT p.profile_id, kind, source, key FROM (
    SELECT person AS who, kind, source, key FROM relacional_import_name
    UNION SELECT who, 'email', '', email_key FROM relacional_import_person WHERE email_key <> ''
) named JOIN relacional_import_person p USING (who) ORDER BY kind, source, key
ON CONFLICT (kind, source, key) DO NOTHING
"""
"""Every name that the file tells, former addresses too: whoever writes from one of them later is no stranger, and
forgetting finds them all."""


_TAKE_BASKETS = f"""
UPDATE {tables.BASKET} b SET profile_id = i.profile_id, email_key = ''
FROM relacional_import_name n JOIN {tables.IDENTITY} i USING (kind, source, key)
WHERE b.profile_id IS NULL AND n.kind = 'email' AND b.email_key = n.key
"""
"""Baskets that waited under an address are somebody's now."""


def place(options: Options, source: str, channel: str, now: datetime) -> None:
    """Give every person of a part a profile. The caller holds the names; afterwards nobody of whom this part tells, or
    has told before, is merged or forgotten meanwhile."""
    one_person.find(source, now)
    sql.run(_GATHER)
    if options.example_addresses:
        sql.run(_EXAMPLE, {"source": source, "name": source.partition(":")[2]})
    sql.run("ANALYZE relacional_import_person")
    sql.run(_KNOWN)
    sql.run(_READDRESS)
    _join(sql.rows(_MAKE, {"language": options.language, "channel": channel, "now": now}))
    sql.run(_NAME)
    sql.run(_TAKE_BASKETS)


_FORGOTTEN = """
DELETE FROM relacional_import_line l
WHERE customer = ANY(%(numbers)s) OR ord = ANY(%(orders)s) OR EXISTS (
    SELECT FROM unnest(%(addresses)s::text[], %(since)s::timestamptz[]) AS buried(key, since)
    WHERE l.placed_at <= buried.since AND CASE
        WHEN l.email <> '' THEN lower(trim(l.email)) = buried.key
        ELSE l.who IN (SELECT m.who FROM relacional_import_line m WHERE lower(trim(m.email)) = buried.key) END)
"""
"""A line without an address is of whoever has its number on another line."""


def leave_out_forgotten(source: str) -> int:
    """Delete the lines of forgotten people from a part; how many."""
    if not sql.rows(f"SELECT 1 FROM {tables.TOMBSTONE} LIMIT 1"):
        return 0
    named = sql.rows("SELECT DISTINCT customer, email FROM relacional_import_line")
    buried = tombstones.forgotten(name for row in named for name in staging.names_of(source, *row))
    told = sql.rows("SELECT DISTINCT ord FROM relacional_import_line")
    orders = tombstones.forgotten(Name(tombstones.ORDER, source, row[0]) for row in told)
    addresses = [name for name in buried if name.kind == "email"]
    return sql.run(
        _FORGOTTEN,
        {
            "numbers": [name.key for name in buried if name.kind == "account"],
            "orders": [name.key for name in orders], "addresses": [name.key for name in addresses],
            "since": [buried[name] for name in addresses],
        },
    )  # fmt: skip


def state_consent(text: str, now: datetime) -> int:
    """Record that the shop states consent of everybody in the file, in these words; how many are new. Whoever has it
    stated already in these words is left as they are."""
    found = sql.rows(
        "SELECT profile_id FROM relacional_import_person p WHERE NOT EXISTS ("
        f" SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = p.profile_id"
        " AND c.basis = 'stated' AND c.text = %s) ORDER BY profile_id",
        [text.strip()],
    )
    ids = [row[0] for row in found]
    return consent.import_consent(ids, source="import", text=text, happened_at=now, now=now) if ids else 0


def _join(made: list[tuple[UUID, int]]) -> None:
    sql.run("CREATE TEMP TABLE relacional_import_made (public_id uuid, id bigint) ON COMMIT DROP")
    sql.copy_in("relacional_import_made", ["public_id", "id"], made)
    sql.run(
        "UPDATE relacional_import_person p SET profile_id = made.id FROM relacional_import_made made"
        " WHERE made.public_id = p.public_id"
    )
    for row in (Lock.PROFILE, Lock.STALE):
        locks.made(row, [profile for _public, profile in made])
