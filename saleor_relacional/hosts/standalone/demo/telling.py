"""What the owner reads while the demo runs, and the numbers at its end. Words here, counting elsewhere."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.flows import results
from saleor_relacional.flows.import_history import Imported
from saleor_relacional.flows.results import Results
from saleor_relacional.hosts.standalone.demo.days import Diary
from saleor_relacional.hosts.standalone.demo.history import History
from saleor_relacional.hosts.standalone.demo.shopkeeping import Decisions
from saleor_relacional.hosts.standalone.demo.terminal import Terminal, count
from saleor_relacional.hosts.standalone.demo.truth import Truth
from saleor_relacional.models import Stage, sql

AT_RISK = (Stage.SLIPPING.value, Stage.LAPSED.value)

BY_STAGE = """
SELECT s.stage, count(*), coalesce(sum(u.year), 0)
FROM saleor_relacional_standing s LEFT JOIN LATERAL (
    SELECT sum(sold) AS year FROM saleor_relacional_purchase u
    WHERE u.profile_id = s.profile_id AND u.state = 'counts' AND u.placed_at > %(year_ago)s AND u.placed_at <= %(now)s
) u ON true GROUP BY s.stage
"""


def money(amount: Decimal | float, currency: str) -> str:
    """As the reader's language writes it."""
    return format_currency(amount, currency, locale=get_language() or "en")


def whole(amount: Decimal | float, currency: str) -> str:
    """Without cents, where cents say nothing."""
    locale = get_language() or "en"
    return format_currency(round(amount), currency, "¤#,##0" if locale == "en" else None, locale=locale, currency_digits=False)


def imported(terminal: Terminal, done: Imported, currency: str, seconds: float) -> None:
    """What the file held."""
    terminal.line(
        _("  %(lines)s lines read in %(seconds).0f s: %(purchases)s purchases of %(buyers)s buyers.")
        % {
            "lines": count(done.lines), "seconds": seconds, "purchases": count(done.purchases),
            "buyers": count(done.buyers),
        }  # fmt: skip
    )
    sold, refunded, kept = (part.get(currency, Decimal(0)) for part in (done.sold, done.refunded, done.kept))
    rows = [
        (_("sold"), money(sold, currency)),
        (_("refunded"), money(refunded, currency)),
        (_("kept"), money(kept, currency)),
    ]
    terminal.rows([(name, text.rjust(max(len(text) for _name, text in rows))) for name, text in rows])
    left_out = {
        _("lines without a customer, left out"): done.without_customer,
        _("people with refunds only"): done.refund_only,
        _("lines that could not be read (in the rejects file)"): done.rejects,
    }
    for words, number in left_out.items():
        if number:
            terminal.line(f"  {count(number)} {words}")
    for words in done.assumed:
        terminal.line(_("  Taken for granted: %s.") % words)
    terminal.line(_("  The file names nobody: each person got an address at .example, and the shop states their consent."))


def stages(terminal: Terminal, now: datetime, currency: str, seconds: float) -> None:
    """Customers by stage, and the money at risk."""
    found = {
        stage: (number, year)
        for stage, number, year in sql.rows(BY_STAGE, {"now": now, "year_ago": now - timedelta(days=365)})
    }
    words = stage_words()
    rows = [
        (words[stage.value], found[stage.value][0], _("bought for %s in a year") % whole(found[stage.value][1], currency))
        for stage in Stage
        if stage.value in found
    ]
    terminal.bars(rows)
    at_risk = [found[stage] for stage in AT_RISK if stage in found]
    terminal.line(
        _("  Money at risk: the %(people)s who are slipping or lapsed bought for %(money)s in the last 12 months.")
        % {
            "people": count(sum(people for people, _year in at_risk)),
            "money": whole(sum((year for _people, year in at_risk), Decimal(0)), currency),
        }
    )
    terminal.line(_("  Everybody's rhythm, stage and prospects took %.1f s.") % seconds)


def stage_words() -> dict[str, str]:
    """Each stage in two or three words."""
    return {
        "prospect": _("prospect"),
        "new": _("new"),
        "active": _("active"),
        "loyal": _("loyal"),
        "slipping": _("slipping"),
        "lapsed": _("lapsed"),
        "lost": _("lost"),
        "recovered": _("recovered"),
    }


def decided(terminal: Terminal, made: Decisions, products: int) -> None:
    """What the owner set up."""
    share = round(made.held_out_share * 100)
    terminal.rows(
        [
            (_("channel"), _("the shop sells %d products in it; anybody can check out with an address") % products),
            (_("sender"), _("hello@shop.example, with a postal address, as the law wants")),
            (_("for whom"), _("slipping and lapsed, each by their own rhythm")),
            (
                _("offer"),
                _("%(percent)s %% off once, a code of their own, for %(days)d days")
                % {"percent": made.percent, "days": made.offer_days},
            ),
            (_("held out"), _("%d in 100 get nothing, by lot: what they do shows what the mail changes") % share),
            (_("a day"), _("at most %d mails, most promising first") % made.daily_capacity),
            (_("looked at"), _("what each person keeps with us in the %d days after their turn") % made.window_days),
        ]
    )


def so_far(diary: Diary, mails: int) -> str:
    """The line beside the progress bar."""
    return _("%(mails)s mails, %(orders)s orders, %(codes)s with a code") % {
        "mails": count(mails), "orders": count(diary.orders), "codes": count(diary.codes_typed - diary.codes_refused),
    }  # fmt: skip


