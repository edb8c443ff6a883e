"""What the shop sells, found by name for whoever says what a rung is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns.campaign.rung_goods import LISTS
from saleor_relacional.hosts.goods import Goods

SHOWN = 12
"""Found goods that are shown."""
WORDS = 6
"""Words of a search that are read."""
LONGEST = 100
"""Letters of a search that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsFound:
    """What a search found."""

    goods: Sequence[Goods]
    more: bool
    """Whether there is more than is shown."""


def search(name: str, text: str, *, without: Sequence[str] = ()) -> GoodsFound:
    """What is called so, of the list `name` of a rung (a key of LISTS), but for the references `without`; nothing
    where no word is given."""
    words = text[:LONGEST].split()[:WORDS]
    if not words:
        return GoodsFound(goods=(), more=False)
    found = conf.host().goods_named(
        LISTS[name], words, most=SHOWN + len(without) + 1, language=get_language() or ""
    )
    left = [one for one in found if one.reference not in without]
    return GoodsFound(goods=left[:SHOWN], more=len(left) > SHOWN)


def meant(name: str, text: str, *, field: str) -> str:
    """The reference of what was typed instead of chosen: a reference itself, or the whole name of one alone. Raises
    BadInput."""
    typed = " ".join(text[:LONGEST].split())
    if typed in conf.host().goods(LISTS[name], [typed], channels=()):
        return typed
    found = search(name, typed)
    exact = [one for one in found.goods if one.name.casefold() == typed.casefold()]
    if len(exact) == 1:
        return exact[0].reference
    if found.goods:
        raise BadInput(_("Choose from what was found, or empty the search."), field=field)
    raise BadInput(
        _("The shop sells nothing of this name: %(name)s.") % {"name": typed}, code="NOT_FOUND", field=field
    )
