"""How the machine is: what runs late, what waits, what went wrong. Counts and ages, never a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import harm_words
from saleor_relacional.flows.feedback import cases
from saleor_relacional.flows.operations import attribute_troubles
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Campaign, CampaignState

SWEEP_LATE = timedelta(minutes=30)
"""How long ago a sweep may have finished. Sweeps run every few minutes; a later one says that nobody runs them."""
QUEUE_LATE = timedelta(hours=1)
"""How long a message that is due may wait."""
STALE_LATE = timedelta(minutes=15)
"""How long a changed fact may wait to be scored."""
ORDERS_LATE = timedelta(hours=1)
"""Behind this nothing is sent (flows/sending/send.py): who has bought would not be known."""
IMPORT_LATE = timedelta(hours=1)
"""How long an import may be applied: a million lines take minutes."""
SHOWN = 5
"""How many of several are named."""
ERRORS_FOR = timedelta(days=3)
"""How far back errors are told."""

_SWEEPS = f"SELECT name, finished_at FROM {tables.CURSOR} WHERE name = ANY(%(names)s)"
_WAITING = f"""
SELECT (SELECT min(due_at) FROM {tables.TOUCH}
        WHERE state IN ('queued', 'waiting', 'claimed', 'handing_over') AND due_at <= %(now)s),
       (SELECT count(*) FROM {tables.TOUCH}
        WHERE state IN ('queued', 'waiting', 'claimed', 'handing_over') AND due_at <= %(now)s),
       (SELECT count(*) FROM {tables.TOUCH} WHERE state = 'unknown'),
       (SELECT min(since) FROM {tables.STALE}),
       (SELECT as_of FROM {tables.FIT} WHERE adopted)
"""
_UNFINISHED = f"""
SELECT substr(source, 1 + length('import:')), agreed_at FROM {tables.IMPORT_BATCH}
WHERE agreed_at < %(before)s AND finished_at IS NULL ORDER BY agreed_at
"""
_FIT = f"""
SELECT as_of, converged OR customers = 0 FROM {tables.FIT} ORDER BY as_of DESC, id DESC LIMIT 1
"""
_ERRORS = f"""
SELECT place, kind, sum(count)::int, max(last_at) FROM {tables.ERROR_COUNT}
WHERE day >= %(since)s GROUP BY place, kind ORDER BY max(last_at) DESC, place, kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """How fresh one kind of facts is, hooks aside."""

    kind: str
    finished_at: datetime | None
    """When the sweep last reached the end, by the database's real clock; None when it never did."""
    age: timedelta | None
    """How long ago that is."""
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """One kind of error in one place, over the last days."""

    place: str
    kind: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something to do, in the reader's language."""

    code: str
    problem: str
    cure: str
    campaign: UUID | None = None
    """Public id of the one that it is about; None: of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the machine is at `as_of`, on the shop's clock."""

    as_of: datetime
    sweeps: tuple[Sweep, ...]
    due_touches: int
    queue_age: timedelta | None
    """How long the oldest message that is due has been waiting; None when none is due."""
    stale_age: timedelta | None
    """How long the oldest change of facts has waited to be scored; None when none waits."""
    unknown_touches: int
    """Messages whose hand-over began and never ended: not sent again, to be looked at."""
    errors: tuple[Errors, ...]
    fit_at: datetime | None
    """The adopted fit's as_of; None when the shop was never learnt."""
    problems: tuple[Problem, ...]

    @property
    def healthy(self) -> bool:
        """Whether there is nothing to do."""
        return not self.problems


