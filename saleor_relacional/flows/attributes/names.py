"""How attributes' values are called: by key for programs, in words for staff."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _


def stages() -> Mapping[str, str]:
    """Stage → its name."""
    return {
        "prospect": _("Prospect"),
        "new": _("New"),
        "active": _("Active"),
        "loyal": _("Loyal"),
        "slipping": _("Slipping"),
        "lapsed": _("Lapsed"),
        "lost": _("Lost"),
        "recovered": _("Recovered"),
    }


def bands(ends: Sequence[int], currency: str) -> Mapping[str, str]:
    """Key of a band → its name, the lowest first; with one end more than there are bands between two."""
    unit = {"currency": currency}
    told = [_("under %(high)s %(currency)s") % {"high": ends[0], **unit}]
    told += [
        _("from %(low)s to %(high)s %(currency)s") % {"low": low, "high": high, **unit}
        for low, high in pairwise(ends)
    ]
    told.append(_("from %(low)s %(currency)s on") % {"low": ends[-1], **unit})
    return dict(zip(keys(ends, currency), told, strict=True))


def keys(ends: Sequence[int], currency: str) -> list[str]:
    """Keys of the bands, the lowest first."""
    code = currency.lower()
    between = [f"{code}-{low}-{high}" for low, high in pairwise(ends)]
    return [f"{code}-under-{ends[0]}", *between, f"{code}-from-{ends[-1]}"]
