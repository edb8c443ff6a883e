"""What a message knows: the values of its sample, and what every message gets beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Shape = object
"""A value like the one that a name will have: of a mapping its keys count, of a list its first item."""

ANYTHING = object()
"""A shape that has every name: nothing is known of it."""
UNSAID = ""
"""Stands for what the sample leaves empty: it is known, and nothing in it."""
ADDRESS = "https://shop.example/"
_OFFER = {"words": "", "use": "", "headline": ""}
_EXPERIENCE = {"kind": "", "collection": "", "person": "", "days": 1, "words": ""}
_LINKS = {
    "storefront": ADDRESS,
    "unsubscribe": ADDRESS,
    "page": ADDRESS,
    "privacy": ADDRESS,
    "experience": ADDRESS,
}
_EVERY = {"voice": "tu", "signature": ""}


def of(sample: Mapping[str, object]) -> Mapping[str, Shape]:
    """Name → shape, of all that a template of this message may name."""
    shape = {**sample, **_EVERY}
    for name, added in (("offer", _OFFER), ("links", _LINKS)):
        value = sample.get(name)
        if isinstance(value, Mapping):
            shape[name] = {**added, **value}
    if "experience" in sample:
        shape["experience"] = _EXPERIENCE
    return shape


def names(shape: Shape, prefix: str = "") -> list[str]:
    """All names in it, dotted, as a template writes them; of a list the names of what is in it, behind []."""
    if isinstance(shape, Mapping):
        found = []
        for name, value in shape.items():
            here = f"{prefix}.{name}" if prefix else str(name)
            found += names(value, here) if isinstance(value, Mapping | list) and value else [here]
        return found
    if isinstance(shape, list):
        inside = names(item(shape), f"{prefix}[]")
        return [prefix, *inside] if isinstance(item(shape), Mapping) else [prefix]
    return [prefix]


def item(shape: Shape) -> Shape:
    """The shape of what a loop over it names."""
    if isinstance(shape, Sequence) and not isinstance(shape, str):
        return shape[0] if shape else ANYTHING
    return ANYTHING


def inside(shape: Shape, name: object) -> Shape | None:
    """The shape of a part; None: it has no part of this name."""
    if shape is ANYTHING:
        return ANYTHING
    if isinstance(shape, Mapping):
        value = shape.get(name, 0 if name == "size" else None)
        return UNSAID if value is None and name in shape else value
    if isinstance(shape, list):
        return (
            item(shape)
            if isinstance(name, int) or name in ("first", "last")
            else 0
            if name == "size"
            else None
        )
    return 0 if isinstance(shape, str) and name == "size" else None
