"""What the owner reads of five campaigns in one shop: who was written to by which, who had to wait and for what, and
who came first where two wanted one person. From the shop's own records, nothing staged."""

from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.demo.contests import Contest, Contests, End, ends
from saleor_relacional.demo.days import Diary
from saleor_relacional.demo.telling.outcome import reason_words
from saleor_relacional.demo.terminal import Terminal, count
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Goal
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.evidence.results import Results
from saleor_relacional.models import Campaign

TOLD = 6
"""People who are told of."""
REASONS = 3
"""Reasons that are told of each campaign, the most frequent."""


def switched_on(terminal: Terminal, others: Sequence[Campaign]) -> None:
    """The campaigns beside the win-back."""
    held_out = _("%d in 100 are held out")
    terminal.line()
    terminal.say(_("and as they come, without anything to decide:"))
    rows = [
        (_title(one.kind), held_out % round(campaigns.current(one).control_share * 100)) for one in others
    ]
    terminal.rows(rows)


def tell(terminal: Terminal, found: Mapping[str, Results], contests: Contests, diary: Diary) -> None:
    """Each campaign, then the people whom two of them wanted."""
    terminal.heading(_("Five campaigns in one shop, one contact budget"))
    for kind, its in found.items():
        _campaign(terminal, kind, its, contests)
    left = _("%(left)s checkouts were left; %(back)s of them became orders by the link of our mail.")
    terminal.line()
    terminal.say(left % {"left": count(diary.left), "back": count(diary.found_back)})
    terminal.heading(_("Who came first where two wanted the same person"))
    told = chosen(contests.seen)
    many = _(
        "It happened %(all)s times. These are the first of each pair of campaigns, and others up to %(told)s:"
    )
    values = {"all": count(len(contests.seen)), "told": count(TOLD)}
    terminal.say(many % values if told else _("Nobody was wanted by two on one day."))
    fates = ends(told)
    for one in told:
        terminal.line()
        terminal.say(_contest(one))
        terminal.say(_end(one, fates.get(one.enrolment)))


def numbers(found: Mapping[str, Results], contests: Contests) -> dict[str, Any]:
    """For the last line."""
    each = {
        kind: {
            "considered": its.counts.considered, "treated": its.counts.treated, "control": its.counts.control,
            "suppressed": its.counts.suppressed, "waiting": its.counts.waiting, "sent": its.sent,
        }
        for kind, its in found.items()
    }  # fmt: skip
    return {"campaigns": each, "contests": len(contests.seen)}


def chosen(seen: Sequence[Contest]) -> list[Contest]:
    """Of whom to tell: the first of every pair of campaigns, then the next ones; nobody twice."""
    first: dict[tuple[str, str], Contest] = {}
    for one in seen:
        first.setdefault((one.first, one.other), one)
    people: dict[int, Contest] = {}
    for one in [*first.values(), *seen]:
        people.setdefault(one.profile, one)
    return list(people.values())[:TOLD]


def _title(kind: str) -> str:
    return str(kind_of(kind).title)


def _campaign(terminal: Terminal, kind: str, its: Results, contests: Contests) -> None:
    counts, words = its.counts, reason_words()
    told = _("%(treated)s treated, %(control)s held out, %(waiting)s waiting; %(sent)s mails")
    values = {
        "treated": counts.treated, "control": counts.control, "waiting": counts.waiting, "sent": its.sent
    }  # fmt: skip
    terminal.line()
    terminal.rows([(_title(kind), told % {name: count(value) for name, value in values.items()})])
    held = sorted(contests.held[kind].items(), key=lambda each: -len(each[1]))
    if held:
        terminal.line("    " + _("had to wait for a day or longer:"))
    for reason, enrolments in held[:REASONS]:
        terminal.line(f"    {count(len(enrolments)):>8}  {words.get(reason, reason)}")


def _contest(one: Contest) -> str:
    first, other = kind_of(one.first), kind_of(one.other)
    told = _(
        "%(name)s, %(day)s: %(first)s went first, because %(why)s. %(other)s was told: %(reason)s;"
        " next try on %(next)s."
    )
    return told % {
        "name": _name(one), "day": _day(one.day), "first": first.title,
        "why": _why(one), "other": other.title, "reason": _held()[one.reason], "next": _day(one.next_try),
    }  # fmt: skip


def _name(one: Contest) -> str:
    """The first name of simulated people, and nothing else, tells who somebody is."""
    customer = _("customer %d") % one.profile
    return f"{one.first_name} ({customer})" if one.first_name else customer


def _held() -> dict[str, str]:
    return {
        "week_cap": _("they hear enough from us in these 7 days"),
        "month_cap": _("they hear enough from us in these 30 days"),
    }


def _why(one: Contest) -> str:
    first, other = kind_of(one.first), kind_of(one.other)
    goals = {
        Goal.RECOVER: _("who recovers somebody"), Goal.RETAIN: _("who keeps somebody"),
        Goal.ACQUIRE: _("who wins somebody new"), Goal.LET_GO: _("who lets somebody go"),
    }  # fmt: skip
    if first.goal is not other.goal:
        return _("%(first)s comes before %(other)s") % {
            "first": goals[first.goal],
            "other": goals[other.goal],
        }
    return _("of two with the same aim the one that is believed to bring more")


def _end(one: Contest, end: End | None) -> str:
    other = kind_of(one.other).title
    if end is None:
        return _("They have been forgotten meanwhile.")
    if end.state == "started" and end.started_at:
        return _("%(other)s had its turn on %(day)s.") % {"other": other, "day": _day(end.started_at)}
    if end.reason == "cycle_over":
        return _("%s is over: they came back, or moved on, before its turn.") % other
    held = reason_words().get(end.reason, end.reason)
    return _("%(other)s still waits: %(reason)s.") % {"other": other, "reason": held}


def _day(moment: Any) -> str:
    return format_date(moment, "medium", locale=get_language() or "en")