def health(now: datetime, *, counted: bool = True, using: str | None = None) -> Health:
    """The health at `now`, in a constant number of statements, each by index. Not `counted`: it says that answers are
    overdue, and not how many."""
    sweeps = tuple(_sweeps(using))
    due_since, due, unknown, stale_since, fit_at = sql.rows(_WAITING, {"now": now}, using=using)[0]
    errors = tuple(
        Errors(place=place, kind=kind, count=count, last_at=last_at)
        for place, kind, count, last_at in sql.rows(
            _ERRORS, {"since": (now - ERRORS_FOR).date()}, using=using
        )
    )
    queue_age = now - due_since if due_since else None
    stale_age = max(now - stale_since, timedelta(0)) if stale_since else None
    problems = (
        *_sweep_problems(sweeps),
        *_waiting_problems(queue_age, stale_age),
        *_hand_over_problems(unknown, errors),
        *_provider_problems(now, using),
        *_import_problems(now, using),
        *_fit_problems(using),
        *_money_problems(),
        *_harm_problems(using),
        *_case_problems(now, using, counted=counted),
        *(
            Problem(code=each.code, problem=each.problem, cure=each.cure)
            for each in attribute_troubles.found(now)
        ),
    )
    return Health(
        as_of=now, sweeps=sweeps, due_touches=due, queue_age=queue_age, stale_age=stale_age, unknown_touches=unknown,
        errors=errors, fit_at=fit_at, problems=problems,
    )  # fmt: skip


def _sweeps(using: str | None) -> Iterator[Sweep]:
    finished = dict(sql.rows(_SWEEPS, {"names": [f"sweep:{kind}" for kind in FactKind]}, using=using))
    real_now = sql.rows("SELECT clock_timestamp()", using=using)[0][0]
    for kind in FactKind:
        at = finished.get(f"sweep:{kind}")
        age = real_now - at if at else None
        yield Sweep(kind=kind.value, finished_at=at, age=age, late=age is None or age > SWEEP_LATE)


def _orders_unread(sweeps: tuple[Sweep, ...]) -> bool:
    orders = next(sweep for sweep in sweeps if sweep.kind == FactKind.ORDER)
    return orders.age is None or orders.age > ORDERS_LATE


def _sweep_problems(sweeps: tuple[Sweep, ...]) -> Iterator[Problem]:
    late = [sweep.kind for sweep in sweeps if sweep.late]
    if late:
        told = _("No sweep of these facts has finished within half an hour: %(kinds)s.") % {
            "kinds": ", ".join(late)
        }
        if _orders_unread(sweeps):
            told += " " + _(
                "The shop's orders have not been read for more than an hour: no campaign sends anything."
            )
        yield Problem(
            code="sweep_late",
            problem=told,
            cure=_(
                "Start a Celery worker and Celery beat for this shop, and see that they reach the broker."
            ),
        )


def _waiting_problems(queue_age: timedelta | None, stale_age: timedelta | None) -> Iterator[Problem]:
    if queue_age is not None and queue_age > QUEUE_LATE:
        yield Problem(
            code="queue_late",
            problem=_("A message that is due has been waiting for %(age)s.") % {"age": in_words(queue_age)},
            cure=_(
                "See that a worker runs the task saleor_relacional.tasks.send, that the plugin is active, and that the"
                " campaign was activated at this shop's address."
            ),
        )
    if stale_age is not None and stale_age > STALE_LATE:
        yield Problem(
            code="scoring_late",
            problem=_("News about a customer has been waiting for %(age)s to be taken in.")
            % {"age": in_words(stale_age)},
            cure=_("See that a worker runs the task saleor_relacional.tasks.score_stale."),
        )


def _hand_over_problems(unknown: int, errors: tuple[Errors, ...]) -> Iterator[Problem]:
    if unknown:
        yield Problem(
            code="unknown_touches",
            problem=_("Of %(count)d messages it is not known whether they left.") % {"count": unknown},
            cure=_("Look for them in the mail server's log. They are not sent again by themselves."),
        )
    if errors:
        yield Problem(
            code="errors",
            problem=_(
                "%(count)d errors of ours within the last three days, the latest in %(place)s: %(kind)s."
            )
            % {"count": sum(each.count for each in errors), "place": errors[0].place, "kind": errors[0].kind},
            cure=_("Look in the log of that place at that time, and tell us if the cause is ours."),
        )


