"""Large shops for stories of a rebuild."""

from typing import Any

from saleor_relacional.db import sql
from saleor_relacional.models import CustomerSummary, Profile
from tests.support.people import every, person


def shop_of(people: int) -> list[Profile]:
    """Everybody comes at a rhythm of their own; every seventh has never bought."""
    return [
        person(f"Person{i}", days_ago=every(5 + i % 50, i % 7, last=(i * 11) % 200), value=f"{10 + i}.50")
        for i in range(people)
    ]


def stands() -> list[dict[str, Any]]:
    """Every row of the customer summaries."""
    return list(CustomerSummary.objects.order_by("pk").values())


def left_over() -> list[tuple[Any, ...]]:
    """Tables of a rebuild that are still there."""
    return sql.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ 'saleor_relacional_.*_[0-9]+$'"
    )