def outcome(terminal: Terminal, found: Results, true: Truth, diary: Diary, currency: str) -> None:
    """Who was considered, what left, what came of it, and what is true."""
    counts = found.counts
    terminal.heading(_("What came of it"))
    terminal.bars(
        [
            (_("considered"), counts.considered, ""),
            (_("treated"), counts.treated, _("their turn came, and they were written to")),
            (_("held out"), counts.held_out, _("their turn came, and they got nothing")),
            (_("waiting"), counts.held, _("may be written to, on another day")),
            (_("suppressed"), counts.suppressed, _("not to be written to")),
        ]
    )
    for reason, number in sorted(counts.reasons.items(), key=lambda each: -each[1]):
        terminal.line(f"      {count(number):>8}  {reason_words().get(reason, reason)}")
    terminal.line()
    terminal.rows(
        [
            (_("mails sent"), count(found.sent)),
            *((_("mails %s") % state, count(number)) for state, number in found.touches.items() if state != "sent"),
            (_("codes redeemed"), count(found.redeemed) + _discounts(found)),
            (_("unsubscribed"), count(diary.opt_outs)),
            *([(_("codes refused at checkout"), count(diary.codes_refused))] if diary.codes_refused else []),
        ]
    )
    lift(terminal, found, true, currency)


def _discounts(found: Results) -> str:
    if not found.discounts:
        return ""
    said = ", ".join(money(amount, name) for name, amount in sorted(found.discounts.items()))
    return _(" (%s taken off)") % said


def lift(terminal: Terminal, found: Results, true: Truth, currency: str) -> None:
    """The measured difference beside the true one."""
    terminal.heading(_("Did it help?"))
    if found.main is None or true.effect is None:
        terminal.line(_("  Nobody's window has closed yet: live more days (make demo DAYS=60)."))
        return
    main = found.main
    terminal.line(
        _("  Windows closed: %(treated)s treated kept %(mean)s each, %(held_out)s held out kept %(other)s each.")
        % {
            "treated": count(main.treated.people), "mean": money(main.treated.mean, currency),
            "held_out": count(main.held_out.people), "other": money(main.held_out.mean, currency),
        }  # fmt: skip
    )
    terminal.line("  " + results.sentence(main.lift, currency))
    if main.lift.estimate is not None and main.lift.low is not None and main.lift.high is not None:
        terminal.line(
            _("  Measured: %(estimate)s per person, surely between %(low)s and %(high)s (95 %%, however often one looks).")
            % {
                "estimate": money(main.lift.estimate, currency), "low": money(main.lift.low, currency),
                "high": money(main.lift.high, currency),
            }  # fmt: skip
        )
    terminal.line(
        _("  The truth, which only a simulation knows: %(effect)s per person. Of %(people)s treated, %(with)s came back;"
          " without us %(without)s would have.")
        % {
            "effect": money(true.effect, currency), "people": count(true.people), "with": count(true.returned_with),
            "without": count(true.returned_without),
        }  # fmt: skip
    )
    terminal.line("  " + _agreement(found, true))


def _agreement(found: Results, true: Truth) -> str:
    lift = found.main.lift if found.main else None
    if lift is None or lift.low is None or lift.high is None or true.effect is None:
        return _("There is no interval yet to compare it with.")
    if lift.low <= true.effect <= lift.high:
        return _("The interval holds the truth.")
    return _("The interval misses the truth, as one in twenty may.")


def reason_words() -> dict[str, str]:
    """Why somebody is not written to."""
    return {
        "lapse_ended": _("came back, or moved on, before their turn"),
        "recent_refund": _("money went back to them less than 30 days ago: silence"),
        "opted_out": _("said no"),
        "no_basis": _("never agreed"),
        "no_address": _("no address known"),
        "no_sender": _("no sender named"),
        "merged": _("part of another profile now"),
        "forgotten": _("forgotten"),
        "channel_excluded": _("of another channel"),
        "no_postal_address": _("sender without a postal address"),
    }


def imported_numbers(done: Imported, currency: str) -> dict[str, Any]:
    """For the last line."""
    money_of = {
        name: float(part.get(currency, Decimal(0)))
        for name, part in (("sold", done.sold), ("refunded", done.refunded), ("kept", done.kept))
    }
    people = {"lines": done.lines, "purchases": done.purchases, "buyers": done.buyers, "profiles": done.profiles}
    return {"imported": {**people, **money_of}}


def outcome_numbers(found: Results, true: Truth) -> dict[str, Any]:
    """For the last line. considered is the sum of the four after it."""
    counts, lift = found.counts, found.main.lift if found.main else None
    return {
        "considered": counts.considered, "treated": counts.treated, "held_out": counts.held_out,
        "suppressed": counts.suppressed, "held": counts.held, "sent": found.sent, "redeemed": found.redeemed,
        "lift": {
            "estimate": _rounded(lift.estimate if lift else None), "low": _rounded(lift.low if lift else None),
            "high": _rounded(lift.high if lift else None), "truth": _rounded(true.effect),
        },
    }  # fmt: skip


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def history_words(past: History) -> str:
    """The heading above the import."""
    return _("Reading %s") % past.name
