"""Shelves of the shop: a history says what was sold and not where it stood; a word about what runs out is of a shelf.

Products whose names end alike share one, such as Coffee, or Bag. The best-selling ones are set up: what the history
sold of them is known to stand there, and each sells goods by the pennyworth from now on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.hosts.standalone.models import Category

MOST = 12

_FOUND = f"""
SELECT word FROM (
    SELECT lower((regexp_match(name, '([[:alpha:]]{{3,60}})[^[:alpha:]]*$'))[1]) AS word, count(*) AS lines
    FROM {tables.PURCHASE_LINE} WHERE product_key <> '' GROUP BY 1
) named WHERE word ~ '^[a-z]+$' ORDER BY lines DESC, word LIMIT {MOST}
"""
_STANDS = f"""
INSERT INTO {tables.PRODUCT_CATEGORY} (source, product_key, category_key, name, learned_at)
SELECT DISTINCT ON (u.source, line.product_key) u.source, line.product_key, word.told, initcap(word.told), %(now)s
FROM {tables.PURCHASE_LINE} line JOIN {tables.PURCHASE} u ON u.id = line.purchase_id
CROSS JOIN LATERAL (
    SELECT lower((regexp_match(line.name, '([[:alpha:]]{{3,60}})[^[:alpha:]]*$'))[1]) AS told) word
WHERE line.product_key <> '' AND word.told = ANY(%(words)s) ORDER BY u.source, line.product_key, u.placed_at DESC
"""
_FAVOURITES = f"""
SELECT DISTINCT ON (p.email_key) p.email_key, known.category_key
FROM {tables.PURCHASE_LINE} line JOIN {tables.PURCHASE} u ON u.id = line.purchase_id
JOIN {tables.PRODUCT_CATEGORY} known ON known.source = u.source AND known.product_key = line.product_key
JOIN {tables.PROFILE} p ON p.id = line.profile_id WHERE p.email_key <> ''
GROUP BY p.email_key, known.category_key ORDER BY p.email_key, count(*) DESC, known.category_key
"""


def set_up(now: datetime) -> Sequence[Category]:
    """Make the shelves, and say what of the history stands there. Empty where a history tells no products."""
    words = [row[0] for row in sql.rows(_FOUND)]
    sql.run(_STANDS, {"words": words, "now": now})
    return Category.objects.bulk_create(Category(slug=word, name=word.capitalize()) for word in words)


def known() -> list[str]:
    """Slugs of the shop's shelves."""
    return list(Category.objects.order_by("slug").values_list("slug", flat=True))


def favourites() -> Mapping[str, str]:
    """Address → slug of the shelf that they bought most of."""
    return dict(sql.rows(_FAVOURITES))
