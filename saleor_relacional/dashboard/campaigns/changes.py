"""Who changed what of a campaign, as people say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard.campaigns.change_values import Values
from saleor_relacional.flows.evidence import harm_words
from saleor_relacional.models import SYSTEM, CampaignChange, CampaignEvent

_STEP = re.compile(r"steps\[(\d+)\]\.?(.*)")
_RUNG = re.compile(r"rungs\[(\d+)\]\.?(.*)")
_RULE = re.compile(r"rules\[(\d+)\]\.?(.*)")
_MONEY = re.compile(r"(amounts|minimum|cost)\[\d+\]\.(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line."""

    at: datetime
    who: str
    what: str
    differences: Sequence[tuple[str, str, str]]
    """What, before, after; empty where there was, or is, nothing."""


def told(changes: Sequence[CampaignChange]) -> list[Told]:
    """Each of them. Staff are called by their address, which whoever reads this sees in the dashboard anyway."""
    names: dict[str, str] = {}
    values = Values()
    return [
        Told(
            at=one.at, who=names.setdefault(one.who, _who(one.who)), what=_what(one),
            differences=[] if one.reason else [
                (_field(name), values.said(name, before or ""), values.said(name, after or ""))
                for name, before, after in one.fields
            ],
        )
        for one in changes
    ]  # fmt: skip


def _who(reference: str) -> str:
    if reference == SYSTEM:
        return _("by itself")
    kind, _colon, account = reference.partition(":")
    if kind == "staff":
        return conf.host().staff_address(account) or _("somebody who is staff no longer")
    return _("a program")


def _what(change: CampaignChange) -> str:
    if change.reason:
        return _("paused itself: %(because)s") % {"because": harm_words.because(change.reason)}
    return {
        CampaignEvent.CREATED: _("made"), CampaignEvent.EDITED: _("edited"), CampaignEvent.ACTIVATED: _("switched on"),
        CampaignEvent.PAUSED: _("paused"), CampaignEvent.FINISHED: _("finished"),
    }[CampaignEvent(change.event)]  # fmt: skip


def _field(name: str) -> str:
    """Such as: message 2, offer 1: how much."""
    if found := _STEP.fullmatch(name):
        return _("Message %(number)s: %(field)s") % {"number": int(found[1]) + 1, "field": _of_step(found[2])}
    return _plain(name)


def _of_step(name: str) -> str:
    if found := _RUNG.fullmatch(name):
        return _("what they may get, %(number)s: %(field)s") % {
            "number": int(found[1]) + 1, "field": _plain(found[2])
        }  # fmt: skip
    if found := _RULE.fullmatch(name):
        return _("who gets which, line %(number)s: %(field)s") % {
            "number": int(found[1]) + 1, "field": _("what they get") if found[2] == "rung" else _plain(found[2])
        }  # fmt: skip
    return _plain(name)


def _plain(name: str) -> str:
    if found := _MONEY.fullmatch(name):
        currency = found[2] == "currency"
        return {
            "amounts": _("currency of what it takes off") if currency else _("how much"),
            "minimum": _("currency of the least order") if currency else _("from an order of"),
            "cost": _("currency of what it costs you") if currency else _("what it costs you each time"),
        }[found[1]]
    return {
        "name": _("name"), "goal": _("what it is for"), "hypothesis": _("what you expect of it"),
        "segment": _("segment"), "objective": _("what you want of them"), "stages": _("where they stand"),
        "channels": _("channels"), "languages": _("languages"), "topic": _("topic"),
        "windowDays": _("days that count"), "dailyCapacity": _("mails per day at most"),
        "controlShare": _("share held out to measure against"),
        "learning": _("whether what was learnt chooses"), "startsOn": _("first day"), "endsOn": _("last day"),
        "monthBudget": _("budget per month"), "budgetCurrency": _("currency of the budget"),
        "contactPolicy.perWeek": _("messages to one person in 7 days"),
        "contactPolicy.perMonth": _("messages to one person in 30 days"),
        "contactPolicy.gapDays": _("days of rest after a delivery"), "contactPolicy.weekends": _("at weekends"),
        "message": _("mail"), "waitDays": _("waits, in days"), "waitRhythms": _("waits, in own rhythms"),
        "offerDays": _("days that an offer lasts"), "defaultRung": _("what most get"), "kind": _("what it is"),
        "value": _("how much"), "person": _("who does it"), "note": _("what is to be done"), "days": _("within days"),
        "products": _("only for products"), "variants": _("only for variants"), "categories": _("only for categories"),
        "collections": _("only for collections"), "countries": _("only to countries"),
        "oncePerOrder": _("only off one unit of the cheapest"),
    }.get(name, name)  # fmt: skip
