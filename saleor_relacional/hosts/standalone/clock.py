"""The shop's clock. It can be advanced and stopped, so that days pass in seconds."""

from datetime import UTC, datetime, timedelta

from saleor_relacional.hosts.standalone.models import Shop


def now() -> datetime:
    """The shop's clock: aware, UTC. Reads one row per call, so that every process sees the same time."""
    row = Shop.objects.filter(id=1).values_list("frozen_at", "clock_offset").first()
    frozen_at, offset = row or (None, timedelta())
    return frozen_at or datetime.now(UTC) + offset


def freeze(instant: datetime) -> None:
    """Stop the clock at this instant."""
    Shop.objects.update_or_create(id=1, defaults={"frozen_at": instant.astimezone(UTC)})


def advance(by: timedelta) -> datetime:
    """Move the clock forward, whether it stands or runs; returns what it shows."""
    shop, _ = Shop.objects.get_or_create(id=1)
    if shop.frozen_at is None:
        shop.clock_offset += by
    else:
        shop.frozen_at += by
    shop.save(update_fields=["clock_offset", "frozen_at"])
    return now()


def let_run() -> None:
    """Let the clock run on from what it shows."""
    shop, _ = Shop.objects.get_or_create(id=1)
    if shop.frozen_at is not None:
        shop.clock_offset = shop.frozen_at - datetime.now(UTC)
        shop.frozen_at = None
        shop.save(update_fields=["clock_offset", "frozen_at"])
