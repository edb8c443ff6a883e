"""In which arm of the shop-wide comparison somebody is: as they entered, else as they will. In SQL, for whoever reads a
queue, the same draw as experiment.draw_arm makes; a test compares the two.

The statements ask for `parameters`. Where nobody is held out they read nothing of it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from saleor_relacional.db import tables
from saleor_relacional.flows.shop_control import periods
from saleor_relacional.insight.inference import experiment

_BLOCK = 64
"""Bytes that SHA-256 works on at once; HMAC is made of them (RFC 2104)."""


def parameters(now: datetime, *, sells: bool = True) -> dict[str, Any]:
    """What `entered` and `held` ask for. `sells`: whether it is about something that sells; nobody is held out of the
    rest."""
    found = periods.current(now) if sells else None
    salt = (found.salt if found else b"").ljust(_BLOCK, b"\0")
    part, whole = (found.share if found else 0).as_integer_ratio()
    return {
        "shop_control": found is not None, "shop_period": found.key if found else None,
        "shop_inner": bytes(byte ^ 0x36 for byte in salt), "shop_outer": bytes(byte ^ 0x5C for byte in salt),
        "shop_below": (-(-(part << 64) // whole)).to_bytes(8, "big"),
    }  # fmt: skip


def entered(profile: str) -> str:
    """SQL: the arm in which a person (SQL: the id of a profile) entered in this period; '' before."""
    return f"CASE WHEN %(shop_control)s THEN coalesce(({_entry(profile)}), '') ELSE '' END"


def held(profile: str) -> str:
    """Condition: a person is in the control group, or will be as soon as they enter."""
    return f"""CASE WHEN %(shop_control)s THEN coalesce(({_entry(profile)}) = 'control', (
        SELECT substring(sha256(%(shop_outer)s::bytea || sha256(
            %(shop_inner)s::bytea || convert_to(who.arm_key::text, 'UTF8'))) FROM 1 FOR 8) < %(shop_below)s::bytea
        FROM {tables.PROFILE} who WHERE who.id = {profile})) ELSE false END"""


def _entry(profile: str) -> str:
    return f"""SELECT entry.arm FROM {tables.SHOP_CONTROL_ENTRY} entry
        WHERE entry.period_id = %(shop_period)s::bigint AND entry.profile_id = {profile}"""


def drawing(now: datetime) -> Callable[[UUID], bool]:
    """As the condition `held`, of somebody who has not entered: arm key → whether they will be in the control group."""
    found = periods.current(now)
    if found is None:
        return lambda arm_key: False
    drawn = experiment.drawing(found.salt, found.share)
    return lambda arm_key: drawn(arm_key) is experiment.Arm.CONTROL
