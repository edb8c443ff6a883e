"""What a version of a campaign says: whom it considers, its steps, its share of the day. Checked before it is kept."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.emails import library
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.campaigns.campaign import ladders, limits
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungRule
from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import CampaignVersion, RungKind, Stage
from saleor_relacional.rules.contact.policy import AS_THE_SHOP, CampaignContactPolicy

CHECKOUT = frozenset({"lines", "more"})
"""What mails know of the checkout that they lead back to: see sending/occasion.py."""
OBJECTIVES = (Goal.RECOVER, Goal.RETAIN, Goal.ACQUIRE)
MOST_STEPS = 10
LONGEST_WAIT = 365
"""Days."""
MOST_RHYTHMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The content of a version."""

    stages: tuple[str, ...] | None = None
    """None: those of the campaign's kind, until it is checked."""
    steps: tuple[Step, ...] | None = None
    """None: as with stages."""
    channels: tuple[str, ...] = ()
    """Slugs; empty means every channel that has a sender."""
    daily_capacity: int = 0
    """Mails per day at most; 0 sends nothing."""
    segment: UUID | None = None
    """Public id of the segment for whose people it is; None: of none."""
    objective: str = ""
    """What it is after, where the kind leaves that to its owner (a Goal); empty: what the kind is after."""
    control_share: Decimal | None = None
    """Of the people who are enrolled under it, from 0 to below 1. None: as with stages."""
    learning: bool = False
    """Whether the rung of its first step is drawn by what was learnt, instead of by its rules."""
    starts_on: date | None = None
    ends_on: date | None = None
    """Days of the shop between which, both included, somebody may start. None: no limit."""
    languages: tuple[str, ...] = ()
    """Whose readers are written to; empty means everybody."""
    month_budget: Decimal | None = None
    """What its offers may take off at most per calendar month of the shop. None: no limit."""
    budget_currency: str = ""
    contact_policy: CampaignContactPolicy = AS_THE_SHOP
    """In what it is stricter than the shop. Checked where it is given (contact_policy.check_stricter); where the shop
    has become stricter since, that holds."""
    topic: str = ""
    """Key of the topic that it is about: whoever does not want to hear about that is passed by. Empty: of none."""


def terms_of(version: CampaignVersion) -> Terms:
    """The content of a version, as it was kept."""
    steps = tuple(
        Step(
            message=step.message, wait_days=step.wait_days, wait_rhythms=step.wait_rhythms, offer_days=step.offer_days,
            default_rung=step.default_rung,
            rungs=tuple(rungs.of(rung) for rung in sorted(step.rungs.all(), key=lambda rung: rung.number)),
            rules=tuple(RungRule(segment=UUID(segment), rung=rung) for segment, rung in step.rules),
        )
        for step in version.steps.order_by("number").prefetch_related("rungs")
    )  # fmt: skip
    return Terms(
        stages=tuple(version.stages), steps=steps, channels=tuple(version.channels),
        daily_capacity=version.daily_capacity, segment=version.segment, objective=version.objective,
        control_share=version.control_share, learning=version.learning,
        starts_on=version.starts_on, ends_on=version.ends_on, languages=tuple(version.languages),
        month_budget=version.month_budget, budget_currency=version.budget_currency,
        contact_policy=contact_policy.own(version), topic=version.topic,
    )  # fmt: skip


def checked(terms: Terms, kind: CampaignKind, *, before: Terms | None = None) -> Terms:
    """As it will be kept: what is empty filled in from the kind. `before`: what is kept now, of the same kind. Raises
    BadInput with the field at fault."""
    stages = kind.stages if terms.stages is None else terms.stages
    given = kind.steps if terms.steps is None else terms.steps
    currencies = {channel.slug: channel.currency for channel in conf.host().channels()}
    if not stages or not set(stages) <= set(Stage.values):
        raise BadInput(_("Name stages that exist."), field="stages")
    if not set(terms.channels) <= set(currencies):
        raise BadInput(_("The shop has no channel of this slug."), field="channels")
    input_validation.mails_per_day(terms.daily_capacity, field="dailyCapacity")
    if terms.segment is not None:
        audience.check(terms.segment)
    topics.check(terms.topic)
    if terms.objective:
        _check_objective(terms.objective, kind)
    if not 1 <= len(given) <= MOST_STEPS:
        raise BadInput(_("A campaign has 1 to %(most)s steps.") % {"most": MOST_STEPS}, field="steps")
    sold_in = {slug: currencies[slug] for slug in terms.channels or currencies}
    checked_steps = (_checked(step, kind, f"steps[{place}]") for place, step in enumerate(given))
    steps = tuple(
        ladders.checked(step, f"steps[{place}]", sold_in) for place, step in enumerate(checked_steps)
    )
    _check_patience(steps, given, kind)
    if not _have_bought(kind, stages):
        same = before is not None and set(before.stages or ()) == set(stages)
        told = {step.message for step in before.steps or ()} if before and same else set[str]()
        _check_names_no_purchase(steps, told)
    moneys = set(sold_in.values())
    limits.checked_days(terms.starts_on, terms.ends_on)
    budget, currency = limits.checked_budget(terms.month_budget, terms.budget_currency, moneys)
    share = _share(terms, kind)
    if terms.learning:
        _check_learning(steps[0], share)
    return replace(
        terms, stages=stages, steps=steps, control_share=share, month_budget=budget,
        budget_currency=currency,
        languages=limits.checked_languages(terms.languages, [step.message for step in steps]),
    )  # fmt: skip


