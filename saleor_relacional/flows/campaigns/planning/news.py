"""People of whom there is news, and what says at once which campaigns they may concern: two queries for all campaigns,
which spare each of them most of its own."""

from collections.abc import Collection, Iterable

from saleor_relacional.db import sql, tables

_STAGES = f"""SELECT stage, array_agg(profile_id) FROM {tables.CUSTOMER_SUMMARY}
WHERE profile_id = ANY(%s) GROUP BY stage"""
_OPEN = f"""SELECT campaign_id, array_agg(DISTINCT profile_id) FROM {tables.ENROLMENT}
WHERE profile_id = ANY(%s) AND state IN ('waiting', 'suppressed') GROUP BY campaign_id"""


class News:
    """Some people, as they stand now. Who changes meanwhile is marked again."""

    def __init__(self, people: Iterable[int]) -> None:
        keys = sql.keys(people)
        self._in_stage: dict[str, list[int]] = dict(sql.rows(_STAGES, [keys]))
        self._open: dict[int, list[int]] = dict(sql.rows(_OPEN, [keys]))

    def in_stages(self, stages: Collection[str]) -> set[int]:
        """Those who are in one of these stages; nobody else is a candidate of a version for them."""
        return {one for stage in stages for one in self._in_stage.get(stage, ())}

    def enrolled(self, campaign: int) -> set[int]:
        """Those who have an open enrolment in this campaign."""
        return set(self._open.get(campaign, ()))
