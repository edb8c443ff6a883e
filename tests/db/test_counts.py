"""Counts: exact while they are few, an estimate above, and it says which; one way for all who count."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.db.counts import Count
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.profile_list import Filter
from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.models import CustomerSummary
from tests.running.tries import tries
from tests.support.people import person

pytestmark = pytest.mark.django_db
STAGES = ["new", "loyal", "lapsed"]
several = settings(
    max_examples=tries(60),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def test_exact_up_to_a_point_and_never_less_than_was_counted(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the guess: few rows are counted, many are estimated, by the guess or else the planner."""
    monkeypatch.setattr(counts, "EXACT", 10)
    surely = int(counts.SURELY * 10)

    @several
    @given(st.integers(0, 40), st.none() | st.integers(0, 60))
    def counted(rows: int, guess: int | None) -> None:
        source = "FROM generate_series(1, %(rows)s::int) WHERE true"
        found = counts.bounded(source, {"rows": rows}, guess=guess)
        if guess is not None and guess > surely:
            assert found == Count(number=guess, estimated=True)
        elif rows <= 10:
            assert found == Count(number=rows, estimated=False)
        else:
            assert found.estimated and found.number >= max(11, guess or 0)
        assert counts.exact(source, {"rows": rows}) == Count(number=rows, estimated=False)

    counted()


def test_lists_and_segments_count_alike(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty people by stage: both count exactly up to the limit, and both say so above it."""
    for i in range(30):
        one = person(f"P{i}")
        CustomerSummary.objects.filter(profile=one).update(stage=STAGES[i % 7 % 3])
    sql.run(f"ANALYZE {tables.CUSTOMER_SUMMARY}")

    @several
    @given(st.sets(st.sampled_from(STAGES), min_size=1), st.integers(1, 40))
    def alike(stages: set[str], limit: int) -> None:
        monkeypatch.setattr(counts, "EXACT", limit)
        number = CustomerSummary.objects.filter(stage__in=stages).count()
        node = parsed({"field": "stage", "operator": "one_of", "value": sorted(stages)})
        both = (
            profile_list.count(Filter(stages=tuple(stages)), now=now),
            membership.count(node, now=now),
        )
        for found in both:
            assert found.estimated is (number > limit)
            assert found.number > limit if found.estimated else found.number == number
        assert membership.count(node, now=now, exact=True) == Count(number=number, estimated=False)

    alike()
