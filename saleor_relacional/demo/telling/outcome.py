"""What the owner reads after the last day: who was considered, what left, what came of it, and what is true."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard.incentives import ladder as incentives
from saleor_relacional.dashboard.incentives.money import months as in_words
from saleor_relacional.db import sql, tables
from saleor_relacional.demo.days import Diary
from saleor_relacional.demo.telling.before import money
from saleor_relacional.demo.terminal import Terminal, count
from saleor_relacional.demo.truth import Truth
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.results import Compared, CurrencyResult, Results
from saleor_relacional.flows.incentives.accounts import Account
from saleor_relacional.insight.inference.experiment import Verdict
from saleor_relacional.models import Campaign

BY_RUNG = f"""
SELECT r.number, count(DISTINCT t.profile_id), count(DISTINCT i.id) FILTER (WHERE i.state = 'redeemed')
FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id JOIN {tables.RUNG} r ON r.id = t.rung_id
LEFT JOIN {tables.INCENTIVE} i ON i.enrolment_id = e.id AND i.step_id = t.step_id
WHERE e.campaign_id = %s AND t.state = 'sent' GROUP BY 1
"""
ROW = ("reserved", "settled", "returned", "left", "budget")


def tell(terminal: Terminal, found: Results, true: Truth, diary: Diary, currency: str) -> None:
    """Everything but the numbers of the last line."""
    terminal.heading(_("What came of the win-back"))
    _people(terminal, found)
    _mails(terminal, found, diary)
    terminal.heading(_("Did it help?"))
    if found.main is None or true.effect is None:
        terminal.say(_("Nobody's window has closed yet: live more days (make demo DAYS=60)."))
    else:
        _lift(terminal, found, found.main, true, currency)


def numbers(found: Results, true: Truth) -> dict[str, Any]:
    """For the last line. considered is the sum of the four after it."""
    counts, lift = found.counts, found.main.lift if found.main else None
    ends = {"estimate": lift.estimate, "low": lift.low, "high": lift.high} if lift else dict.fromkeys(ENDS)
    return {
        "considered": counts.considered,
        "treated": counts.treated,
        "control": counts.control,
        "suppressed": counts.suppressed,
        "waiting": counts.waiting,
        "sent": found.sent,
        "redeemed": found.redeemed,
        "lift": {
            **{name: _rounded(value) for name, value in {**ends, "truth": true.effect}.items()},
            "came_back": _came_back(found.main, true),
            **_margin(found.main),
        },
    }


def _margin(main: CurrencyResult | None) -> dict[str, Any]:
    """Nothing where it is not known. The simulator knows no costs, so there is no truth."""
    if main is None or main.margin is None:
        return {}
    told = {name: _rounded(getattr(main.margin.lift, name)) for name in ENDS}
    known, later = main.priced or (None, None)
    rests_on = {
        "cost_known": _rounded(None if known is None else float(known), 4),
        "cost_estimated": _rounded(None if later is None else float(later), 4),
    }
    return {"margin": {**told, "verdict": main.margin.verdict.value, **rests_on}}


def _came_back(main: CurrencyResult | None, true: Truth) -> dict[str, Any]:
    """Shares: to four digits, a hundredth of a per cent."""
    told: dict[str, Any] = dict.fromkeys(ENDS)
    if main is not None:
        told = {name: _rounded(getattr(main.came_back.lift, name), 4) for name in ENDS}
    verdict = (main.came_back.verdict if main else Verdict.NOT_ENOUGH_EVIDENCE).value
    return {**told, "truth": _rounded(true.came_back, 4), "verdict": verdict}


ENDS = ("estimate", "low", "high")


def _people(terminal: Terminal, found: Results) -> None:
    counts = found.counts
    terminal.bars(
        [
            (_("considered"), counts.considered, ""),
            (_("treated"), counts.treated, _("their turn came, and they are written to")),
            (_("control group"), counts.control, _("their turn came, and they get nothing")),
            (_("waiting"), counts.waiting, _("may be written to, on another day")),
            (_("suppressed"), counts.suppressed, _("not to be written to:")),
        ]
    )
    words = reason_words()
    for reason, number in sorted(counts.reasons.items(), key=lambda each: -each[1]):
        terminal.say(f"  {count(number):>17}  {words.get(reason, reason)}")


def _mails(terminal: Terminal, found: Results, diary: Diary) -> None:
    words = touch_words()
    off = ", ".join(money(amount, currency) for currency, amount in sorted(found.discounts.items()))
    rows = {
        _("mails sent"): count(found.sent),
        **{
            words.get(state, state): count(n) for state, n in sorted(found.touches.items()) if state != "sent"
        },
        _("codes redeemed"): count(found.redeemed) + (_(", which took %s off") % off if off else ""),
        _("unsubscribed"): count(diary.opt_outs),
    }
    if diary.codes_refused:
        rows[_("codes refused at the checkout")] = count(diary.codes_refused)
    terminal.line()
    terminal.rows(list(rows.items()))


def _lift(terminal: Terminal, found: Results, main: CurrencyResult, true: Truth, currency: str) -> None:
    closed = _(
        "Whose window has closed: %(people)s treated kept %(kept)s each, %(others)s of the control group %(less)s each."
    )
    terminal.say(
        closed
        % {
            "people": count(main.treated.people),
            "kept": money(main.treated.mean, currency),
            "others": count(main.control.people),
            "less": money(main.control.mean, currency),
        }
    )
    terminal.say(_("In one sentence: %s") % found.sentence)
    _back(terminal, main.came_back, true)
    _money(terminal, found, main, true, currency)


def _back(terminal: Terminal, back: Compared, true: Truth) -> None:
    """Who came back: the interval, and what is true."""
    lift, share = back.lift, true.came_back or 0.0
    if lift.low is not None and lift.high is not None:
        measured = _(
            "Came back: %(estimate)s more of 100, or anything between %(low)s and %(high)s (%(word)s)."
        )
        values = {name: f"{100 * getattr(lift, name):.1f}" for name in ENDS}
        terminal.say(measured % {**values, "word": results.word(back.verdict)})
        _holds(terminal, lift.low, share, lift.high)
    came = _(
        "The truth, which only a simulation knows: of %(people)s treated %(came)s came back; without the win-back"
        " %(without)s of them would have (%(share)s of 100 more)."
    )
    people = {"people": true.people, "came": true.returned_with, "without": true.returned_without}
    told = {name: count(each) for name, each in people.items()}
    terminal.say(came % {**told, "share": f"{100 * share:.1f}"})


def _money(terminal: Terminal, found: Results, main: CurrencyResult, true: Truth, currency: str) -> None:
    """What it brought: up to the cap, the interval and the truth; uncapped beside it."""
    lift, effect = main.lift, true.effect or 0.0
    if found.cap is not None:
        capped = _(
            "Money is counted up to %(cap)s a person: beyond it were 5 of 100 of those who came back, before all this."
        )
        terminal.say(capped % {"cap": money(found.cap, currency)})
    if lift.estimate is not None and lift.low is not None and lift.high is not None:
        measured = _(
            "Money: %(estimate)s per person more, or anything between %(low)s and %(high)s (%(word)s)."
        )
        values = {name: money(getattr(lift, name), currency) for name in ENDS}
        terminal.say(measured % {**values, "word": results.word(main.kept.verdict)})
        _holds(terminal, lift.low, effect, lift.high)
    _left(terminal, main, currency)
    truth = _("The truth, which only a simulation knows: %s per person more than without the win-back.")
    terminal.say(truth % money(effect, currency))
    if found.cap is not None:
        beside = _("Uncapped: %(measured)s measured, %(true)s true.")
        whole = main.measured[results.Outcome.UNCAPPED].lift.estimate or 0.0
        terminal.say(
            beside % {"measured": money(whole, currency), "true": money(true.uncapped or 0.0, currency)}
        )


def _left(terminal: Terminal, main: CurrencyResult, currency: str) -> None:
    """What of it is margin, where the interval can be told."""
    if main.margin is None:
        return
    ends = {name: getattr(main.margin.lift, name) for name in ENDS}
    if None not in ends.values():
        told = _("Margin: %(estimate)s per person more, or anything between %(low)s and %(high)s (%(word)s).")
        values = {name: money(value, currency) for name, value in ends.items()}
        terminal.say(told % {**values, "word": results.word(main.margin.verdict)})


def offers(terminal: Terminal, months: Sequence[Account]) -> None:
    """What the codes of each month hold, took off, and held for nothing; and what its budget has left."""
    row = _(
        "%(reserved)s reserved, %(settled)s taken off, %(returned)s came back unused; %(left)s of %(budget)s left"
    )
    told = [
        (month.name, row % {name: getattr(month, name) for name in ROW})
        for month in in_words([one for one in months if one.sums])
    ]
    if told:
        terminal.line()
        terminal.say(_("Money of its offers, by the month in which they were promised:"))
        terminal.rows(told)


def rungs(terminal: Terminal, campaign: Campaign) -> None:
    """How many people got which rung of the win-back, and used its code."""
    given = {number: (people, used) for number, people, used in sql.rows(BY_RUNG, [campaign.pk])}
    [(_step, lines)] = incentives.view(campaign, conf.host().now()).steps
    told = _("%(people)s people, %(used)s codes used")
    terminal.line()
    terminal.say(_("By rung (described, not compared: the owner's rule says who gets which, not a lot):"))
    numbers = {line.words: given.get(line.number, (0, 0)) for line in lines}
    terminal.rows(
        [
            (words, told % {"people": count(people), "used": count(used)})
            for words, (people, used) in numbers.items()
        ]
    )


def _holds(terminal: Terminal, low: float, true: float, high: float) -> None:
    misses = _("The interval misses the truth, as one in twenty may.")
    terminal.say(_("The interval holds the truth.") if low <= true <= high else misses)


def reason_words() -> dict[str, str]:
    """Why somebody is not written to."""
    return {
        "cycle_over": _("came back, or moved on, before their turn"),
        "silence": _("were disappointed or gave something back: we are silent"),
        "trust": _("have not bought, agreed or opened an account yet"),
        "no_own_act": _("have heard enough without answering"),
        "order_gap": _("wait for an order of theirs"),
        "other_offer": _("have an offer already"),
        "week_cap": _("hear enough in these 7 days"),
        "month_cap": _("hear enough in these 30 days"),
        "capacity": _("others came first on that day"),
        "left_in_peace": _("were asked whether to go on, and have not answered: we leave them in peace"),
        "audience": _("not in the campaign's segment"),
        "excluded": _("excluded by the owner"),
        "opted_out": _("said no"),
        "no_basis": _("never agreed"),
        "no_address": _("no address known"),
        "bad_address": _("an address that no mail can be sent to"),
        "no_sender": _("no sender named"),
        "merged": _("part of another profile now"),
        "forgotten": _("forgotten"),
        "channel_excluded": _("of another channel"),
        "no_postal_address": _("sender without a postal address"),
    }


def touch_words() -> dict[str, str]:
    """What became of the mails that were not sent."""
    return {
        "queued": _("mails waiting"),
        "waiting": _("mails waiting for a next try"),
        "failed": _("mails refused by the mail server"),
        "suppressed": _("mails stopped before they left"),
        "expired": _("mails too late to send"),
        "unknown": _("mails that may have left"),
    }


def _rounded(number: float | None, digits: int = 2) -> float | None:
    return None if number is None else round(number, digits)
