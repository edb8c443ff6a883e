"""Our words, as the shop's people say them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.dashboard.may_write import BOUNCED
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.campaigns.kinds.kind import Goal
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.models import Basis, CampaignState, RungKind, Stage


def stage(value: str) -> str:
    """Where a relationship stands."""
    return {
        Stage.PROSPECT: _("Not a buyer yet"),
        Stage.NEW: _("New"),
        Stage.ACTIVE: _("Active"),
        Stage.LOYAL: _("Loyal"),
        Stage.SLIPPING: _("Slipping"),
        Stage.LAPSED: _("Lapsed"),
        Stage.LOST: _("Lost"),
        Stage.RECOVERED: _("Recovered"),
    }[Stage(value)]


def cause(value: str) -> str:
    """What began a stage."""
    return {
        "purchase": _("by a purchase"),
        "refund": _("by a refund"),
        "correction": _("by a correction"),
        "habit": _("by a change of habit"),
        "declared": _("by what was said about when they buy"),
        "time": _("as time passed"),
        "refit": _("as we learned more about the shop"),
        "merge": _("as two profiles became one"),
        "history": _("from the shop's history"),
    }.get(value, "")


def rung(kind: str) -> str:
    """What somebody gets beside a message; empty: nothing."""
    return {
        RungKind.EARLY_ACCESS: _("early access"),
        RungKind.GIFT: _("a gift"),
        RungKind.SERVICE: _("priority service"),
        RungKind.CALL: _("a call"),
        RungKind.SHIPPING: _("free delivery"),
    }.get(RungKind(kind), "")


def off(worth: str) -> str:
    """What a code takes off."""
    return _("%(worth)s off") % {"worth": worth}


def sufficiency(value: str) -> str:
    """What stands behind a belief."""
    return {
        Sufficiency.NOTHING: _("from what shops show in general: nothing is known yet"),
        Sufficiency.PRIOR_MOSTLY: _("mostly from the shop's other customers"),
        Sufficiency.SOME: _("partly from their own purchases"),
        Sufficiency.OWN: _("mostly from their own purchases"),
    }[Sufficiency(value)]


def fact(name: str, value: int | None) -> str:
    """A fact that made a belief; `value` in days where it is counted in them, None where there is none yet."""
    if value is None:
        return _("no time between purchases is known yet")
    return {
        "purchases": lambda: ngettext(
            "%(value)s day with a purchase", "%(value)s days with a purchase", value
        ),
        "gap_days": lambda: ngettext(
            "%(value)s day between purchases", "%(value)s days between purchases", value
        ),
        "regularity": lambda: _("how regular they are"),
        "idle_days": lambda: ngettext(
            "%(value)s day since the last purchase", "%(value)s days since the last purchase", value
        ),
        "order_value": lambda: _("what they spend"),
    }[name]() % {"value": value}


def habit(what: str) -> str:
    """A change of habit, as one sentence."""
    return {
        "rhythm": _("Since %(day)s they buy about every %(after)s; before, every %(before)s."),
        "basket": _("Since %(day)s they spend about %(after)s per order; before, %(before)s."),
        "category": _("Since %(day)s they buy other things than before."),
        "channel": _("Since %(day)s they buy in another channel."),
        "address": _("Since %(day)s they have their orders sent elsewhere."),
    }[what]


def declared_by(value: str) -> str:
    """Who said when they buy."""
    return {"customer": _("as they said on %(day)s"), "staff": _("as your staff noted on %(day)s")}[value]


def basis(value: str | None) -> str:
    """The basis on which we may write."""
    if value is None:
        return _("No: nobody asked them yet")
    if value == BOUNCED:
        return _("No: mails to their address come back")
    return {
        Basis.OPT_IN: _("Yes: they agreed"),
        Basis.STATED: _("Yes: agreed before, as the shop stated"),
        Basis.SOFT_OPT_IN: _("Yes: as a buyer, without objection"),
        Basis.OPT_OUT: _("No: they objected"),
    }[Basis(value)]


def state(value: str) -> str:
    """The state of a campaign."""
    return {
        CampaignState.DRAFT: _("Draft"),
        CampaignState.ACTIVE: _("Running"),
        CampaignState.PAUSED: _("Paused"),
        CampaignState.FINISHED: _("Finished"),
    }[CampaignState(value)]


def goal(value: str) -> str:
    """What campaigns are after."""
    return {
        Goal.RECOVER: _("Win back"),
        Goal.RETAIN: _("Keep"),
        Goal.ACQUIRE: _("Win"),
        Goal.LET_GO: _("Let go"),
    }[Goal(value)]


def saved() -> str:
    """What is said once something was saved."""
    return _("Saved.")


def reason(value: str) -> str:
    """Why somebody is not written to."""
    return {
        Suppression.FORGOTTEN: _("has been forgotten"),
        Suppression.MERGED: _("is part of another profile"),
        Suppression.NO_PROFILING: _("objects to profiling"),
        Suppression.CYCLE_OVER: _("has come back, or moved on"),
        Suppression.AUDIENCE: _("is not in the campaign's segment"),
        Suppression.EXCLUDED: _("is excluded from campaigns"),
        Suppression.OPTED_OUT: _("has objected, or mails to them come back"),
        Suppression.NO_BASIS: _("has not agreed to be written to"),
        Suppression.NO_ADDRESS: _("has no address"),
        Suppression.BAD_ADDRESS: _("has an address that no mail can be sent to"),
        Suppression.CHANNEL_EXCLUDED: _("buys in another channel"),
        Suppression.NO_SENDER: _("no sender for their channel"),
        Suppression.NO_POSTAL_ADDRESS: _("the sender has no postal address"),
        Suppression.LEFT_IN_PEACE: _("was asked whether to go on, and is left in peace"),
        Suppression.SHOP_CONTROL: _("is held out of everything commercial, to measure what it brings"),
        Suppression.JUST_LOOKING: _("wants nothing but what they ask for"),
        Suppression.NO_SELLING: _("wants no offers"),
        Suppression.TOPIC: _("does not want to hear about this topic"),
        Suppression.TRUST: _("has not bought, agreed or opened an account yet"),
        Suppression.NO_OWN_ACT: _("has heard enough without answering"),
        Suppression.SILENCE: _("was disappointed or gave something back: we are silent"),
        Suppression.ORDER_GAP: _("waits for an order of theirs"),
        Suppression.OTHER_OFFER: _("has an offer already"),
        Suppression.WEEK_CAP: _("hears enough this week"),
        Suppression.MONTH_CAP: _("hears enough this month"),
        Suppression.PAUSED: _("asked us to pause"),
        Suppression.NOT_BEFORE: _("asked for no reminder before a day to come"),
        Suppression.LESS_OFTEN: _("asked to hear less often"),
        Suppression.LANGUAGE: _("reads a language that the campaign does not write"),
        Suppression.BUDGET: _("no offer of the month's budget is left for them"),
        Suppression.CAPACITY: _("waits for their turn"),
    }[Suppression(value)]


def hindrance(value: str) -> str:
    """What keeps a campaign from sending."""
    return {
        Hindrance.PAUSED: _("The campaign is not switched on."),
        Hindrance.FINISHED: _("The campaign is finished: nobody is considered any more."),
        Hindrance.ELSEWHERE: _("It was activated at another address: this may be a copy of the shop."),
        Hindrance.PLUGIN_OFF: _("The plugin is switched off."),
        Hindrance.CAPACITY_UNDECIDED: _("Nobody has decided yet how many mails may leave per day."),
        Hindrance.NO_MAIL_SERVER: _("No mail server is configured."),
        Hindrance.SWEEP_LATE: _("The shop's orders have not been read for more than an hour."),
        Hindrance.MAIL_SERVER: _("The mail server does not answer."),
        Hindrance.PROVIDER_STOPPED: _("The mail server refuses our mails: no more is handed to it."),
    }[Hindrance(value)]


def held(state: str, until: str) -> str:
    """What became of somebody's code, in the reader's language."""
    return {
        "planned": lambda: _("works until %(day)s") % {"day": until},
        "issued": lambda: _("works until %(day)s") % {"day": until},
        "redeemed": lambda: _("redeemed"),
        "expired": lambda: _("expired"),
        "withdrawn": lambda: _("withdrawn"),
    }[state]()


def more_than(number: str) -> str:
    """For a glance at many."""
    return _("more than %(number)s") % {"number": number}
