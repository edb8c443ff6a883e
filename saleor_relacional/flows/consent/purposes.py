"""What a message is for, and so which consent it needs."""

from collections.abc import Iterable

from saleor_relacional.models import Purpose

SELLING = (Purpose.CONTENT, Purpose.OFFERS)
"""What somebody agrees to, and leaves, where they say no more. Service goes on."""
WRITING = (Purpose.SERVICE, *SELLING)
"""Everything that is written: what a bounce or a complaint ends."""


def of(*, sells: bool, offers: bool) -> Purpose:
    """The purpose of a message: service, unless it is there to sell or says more than an order needs."""
    if not sells:
        return Purpose.SERVICE
    return Purpose.OFFERS if offers else Purpose.CONTENT


def ended_by(cause: str) -> tuple[Purpose, ...]:
    """What an objection of this cause ends at an address."""
    return WRITING if cause in ("bounce", "complaint") else SELLING


def named(purposes: Iterable[str] | None) -> tuple[Purpose, ...]:
    """These purposes, each once, in their order; without any those of SELLING."""
    told = {Purpose(one) for one in purposes or SELLING}
    return tuple(one for one in Purpose if one in told)