def _provider_problems(now: datetime, using: str | None) -> Iterator[Problem]:
    provider = providers.current(now, using=using)
    if provider.stopped_at is not None:
        refused = provider.stop_reason == providers.TEN_REFUSALS
        why = (
            _("ten mails in a row were refused")
            if refused
            else _("the mail server answered %(answer)s") % {"answer": provider.stop_reason}
        )
        yield Problem(
            code="sending_stopped",
            problem=_("Sending has stopped: %(why)s. Nothing leaves until you start it again.")
            % {"why": why},
            cure=_(
                "Ask your mail provider what is wrong with the address or its reputation, mend it, and start again with"
                " the mutation relationshipSendingRestart, best with a test mail."
            ),
        )


def _import_problems(now: datetime, using: str | None) -> Iterator[Problem]:
    for name, agreed_at in sql.rows(_UNFINISHED, {"before": now - IMPORT_LATE}, using=using):
        yield Problem(
            code="import_unfinished",
            problem=_(
                "The import of the history %(name)s was cut short %(age)s ago: until it ends, nobody of whom it tells"
                " is judged anew, and the shop is not learnt."
            )
            % {"name": name, "age": in_words(now - agreed_at)},
            cure=_(
                "Run manage.py relacional_import again with the same file and options: it goes on. Or take it back with"
                " --undo %(name)s."
            )
            % {"name": name},
        )


def _fit_problems(using: str | None) -> Iterator[Problem]:
    for as_of, good in sql.rows(_FIT, using=using):
        if not good:
            yield Problem(
                code="fit_failed",
                problem=_(
                    "Learning the shop on %(day)s found no stable answer: what was learnt before stands."
                )
                % {"day": as_of.astimezone(ZoneInfo(conf.host().time_zone())).date().isoformat()},
                cure=_(
                    "Nothing has to be done: it is tried again a day later. If it stays so for a week, tell us, with"
                    " what manage.py relacional_calibration says."
                ),
            )


def _money_problems() -> Iterator[Problem]:
    held = conf.host().held_money()
    if held:
        shown = ", ".join(f"{each.checkout} ({each.amount} {each.currency})" for each in held[:SHOWN])
        yield Problem(
            code="refused_with_money",
            problem=_("%(number)d checkouts were refused a code when they were paid already: %(which)s.")
            % {"number": len(held), "which": shown + (" …" if len(held) > SHOWN else "")},
            cure=_(
                "Refund their transactions if the buyers do not come back. Saleor does it by itself where the channel"
                " releases the funds of expired checkouts."
            ),
        )


def _harm_problems(using: str | None) -> Iterator[Problem]:
    paused = Campaign.objects.using(using).filter(state=CampaignState.PAUSED).exclude(paused_for="")
    for campaign in paused.order_by("pk")[:SHOWN]:
        yield Problem(
            code="campaign_harms",
            problem=_("The campaign %(name)s has paused itself. %(because)s")
            % {"name": campaign.name, "because": harm_words.because(campaign.paused_for)},
            cure=_("Look at its results. Change what it says or offers in a new campaign, or finish it."),
            campaign=campaign.public_id,
        )


def _case_problems(now: datetime, using: str | None, *, counted: bool) -> Iterator[Problem]:
    number = cases.overdue(now, using=using) if counted else 0
    if number or (not counted and cases.any_overdue(now, using=using)):
        yield Problem(
            code="answers_overdue",
            problem=ngettext(
                "%(number)d customer waits for an answer that is overdue.",
                "%(number)d customers wait for an answer that is overdue.",
                number,
            )
            % {"number": number}
            if counted
            else _("Customers wait for answers that are overdue."),
            cure=_("Answer what they told you: nothing is sold to them before. It stands in the Inbox."),
        )


def in_words(age: timedelta) -> str:
    """The age in whole minutes, hours or days, in the reader's language."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return _("%(count)d minutes") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d hours") % {"count": minutes // 60}
    return _("%(count)d days") % {"count": minutes // 1440}
