"""What a mail gives beside its words: an offer with a code, or an experience without one. Told as the mail's data, with
the names that the shop has for its goods in the reader's language."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.hosts import storefront
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.models import Incentive, Rung, RungKind

NAMED = (
    ("products", GoodsKind.PRODUCT), ("variants", GoodsKind.VARIANT), ("categories", GoodsKind.CATEGORY),
    ("collections", GoodsKind.COLLECTION),
)  # fmt: skip
MOST_NAMES = 5
"""Goods that a mail names; of more it says how many others there are by an ellipsis."""


def offer(given: Incentive | None, language: str, channel: str, time_zone: str) -> Mapping[str, Any] | None:
    """What the words may use of an offer; None: there is none."""
    if given is None:
        return None
    terms, currency = rungs.of(given.rung), given.channels[channel]
    amount, minimum = terms.amount_in(currency), terms.minimum_in(currency)
    names = _names(terms, language, channel)
    gift = terms.kind == RungKind.GIFT
    return {
        "kind": terms.kind,
        "code": given.code,
        "percent": rungs.plain(terms.value) if terms.value else None,
        "money": {"amount": rungs.plain(amount), "currency": currency} if amount else None,
        "minimum": {"amount": rungs.plain(minimum), "currency": currency} if minimum else None,
        "gift": names[0] if gift and names else "",
        "goods": [] if gift else names,
        "once": terms.once_per_order,
        "countries": list(terms.countries),
        "valid_until": given.expires_at.astimezone(ZoneInfo(time_zone)).date(),
    }


def gift(given: Incentive) -> str:
    """The variant that an offer gives for nothing, as the shop's API knows it; empty: it gives none."""
    terms = rungs.of(given.rung)
    return terms.variants[0] if terms.kind == RungKind.GIFT else ""


def experience(rung: Rung | None, language: str, channel: str) -> Mapping[str, Any] | None:
    """What the words may use of an experience; None: there is none."""
    if rung is None or rung.kind not in (RungKind.EARLY_ACCESS, *rungs.TASKS):
        return None
    terms = rungs.of(rung)
    names = _names(terms, language, channel)
    return {
        "kind": terms.kind,
        "collection": names[0] if names else "",
        "person": terms.person,
        "days": terms.days,
    }


def experience_link(rung: Rung | None, channel: str, shop: str | None) -> str | None:
    """Where the collection is that opens early; None: nothing does, or there is no storefront."""
    if rung is None or rung.kind != RungKind.EARLY_ACCESS or not shop:
        return None
    early = next(iter(_goods(rungs.of(rung), "", channel)), None)
    return storefront.collection_url(shop, channel, early.slug) if early else None


def _names(terms: RungTerms, language: str, channel: str) -> list[str]:
    names = [one.name for one in _goods(terms, language, channel)]
    return names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"]


def _goods(terms: RungTerms, language: str, channel: str) -> list[Goods]:
    found = []
    for name, kind in NAMED:
        if asked := getattr(terms, name):
            known = conf.host().goods(kind, asked, channels=[channel], language=language)
            found += [known[one] for one in asked if one in known]
    return found
