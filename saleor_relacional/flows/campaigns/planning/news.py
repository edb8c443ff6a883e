"""People of whom there is news, and what says at once which campaigns they may concern: two queries for all campaigns,
which spare each of them most of its own."""

from collections.abc import Collection, Iterable, Sequence

from saleor_relacional.db import sql, tables

_STAGES = f"SELECT profile_id, stage FROM {tables.CUSTOMER_SUMMARY} WHERE profile_id = ANY(%s)"
_OPEN = f"""SELECT campaign_id, array_agg(DISTINCT profile_id) FROM {tables.ENROLMENT}
WHERE profile_id = ANY(%s) AND state IN ('waiting', 'suppressed') GROUP BY campaign_id"""


class News:
    """Some people, as they stand now. Who changes meanwhile is marked again."""

    def __init__(self, people: Iterable[int]) -> None:
        keys = sql.keys(people)
        self._stages: dict[int, str] = dict(sql.rows(_STAGES, [keys]))
        self._open = {campaign: set(some) for campaign, some in sql.rows(_OPEN, [keys])}

    def in_stages(self, people: Sequence[int], stages: Collection[str]) -> list[int]:
        """Those of these people who are in one of these stages; nobody else is a candidate of a version for them."""
        return [one for one in people if self._stages.get(one) in stages]

    def enrolled(self, people: Sequence[int], campaign: int) -> list[int]:
        """Those of them who have an open enrolment in this campaign."""
        return [one for one in people if one in self._open.get(campaign, ())]
