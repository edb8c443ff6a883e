"""In which time zone somebody lives, as they declare it. What they declare beats what an address says."""

from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import Profile


def declare(profile_id: int, zone: str) -> None:
    """Keep the name of the zone that somebody declares. An empty one takes the word back: the next order that says
    where it goes tells again; of whoever declared none it changes nothing. Raises BadInput when there is no such zone,
    or nobody of this key."""
    name = zone.strip()
    if name and name not in available_timezones():
        raise BadInput(_("There is no such time zone: give a name such as Europe/Madrid."), field="timeZone")
    with sql.atomic():
        if not locks.lock_people([profile_id], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="id")
        unplanned.mark([profile_id])
        whose = Profile.objects.filter(pk=profile_id)
        (whose if name else whose.filter(time_zone_declared=True)).update(
            time_zone=name, time_zone_declared=bool(name)
        )
