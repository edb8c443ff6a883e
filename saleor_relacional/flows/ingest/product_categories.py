"""In which category each product stands, as the host last told it with an order of that product."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.hosts.facts import OrderFact

LEARN = f"""
INSERT INTO {tables.PRODUCT_CATEGORY} (source, product_key, category_key, name, learned_at)
SELECT told.source, told.product_key, told.category_key, told.name, %(now)s
FROM unnest(%(source)s::text[], %(product)s::text[], %(category)s::text[], %(name)s::text[])
    AS told (source, product_key, category_key, name)
LEFT JOIN {tables.PRODUCT_CATEGORY} known USING (source, product_key)
WHERE (known.category_key, known.name) IS DISTINCT FROM (told.category_key, told.name)
ORDER BY told.source, told.product_key
ON CONFLICT (source, product_key) DO UPDATE
SET category_key = excluded.category_key, name = excluded.name, learned_at = excluded.learned_at
"""
"""In key order, and nothing that is known already: orders of one product are recorded beside each other."""


def write(facts: Sequence[OrderFact], now: datetime) -> int:
    """Learn where the products of these orders stand; how many were news. A product that is gone, or stands nowhere,
    keeps the last category that was told: what was bought was bought from there."""
    told = {
        (fact.source, line.product_key[:255]): (line.category[:64], line.category_name[:250])
        for fact in sorted(facts, key=lambda fact: fact.changed_at)
        for line in fact.lines
        if line.product_key and line.category
    }
    if not told:
        return 0
    return sql.run(
        LEARN,
        {
            "source": [source for source, _ in told],
            "product": [product for _, product in told],
            "category": [category for category, _ in told.values()],
            "name": [name for _, name in told.values()],
            "now": now,
        },
    )
