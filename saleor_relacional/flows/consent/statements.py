"""What people, and the shop for them, said about being written to: the dated statements, as they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.db import sql, tables

_STATEMENTS = f"""
SELECT asked.id, said.purpose, said.basis, said.source, said.text, said.language,
       said.happened_at
FROM unnest(%(ids)s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT id, purpose, basis, source, text, language, happened_at FROM {tables.CONSENT} consent
    WHERE consent.profile_id = asked.id ORDER BY happened_at DESC, id DESC LIMIT %(most)s
) said ORDER BY asked.id, said.happened_at DESC, said.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One consent as it was made."""

    purpose: str
    basis: str
    source: str
    text: str
    """What they agreed to, word for word."""
    language: str
    """Of that text."""
    happened_at: datetime


def of_ids(ids: Sequence[int], *, most: int = 20, using: str | None = None) -> dict[int, list[Statement]]:
    """Profile's id → their `most` latest statements, newest first. Whoever said nothing is left out."""
    found: dict[int, list[Statement]] = {}
    for profile, purpose, basis, source, text, language, happened_at in sql.rows(
        _STATEMENTS, {"ids": list(ids), "most": most}, using=using
    ):
        found.setdefault(profile, []).append(
            Statement(
                purpose=purpose,
                basis=basis,
                source=source,
                text=text,
                language=language,
                happened_at=happened_at,
            )
        )
    return found
