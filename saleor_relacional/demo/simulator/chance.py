"""Common random numbers: chance is a hash of stable names, never of what happened before.

Two worlds that differ in one mail therefore differ only in what that mail changed; everything else falls the same.
"""

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]


class Purpose(IntEnum):
    """What a draw is for. Numbers are part of every seed's world: add, never renumber."""

    RATE = 1
    LEAVING = 2
    VALUE_LEVEL = 3
    WILLINGNESS = 4
    JOINING = 5
    STILL_THERE = 6
    ORDER = 11
    LEAVE = 12
    VALUE = 13
    HOUR = 14
    REFUND = 15
    ANSWER = 16
    DELAY = 17
    OPT_OUT = 18
    LEFT = 19
    BACK = 20
    WORD = 21
    WORD_DELAY = 22
    WORD_OPT_OUT = 23
    GOODS = 24
    REMINDED = 25


def keys_of(names: Iterable[str]) -> Keys:
    """64 stable bits a name."""
    digests = (blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)


def uniform(seed: int, people: Keys, day: int, purpose: Purpose) -> Floats:
    """One number in (0, 1) a person, the same for the same four names on any machine."""
    mixed = _mix(people ^ _mix(np.uint64(seed % 2**64)))
    mixed = _mix(mixed ^ _mix(np.uint64((day % 2**32) * 64 + purpose)))
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def _mix(bits: Keys | np.uint64) -> Keys:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014), wrapping on purpose."""
    with np.errstate(over="ignore"):
        mixed = np.asarray(bits, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
