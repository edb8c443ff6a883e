"""What somebody else has said of a customer while one typed something else."""

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import filters
from saleor_relacional.dashboard.customer import wishes as wish_form
from saleor_relacional.dashboard.customer.tried import Tried
from saleor_relacional.dashboard.fields import Field, said_now
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.models import Exclusion


def said(tried: Tried, wishes: Preferences, exclusion: Exclusion | None) -> list[dict[str, str]]:
    """What holds by now, of what was typed otherwise into the form."""
    if tried.form == "wishes":
        zone = conf.time_zone()
        return said_now(wish_form.fields(wishes, None, zone), wish_form.fields(wishes, tried.typed, zone))
    if tried.form == "rhythm":
        every = "" if wishes.every_days is None else filters.typed(wishes.every_days)
        before = wishes.not_before.isoformat() if wishes.not_before else ""
        mine = tried.typed
        return said_now(_rhythm(every, before), _rhythm(mine.get("everyDays", ""), mine.get("notBefore", "")))
    if tried.form == "exclusion":
        why = f"{_('Yes')}: {exclusion.because}" if exclusion and exclusion.because else _("Yes")
        return [{"label": _("Excluded from campaigns"), "value": why if exclusion else _("No")}]
    return []


def _rhythm(every: str, before: str) -> list[Field]:
    return [
        Field(name="everyDays", label=_("Every so many days"), value=every),
        Field(name="notBefore", label=_("Not before"), value=before),
    ]
