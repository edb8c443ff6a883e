"""What an owner needs to know of one customer in two lines: how they stand, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.dashboard import filters, words
from saleor_relacional.dashboard.may_write import BOUNCED
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.incentives.wallet import Offer
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.flows.sending.person_plan import PlanEntry, PlanState
from saleor_relacional.models import Basis, Stage

LATE = (Stage.SLIPPING, Stage.LAPSED, Stage.LOST)
TURN = ("", Suppression.CAPACITY, Suppression.BUDGET)
"""Why somebody waits who may be written to."""
PASSING = (
    Suppression.SILENCE, Suppression.ORDER_GAP, Suppression.OTHER_OFFER, Suppression.WEEK_CAP, Suppression.MONTH_CAP,
    Suppression.PAUSED, Suppression.NOT_BEFORE, Suppression.LESS_OFTEN,
)  # fmt: skip
"""Why somebody is not written to for now; everything else does not pass by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the advice is made of."""

    person: Relationship
    forecast: RhythmForecast | None
    plan: Sequence[PlanEntry]
    basis: str | None
    """On what ground offers may be sent: a Basis, or BOUNCED."""
    wishes: Preferences
    """Those that hold."""
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
    """What campaigns are about to do, the next first; a turn that may never come is none."""
    coming = person_plan.coming(standing.plan)
    for one in coming:
        if one.state is PlanState.ON_ITS_WAY:
            told = (
                _("Nothing: “%(title)s” is on its way, %(day)s.")
                if one.when
                else _("Nothing: “%(title)s” is on its way.")
            )
            return told % {"title": one.campaign, "day": filters.day(one.when)}
    for one in coming:
        if one.state is PlanState.PAUSED:
            return _("Nothing yet: “%(title)s” is paused, and its message waits.") % {"title": one.campaign}
        if one.state is PlanState.WAITS and one.reason in TURN:
            return _("Nothing yet: “%(title)s” waits for its turn.") % {"title": one.campaign}
        if one.state is PlanState.WAITS and one.reason in PASSING:
            values = {"title": one.campaign, "why": words.reason(one.reason), "day": filters.day(one.when)}
            if one.when:
                return _("Nothing yet: “%(title)s” waits until %(day)s (%(why)s).") % values
            return _("Nothing yet: “%(title)s” waits (%(why)s).") % values
    return ""


def _late(standing: Standing) -> str:
    if any(one.state is PlanState.HELD_OUT and not one.over for one in standing.plan):
        return _("Leave them: they are in the control group, which shows what your messages bring.")
    if standing.offers:  # whoever holds something needs no more for now
        held = standing.offers[-1]
        return _("Wait: they hold %(offer)s until %(day)s.") % {
            "offer": filters.offer(held), "day": filters.day(held.expires_at)
        }  # fmt: skip
    if asked := _asked(standing.wishes):
        return asked
    if standing.basis == BOUNCED:
        return _("Ask them for another address: mails to the one you have come back.")
    if standing.basis in (None, Basis.OPT_OUT):
        return _("Write or call yourself, if you know them: campaigns may not write to them.")
    if not standing.person.email:
        return _("Call them, if you can: you have no address to write to.")
    for one in person_plan.coming(standing.plan):
        if one.state is PlanState.WAITS:
            return _("A word of your own: “%(title)s” does not reach them (%(why)s).") % {
                "title": one.campaign, "why": words.reason(one.reason)
            }  # fmt: skip
    return _("No campaign writes to them at the moment: a win-back could, or a word of your own.")


def _asked(wishes: Preferences) -> str:
    """What they asked us for, where it is silence."""
    if wishes.paused_until:
        return _("Leave them in peace until %(day)s: they asked us to pause.") % {
            "day": filters.day(wishes.paused_until)
        }
    if wishes.not_before:
        return _("Leave them until %(day)s: they asked for no reminder before.") % {
            "day": filters.day(wishes.not_before)
        }
    if wishes.just_looking or wishes.do_not_sell:
        return _("Leave them in peace: they want no offers.")
    return ""


def _in_time(standing: Standing, now: datetime) -> str:
    forecast = standing.forecast
    if forecast is None:
        return _("Nothing for now.")
    if forecast.earliest > now:
        return _("Nothing: their next order is expected between %(first)s and %(last)s.") % {
            "first": filters.day(forecast.earliest), "last": filters.day(forecast.latest)
        }  # fmt: skip
    return _("Nothing: their next order is expected by %(last)s.") % {"last": filters.day(forecast.latest)}
