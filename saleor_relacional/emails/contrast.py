"""Whether a colour, as #rrggbb, can be read on another: WCAG 2.2, "contrast ratio" and "relative luminance"."""

from __future__ import annotations

import re

TEXT = 4.5
"""What text needs at least (1.4.3, level AA)."""
PART = 3.0
"""What the outline of a button needs at least (1.4.11)."""
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Whether it is written as #rrggbb, in small letters."""
    return bool(_HEX.fullmatch(text))


def ratio(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the one."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def readable(colour: str, on: str, least: float) -> str:
    """The colour, as far towards black or white as it takes to be read on the other: what is nearest comes first."""
    for step in range(0, 101, 2):
        for end in ("#000000", "#ffffff"):
            moved = mix(colour, end, step / 100)
            if ratio(moved, on) >= least:
                return moved
    return max(("#000000", "#ffffff"), key=lambda end: ratio(end, on))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
