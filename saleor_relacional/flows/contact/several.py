"""What staff do with several people at once, chosen from a list: at most MOST of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.models import Exclusion

MOST = 100


def people(public_ids: Sequence[UUID], *, field: str = "ids") -> list[int]:
    """Their keys, in the order given, each once. Raises BadInput where one is not known, or for too many."""
    wanted = list(dict.fromkeys(public_ids))
    check(len(wanted), field=field)
    found = profiles.of_public_ids(wanted)
    if len(found) < len(wanted):
        raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field=field)
    return list(dict.fromkeys(found[each].id for each in wanted))


def check(number: int, *, field: str = "ids") -> None:
    """Raises BadInput where so many cannot be chosen at once."""
    if not 1 <= number <= MOST:
        raise BadInput(_("Choose 1 to %(most)s people at once.") % {"most": MOST}, field=field)


def exclude(profile_ids: Sequence[int], *, because: str, now: datetime) -> list[Exclusion]:
    """No campaign writes to these people; who is excluded already stays so. All of them or, with BadInput, nobody."""
    with sql.atomic():
        return [exclusions.add(now=now, profile_id=one, because=because) for one in sorted(set(profile_ids))]
