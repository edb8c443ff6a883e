"""The standalone shop becomes the shop of the history: its clock, its channel, its products."""

from datetime import datetime
from decimal import Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.demo import shelves
from saleor_relacional.demo.history import History
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import (
    Category,
    Channel,
    Customer,
    Order,
    Price,
    Product,
    Shop,
    Variant,
)
from saleor_relacional.models import Profile

CHANNEL = "web"
NAME = "The shop of the history"
PENNYWORTH = "pennyworth"
"""Goods by the pennyworth: so many of it make a basket of any value, to the cent."""
BEST_SELLERS = f"""
SELECT product_key, max(name), round(sum(total) / sum(quantity), 2) AS price FROM {tables.PURCHASE_LINE}
WHERE product_key <> '' AND name <> '' GROUP BY product_key
HAVING sum(total) / sum(quantity) >= 0.01 ORDER BY count(*) DESC, product_key LIMIT 20
"""


def must_be_empty() -> None:
    """The demo lives in a database of its own. Raises DemoProblem when somebody else's shop is in it."""
    if Profile.objects.exists() or Order.objects.exists() or Customer.objects.exists():
        raise DemoProblem(
            "The database at DATABASE_URL already holds a shop: name an empty one, or unset DATABASE_URL and the demo"
            " starts one of its own."
        )


def before_import(history: History, storefront_url: str) -> None:
    """Place, time and channel: the import books its orders on the channel of its currency."""
    Shop.objects.update_or_create(id=1, defaults={"name": NAME, "time_zone": history.time_zone})
    clock.freeze(history.opens)
    Channel.objects.create(slug=CHANNEL, name=NAME, currency=history.currency, storefront_url=storefront_url)


def after_import(now: datetime) -> int:
    """What can be bought: goods by the pennyworth, of each shelf and of none, and what the history sold most often; how
    many products."""
    penny, known = Decimal("0.01"), shelves.set_up(now)
    _sell(PENNYWORTH, "Goods by the pennyworth", penny)
    for shelf in known:
        _sell(pennyworth(shelf.slug), f"{shelf.name} by the pennyworth", penny, shelf)
    found = sql.rows(BEST_SELLERS)
    for sku, name, price in found:
        _sell(sku[:64], name[:250], price)
    return 1 + len(known) + len(found)


def pennyworth(shelf: str) -> str:
    """What is sold by the pennyworth of this shelf; of none when it is empty."""
    return f"{PENNYWORTH}-{shelf}" if shelf else PENNYWORTH


def speak_spanish(every: int = 8) -> None:
    """One person in so many is written to in Spanish, so that the mailbox holds both languages."""
    sql.run(f"UPDATE {tables.PROFILE} SET language = 'es' WHERE language = '' AND id %% %s = 0", [every])


def _sell(sku: str, name: str, price: Decimal, shelf: Category | None = None) -> None:
    variant = Variant.objects.create(sku=sku, product=Product.objects.create(name=name, category=shelf))
    Price.objects.create(variant=variant, channel_id=CHANNEL, amount=price)
