"""What a campaign changed in one sentence, in the reader's language: whether it brings people back, and whether it
pays. Two verdicts, never merged."""

from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.flows.evidence import pace
from saleor_relacional.flows.evidence.comparison import Compared, CurrencyResult
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.results_words import money, nothing_yet, priced, provisional
from saleor_relacional.insight.inference.experiment import Verdict
from saleor_relacional.insight.inference.sample_ratio import Mismatch

LONGEST = 104
"""Weeks."""


def leading(main: CurrencyResult | None, now: datetime | None = None) -> str:
    """The sentence that stands above all numbers of a campaign, until when it is provisional, and, where it tells what
    is earned, how much of that rests on known costs. `now`: of one that goes on, also how long it will take until what
    is not certain yet is, at this pace."""
    if main is not None and main.mismatch is not None:
        return not_alike(main.mismatch)
    if main is None or main.came_back.lift.estimate is None:
        return nothing_yet()
    told = {
        "back": brings_back(main.came_back) + _more(main, main.came_back, now),
        "pays": pays(main) + _more(main, main.pays, now),
    }
    said = provisional(_("%(back)s; %(pays)s.") % told, provisional_until(main))
    return f"{said} {_rests_on(main)}".rstrip()


def not_alike(found: Mismatch) -> str:
    """Why nothing is concluded."""
    values = {"people": found.people, "control": found.control, "expected": round(found.expected)}
    return (
        _(
            "Nothing can be concluded: of %(people)s people who started %(control)s are held out instead of about"
            " %(expected)s. Something besides the draw decided who is written to, so that both groups are not alike."
        )
        % values
    )


def _rests_on(main: CurrencyResult) -> str:
    earned = main.pays.outcome is Outcome.MARGIN and main.pays.lift.low is not None
    return priced(main.priced) if earned else ""


def provisional_until(main: CurrencyResult) -> datetime | None:
    """Until when refunds may still change one of the two verdicts; None: neither. What is not certain yet is no
    verdict."""
    both = (main.came_back, main.pays)
    ends = [
        one.provisional_until
        for one in both
        if one.provisional_until is not None and one.verdict != Verdict.NOT_ENOUGH_EVIDENCE
    ]
    return max(ends, default=None)


def _more(main: CurrencyResult, found: Compared, now: datetime | None) -> str:
    weeks = pace.weeks_more(main, found, now) if now is not None else None
    if weeks is None:
        return ""
    if weeks > LONGEST:
        return _(", at this pace for more than two years")
    about = round(weeks)
    if about < 2:
        return _(", at this pace about a week more")
    return _(", at this pace about %(weeks)s weeks more") % {"weeks": about}


def brings_back(found: Compared) -> str:
    """Whether it brings people back, without a full stop."""
    estimate, treated = found.lift.estimate or 0.0, found.treated or 0.0
    values = {"with": of_100(treated), "without": of_100(treated - estimate)}
    if found.verdict == Verdict.HELPS:
        return _("Brings people back: %(with)s of 100 instead of %(without)s") % values
    if found.verdict == Verdict.HARMS:
        return _("Keeps people away: %(with)s of 100 come back instead of %(without)s") % values
    return (
        _("Whether it brings people back is not certain yet: %(with)s of 100 instead of %(without)s") % values
    )


def pays(main: CurrencyResult) -> str:
    """Whether it pays, without a full stop."""
    found = main.pays
    if found.lift.low is None or found.lift.high is None:
        return _("what it earns cannot be said yet: too few have bought")
    values = {"low": money(found.lift.low, main.currency), "high": money(found.lift.high, main.currency)}
    if found.outcome is not Outcome.MARGIN:
        told = {
            Verdict.HELPS: _("it pays in money kept: between %(low)s and %(high)s more per person"),
            Verdict.HARMS: _("it loses money kept: between %(low)s and %(high)s per person"),
            Verdict.NOT_ENOUGH_EVIDENCE: _(
                "what it brings in money kept is not certain yet: between %(low)s and %(high)s per person"
            ),
        }
        return told[found.verdict] % values
    told = {
        Verdict.HELPS: _("it pays: between %(low)s and %(high)s more earned per person"),
        Verdict.HARMS: _("it costs more than it earns: between %(low)s and %(high)s per person"),
        Verdict.NOT_ENOUGH_EVIDENCE: _(
            "what it earns is not certain yet: between %(low)s and %(high)s per person"
        ),
    }
    return told[found.verdict] % values


def of_100(share: float) -> str:
    """Whole people, but tenths of the first few."""
    of = 100 * max(share, 0.0)
    return f"{of:.0f}" if of >= 10 else f"{of:.1f}".removesuffix(".0")
