"""Whose facts have changed since they were scored."""

from collections.abc import Iterable
from datetime import datetime

from saleor_relacional.models import sql

_MARK = """
INSERT INTO saleor_relacional_standing ({columns})
SELECT {values} FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (profile_id) DO UPDATE
SET stale_since = coalesce(saleor_relacional_standing.stale_since, excluded.stale_since)
"""


def mark(profile_ids: Iterable[int], now: datetime) -> None:
    """To be scored soon. In key order, because a scorer holds the rows it works on; it clears the mark while
    it holds the row, so what we wrote before waiting for it is never lost."""
    from saleor_relacional.models import Standing

    ids = sorted(set(profile_ids))
    if not ids:
        return
    blank = Standing(stale_since=now, since=now)
    fields = [field for field in Standing._meta.concrete_fields if not field.primary_key]
    columns = ["profile_id", *(field.column for field in fields)]
    values = ["id", *(f"%({field.column})s" for field in fields)]
    parameters = {field.column: getattr(blank, field.attname) for field in fields}
    sql.run(_MARK.format(columns=", ".join(columns), values=", ".join(values)), {**parameters, "ids": ids})
