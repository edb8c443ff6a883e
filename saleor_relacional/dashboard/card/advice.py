"""What an owner needs to know of one customer in two lines: how they stand, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.dashboard import filters
from saleor_relacional.flows.incentives.wallet import Offer
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.flows.sending.person_plan import PlanEntry, PlanState
from saleor_relacional.models import Basis, Stage

LATE = (Stage.SLIPPING, Stage.LAPSED, Stage.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the advice is made of."""

    person: Relationship
    forecast: RhythmForecast | None
    plan: Sequence[PlanEntry]
    basis: Basis | None
    """On what ground offers may be sent."""
    excluded: bool
    offers: Sequence[Offer]
    """What they hold and may use, by its end."""
    answer_due: datetime | None
    """By when somebody of the shop owes them an answer."""


def how(standing: Standing, now: datetime) -> str:
    """How they stand, in one sentence."""
    person, forecast = standing.person, standing.forecast
    if person.no_profiling:
        return _("They asked us to conclude nothing about them, and we do not.")
    said = {
        Stage.PROSPECT: _("They have not bought yet."),
        Stage.NEW: _("They bought for the first time not long ago."),
        Stage.ACTIVE: _("They buy at a rhythm of their own."),
        Stage.LOYAL: _("One of your regulars."),
        Stage.SLIPPING: _("They are later than is usual for them."),
        Stage.LAPSED: _("They have been away for much longer than is usual for them."),
        Stage.LOST: _("They have been away for so long that they have probably left."),
        Stage.RECOVERED: _("They came back after a long time."),
    }[Stage(person.stage)]
    if forecast is None:
        return said
    every = _("Usually they buy every %(span)s.") % {"span": filters.about_days(forecast.typical_days)}
    return f"{said} {every}"


def what(standing: Standing, now: datetime) -> str:
    """What to do, in one sentence; first what somebody waits for."""
    person = standing.person
    if standing.answer_due is not None:
        return _("Answer what they told you: they were promised an answer by %(day)s.") % {
            "day": filters.day(standing.answer_due)
        }
    if standing.excluded:
        return _("Nothing: they are excluded from all campaigns.")
    return _planned(standing) or (_late(standing) if person.stage in LATE else _in_time(standing, now))


def _planned(standing: Standing) -> str:
    for one in standing.plan:
        if one.state is PlanState.ON_ITS_WAY:
            told = (
                _("Nothing: “%(title)s” is on its way, %(day)s.")
                if one.when
                else _("Nothing: “%(title)s” is on its way.")
            )
            return told % {"title": one.title, "day": filters.day(one.when)}
        if one.state is PlanState.WAITS:
            return _("Nothing yet: “%(title)s” waits for its turn.") % {"title": one.title}
    return ""


def _late(standing: Standing) -> str:
    if any(one.state is PlanState.HELD_OUT for one in standing.plan):
        return _("Leave them: they are in the control group, which shows what your messages bring.")
    if standing.offers:  # whoever holds something needs no more for now
        held = standing.offers[-1]
        return _("Wait: they hold %(offer)s until %(day)s.") % {
            "offer": filters.offer(held), "day": filters.day(held.expires_at)
        }  # fmt: skip
    if standing.basis in (None, Basis.OPT_OUT):
        return _("Write or call yourself, if you know them: campaigns may not write to them.")
    return _("No campaign writes to them at the moment: a win-back could, or a word of your own.")


def _in_time(standing: Standing, now: datetime) -> str:
    forecast = standing.forecast
    if forecast is None:
        return _("Nothing for now.")
    if forecast.earliest > now:
        return _("Nothing: their next order is expected between %(first)s and %(last)s.") % {
            "first": filters.day(forecast.earliest), "last": filters.day(forecast.latest)
        }  # fmt: skip
    return _("Nothing: their next order is expected by %(last)s.") % {"last": filters.day(forecast.latest)}