def _share(terms: Terms, kind: CampaignKind) -> Decimal:
    share = kind.control_share if terms.control_share is None else terms.control_share
    share = input_validation.amount(share, field="controlShare", places="0.001")
    if not 0 <= share < 1:
        raise BadInput(
            _("The share of the control group is from 0 up to, not including, 1."), field="controlShare"
        )
    if share and kind.apologises:
        raise BadInput(_("Nobody is held out of an apology: give a share of 0."), field="controlShare")
    return share


def _check_learning(first: Step, share: Decimal) -> None:
    """Nothing and a word are always among what is drawn, and a control group is always kept."""
    kinds = [rung.kind for rung in first.rungs]
    if not {RungKind.NOTHING, RungKind.WORD} <= set(kinds) or len(kinds) < 3:
        raise BadInput(
            _("To learn, the ladder of the first step needs nothing, a word and at least one rung more."),
            field="learning",
        )
    if not share:
        raise BadInput(_("To learn, keep a control group: give a controlShare above 0."), field="learning")


def _check_objective(objective: str, kind: CampaignKind) -> None:
    """Only who chooses the people chooses what is wanted of them."""
    if not kind.for_audience:
        raise BadInput(_("What this kind of campaign is after is fixed."), field="objective")
    if objective not in OBJECTIVES:
        raise BadInput(_("An objective is recover, retain or acquire."), field="objective")


def _check_patience(steps: Sequence[Step], given: Sequence[Step], kind: CampaignKind) -> None:
    """A kind may offer nothing, or nothing before some of the person's own rhythms have passed."""
    waited = accumulate(step.wait_rhythms for step in steps)
    for place, (step, rhythms) in enumerate(zip(steps, waited, strict=True)):
        field = f"steps[{place}].{'discount' if given[place].discount else 'rungs'}"
        if step.offers and kind.offers_after is None:
            raise BadInput(_("This kind of campaign offers nothing, ever."), field=field)
        if step.offers and kind.offers_after and rhythms < kind.offers_after:
            raise BadInput(
                _(
                    "This kind of campaign offers nothing so early: let this step and those before it wait"
                    " %(rhythms)s own rhythms in all (waitRhythms)."
                )
                % {"rhythms": f"{kind.offers_after.normalize():f}"},
                field=field,
            )


def _checked(step: Step, kind: CampaignKind, place: str) -> Step:
    rhythms = input_validation.amount(step.wait_rhythms, field=f"{place}.waitRhythms", places="0.001")
    step, known = replace(step, wait_rhythms=rhythms), step.message in library.names()
    problems: Sequence[tuple[str, bool, str]] = (
        ("message", not known, _("There is no such mail.")),
        (
            "message",
            known and not library.occasion(step.message) <= occasion_of(kind),
            _("This mail speaks of what this kind of campaign does not know."),
        ),
        (
            "waitDays",
            not 0 <= step.wait_days <= LONGEST_WAIT,
            _("A step waits 0 to %(most)s days.") % {"most": LONGEST_WAIT},
        ),
        (
            "waitRhythms",
            not 0 <= rhythms <= MOST_RHYTHMS,
            _("A step waits 0 to %(most)s own rhythms.") % {"most": MOST_RHYTHMS},
        ),
        ("waitRhythms", bool(step.wait_days and rhythms), _("A step waits days or own rhythms, not both.")),
        ("offerDays", not 1 <= step.offer_days <= 365, _("An offer lasts 1 to 365 days.")),
    )
    for field, wrong, cure in problems:
        if wrong:
            raise BadInput(cure, field=f"{place}.{field}")
    return step


def _check_names_no_purchase(steps: Sequence[Step], told: Set[str]) -> None:
    """`told`: mails that it has sent to the same people before; what its owner knows of them we do not."""
    for place, step in enumerate(steps):
        if _names_a_purchase(step.message) and step.message not in told:
            raise BadInput(
                _("This mail names the last purchase, and some of these people may not have bought yet: choose another"
                  " one, or leave “Not a buyer yet” out of where they stand."),
                field=f"steps[{place}].message",
            )  # fmt: skip


def _names_a_purchase(message: str) -> bool:
    return "last_purchase.on" in library.always(message)


def _have_bought(kind: CampaignKind, stages: Sequence[str]) -> bool:
    """Whether everybody has whom a campaign of this kind considers: its stages say so, or what opens a cycle does, by
    which its own mails name a purchase."""
    return Stage.PROSPECT not in stages or all(_names_a_purchase(step.message) for step in kind.steps)


def occasion_of(kind: CampaignKind) -> Set[str]:
    """Names of what the mails of a kind know of the occasion."""
    return kind.occasion.keys() | (CHECKOUT if kind.checkout else set())
