"""What an installation still lacks, each with its cure. Reads everything, changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.emails import message
from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.operations import attribute_troubles, mail_requirements, placement
from saleor_relacional.flows.people import tombstones
from saleor_relacional.hosts.base import Requirement
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import (
    Campaign,
    CampaignState,
    Consent,
    Cursor,
    Policy,
    Sender,
)

SWEEP_IS_LATE_AFTER = timedelta(minutes=30)
WHOLE = 0.99
"""A shop that sells while it is read is never read to the last order."""

KNOWN = {
    FactKind.CUSTOMER: f"SELECT count(*) FROM {tables.IDENTITY} WHERE kind = 'account' AND source = %s",
    FactKind.ORDER: f"SELECT count(*) FROM {tables.PURCHASE} WHERE source = %s",
}


def findings(now: datetime, *, names: bool = False) -> list[Requirement]:
    """Everything that is missing, fatal requirements first; only the tables, while those are not in place. `names`:
    also what name servers say of the sending domains, which may take seconds."""
    placed = placement.unmet_requirements()
    if any(requirement.fatal for requirement in placed):
        return placed
    ours = [
        *_key(),
        *_address(),
        *_checkouts(),
        *_policy(),
        *_senders(),
        *mail_requirements.unheard(),
        *(mail_requirements.of_domains() if names else ()),
        *_basis(),
        *_currencies(),
        *_history(),
        *_timetable(),
        *_copies(now),
        *attribute_troubles.found(now),
    ]
    found = [*placed, *conf.host().unmet_requirements(), *ours]
    return sorted(found, key=lambda requirement: not requirement.fatal)


def history_share() -> float:
    """Share of the shop's accounts that we know, 0 to 1; 1 when the shop has none. Orders are read after them, and
    many never count as a purchase, so their number says less."""
    there = conf.host().count(FactKind.CUSTOMER)
    known = sql.rows(KNOWN[FactKind.CUSTOMER], [conf.host().source])[0][0]
    return min(1.0, known / there) if there else 1.0


def _key() -> Iterator[Requirement]:
    if not tombstones.is_kept(tombstones.installation()):
        yield Requirement(
            code="tombstone_key",
            problem=_(
                "TOMBSTONE_KEY is not the key that forgotten people were hashed with: nothing is read and nothing"
                " leaves."
            ),
            cure=_(
                "Set it back, or run manage.py relacional_rekey --old-key KEY with the key that held until now."
            ),
        )


def _address() -> Iterator[Requirement]:
    url = conf.host().public_url()
    if url and not message.secure(url):
        yield Requirement(
            code="insecure_public_url",
            problem=_(
                "PUBLIC_URL is no https:// address: no mail can leave, because one-click unsubscribing needs it."
            ),
            cure=_(
                "Serve the shop over https and set PUBLIC_URL to that address; http:// is for this machine alone."
            ),
        )


def _checkouts() -> Iterator[Requirement]:
    try:
        conf.checkout_path()
    except Misconfigured:
        yield Requirement(
            code="checkout_path",
            problem=_(
                "RELACIONAL['CHECKOUT_PATH'] is no address of a checkout: no mail can lead back to one that was left."
            ),
            cure=_("Give a path or an https:// address in which {checkout} stands, such as %(usual)s.")
            % {"usual": conf.CHECKOUT_PATH},
            fatal=False,
        )


def _policy() -> Iterator[Requirement]:
    policy = Policy.objects.first()
    if policy is None or policy.daily_capacity is None:
        yield Requirement(
            code="capacity",
            problem=_("Nobody has decided how many mails may leave per day, so none leaves."),
            cure=_(
                "Decide it on the page Setting up in the dashboard, or set dailyCapacity with the mutation"
                " relationshipPolicyUpdate."
            ),
        )


def _senders() -> Iterator[Requirement]:
    known = set(Sender.objects.values_list("channel", flat=True))
    for channel in conf.host().channels():
        if channel.slug not in known:
            yield Requirement(
                code="sender",
                problem=_(
                    "The channel %(channel)s has no sender and no postal address: nothing leaves in it."
                )
                % {"channel": channel.slug},
                cure=_(
                    "Name them on the page Setting up in the dashboard, or with the mutation"
                    " relationshipSenderUpdate."
                ),
                fatal=not known,
                about=channel.slug,
            )


def _basis() -> Iterator[Requirement]:
    policy = Policy.objects.first()
    if (policy and policy.soft_opt_in) or Consent.objects.exclude(basis="opt_out").exists():
        return
    yield Requirement(
        code="basis",
        problem=_("Nobody has agreed to be written to, and soft opt-in for buyers is off."),
        cure=_(
            "Let customers agree (relationshipConsentUpdate), or, where you told buyers when they bought, turn on soft"
            " opt-in with the text they were shown: on the page Setting up, or with relationshipPolicyUpdate."
        ),
    )


def _currencies() -> Iterator[Requirement]:
    policy = Policy.objects.first()
    main, rates = (policy.reporting_currency, policy.rates) if policy else ("", {})
    used = sorted({channel.currency for channel in conf.host().channels()})
    if main:
        lacking = [currency for currency in used if currency != main and currency not in rates]
        problem = _("Money in %(currencies)s has no rate into %(main)s and is left out of what is added up.")
    else:
        lacking = used if len(used) > 1 else []
        problem = _("The shop sells in %(currencies)s, and nobody has said in which money is added up.")
    if lacking:
        yield Requirement(
            code="reporting_currency",
            problem=problem % {"currencies": ", ".join(lacking), "main": main},
            cure=_(
                "Name the reporting currency and its rates on the page Setting up, or with the mutation"
                " relationshipPolicyUpdate."
            ),
            fatal=False,
        )


def _history() -> Iterator[Requirement]:
    if (share := history_share()) < WHOLE:
        yield Requirement(
            code="history",
            problem=_("Only %(percent)d %% of the customers have been read so far.")
            % {"percent": int(share * 100)},
            cure=_("Run manage.py relacional_sync; it goes on where it stopped."),
        )


def _timetable() -> Iterator[Requirement]:
    late = Cursor.objects.filter(
        name__startswith="sweep:", finished_at__gt=sql.real_now() - SWEEP_IS_LATE_AFTER
    )
    if not late.exists():
        yield Requirement(
            code="timetable",
            problem=_("No sweep has finished within the last half hour: nobody runs our tasks."),
            cure=_(
                "Start a Celery worker and Celery beat for this shop, and see that they reach the broker."
            ),
        )


def _copies(now: datetime) -> Iterator[Requirement]:
    for campaign in Campaign.objects.filter(state=CampaignState.ACTIVE):
        if hindrance(campaign, now) is Hindrance.ELSEWHERE:
            yield Requirement(
                code="copy",
                problem=_(
                    "The campaign %(name)s was activated at another address; this looks like a copy of the shop."
                )
                % {"name": campaign.name},
                cure=_("If it is not a copy, confirm by activating the campaign again with confirm: true."),
            )
