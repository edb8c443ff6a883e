"""Everything that the facts left in our tables, without what depends on when we heard it: keys, learned_at, arm keys,
and profiles that were merged away."""

from typing import Any

from saleor_relacional.models import Basket, Identity, Profile, Purchase, PurchaseLine, Refund, Stale


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Table → its rows. A profile is told by its names."""
    who = _names()
    return {
        "profiles": sorted(
            (who[row.pk], row.email, row.email_key, row.vouched, row.first_name, row.language, row.channel,
             row.joined_at)
            for row in Profile.objects.filter(merged_into=None)
        ),
        "purchases": sorted(
            (row.source, row.reference, who[row.profile_id], row.number, row.state, row.channel, row.currency, row.sold,
             row.placed_at, row.day, row.checkout, tuple(row.codes), bytes(row.digest), row.batch_id)
            for row in Purchase.objects.all()
        ),
        "lines": sorted(
            (row.purchase.reference, who[row.profile_id], row.product_key, row.name, row.quantity, row.total)
            for row in PurchaseLine.objects.select_related("purchase")
        ),
        "refunds": sorted(
            (row.source, row.reference, who[row.profile_id], row.purchase and row.purchase.reference, row.amount,
             row.currency, row.happened_at)
            for row in Refund.objects.select_related("purchase")
        ),
        "baskets": sorted(
            (row.source, row.reference, who.get(row.profile_id or 0, ()), row.email_key, row.state, row.channel,
             row.currency, row.total, row.code, row.changed_at, row.vouched, row.filled)
            for row in Basket.objects.all()
        ),
        "stale": sorted(who[row.profile_id] for row in Stale.objects.filter(profile_id__in=who)),
    }  # fmt: skip


def _names() -> dict[int, tuple[tuple[str, str, str], ...]]:
    names: dict[int, list[tuple[str, str, str]]] = {}
    for row in Identity.objects.all():
        names.setdefault(row.profile_id, []).append((row.kind, row.source, row.key))
    return {profile: tuple(sorted(several)) for profile, several in names.items()}
