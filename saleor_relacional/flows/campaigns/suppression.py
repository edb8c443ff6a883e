"""Why somebody may not be written to: exactly one reason each, judged without looking at the arm.

The first that applies, from the top. What a treated person alone can have (a mail of ours, an offer, a click)
is no reason and must never become one: it would suppress people in one arm only, and the arms would no longer
be alike. What happens to somebody in *another* campaign counts in both of its arms: nobody hears from two campaigns
at once, and neither is measured through the other.

| reason            | when                                                               | ends the wait |
|-------------------|--------------------------------------------------------------------|---------------|
| forgotten         | the person was forgotten; nothing is left to write to              | yes           |
| merged            | the profile became part of another, which is considered instead    | yes           |
| lapse_ended       | they bought, or are in a stage that the campaign does not write to | yes           |
| opted_out         | they said no, or objected at this address                          |               |
| no_basis          | nothing says that we may                                           |               |
| no_address        | we know no address                                                 |               |
| channel_excluded  | their channel is not among the campaign's                          |               |
| no_sender         | nobody is named in whose name their channel's mails leave          |               |
| no_postal_address | that sender has no postal address                                  |               |
| recent_refund     | money went back less than 30 days ago: trust before commerce       |               |
| other_campaign    | another campaign, in whichever arm, came first and its window runs |               |
| capacity          | may be written to, but not before others (waiting, not suppressed)    |               |

A campaign as a whole may be kept from sending (`campaigns.hindrance`): paused, elsewhere, plugin_off,
capacity_undecided. Then nobody is considered; a touch that is queued already waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import consent
from saleor_relacional.models import Basis, CampaignVersion, Sender

SILENCE_AFTER_REFUND = timedelta(days=30)


class Reason(StrEnum):
    """One code each; see the table above."""

    FORGOTTEN = "forgotten"
    MERGED = "merged"
    LAPSE_ENDED = "lapse_ended"
    OPTED_OUT = "opted_out"
    NO_BASIS = "no_basis"
    NO_ADDRESS = "no_address"
    CHANNEL_EXCLUDED = "channel_excluded"
    NO_SENDER = "no_sender"
    NO_POSTAL_ADDRESS = "no_postal_address"
    RECENT_REFUND = "recent_refund"
    OTHER_CAMPAIGN = "other_campaign"
    CAPACITY = "capacity"
    PAUSED = "paused"
    ELSEWHERE = "elsewhere"
    """The database was copied: PUBLIC_URL is not the one that the campaign was activated at."""
    PLUGIN_OFF = "plugin_off"
    CAPACITY_UNDECIDED = "capacity_undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found out about one person."""

    reason: Reason | None
    """None: may be written to."""
    channel: str
    """In whose name; empty when there is none."""
    basis: Basis | None


_PEOPLE = f"""
SELECT p.id, p.email <> '', p.channel, p.merged_into_id IS NOT NULL,
       s.stage = ANY(%(stages)s) AND NOT EXISTS (
           SELECT 1 FROM {tables.PURCHASE} u WHERE u.profile_id = p.id AND u.state = 'counts'
             AND u.placed_at > s.last_at AND u.placed_at <= %(now)s),
       EXISTS (
           SELECT 1 FROM {tables.REFUND} r WHERE r.profile_id = p.id
             AND r.happened_at > %(refunds_since)s AND r.happened_at <= %(now)s),
       EXISTS (
           SELECT 1 FROM {tables.ENROLMENT} other
           WHERE other.profile_id = p.id AND other.campaign_id <> %(campaign)s AND other.state = 'started'
             AND other.window_ends_at > %(now)s AND NOT EXISTS (
               SELECT 1 FROM {tables.ENROLMENT} own
               WHERE own.profile_id = p.id AND own.campaign_id + 0 = %(campaign)s AND own.state = 'started'
                 AND own.window_ends_at > %(now)s AND (own.started_at, own.id) < (other.started_at, other.id)))
FROM {tables.PROFILE} p LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = p.id
WHERE p.id = ANY(%(ids)s)
"""


def judge(profile_ids: Sequence[int], version: CampaignVersion, now: datetime) -> dict[int, Reason | None]:
    """Why each of these people may not be written to by this version now; None: may.

    The same question before somebody starts and right before a mail is handed over.
    """
    return {profile_id: found.reason for profile_id, found in weigh(profile_ids, version, now).items()}


def weigh(profile_ids: Sequence[int], version: CampaignVersion, now: datetime) -> dict[int, Judgement]:
    """As `judge`, with the channel and the basis. A constant number of queries; every id gets an answer."""
    ids = list(profile_ids)
    senders = policy.senders()
    bases = consent.bases(ids, now=now)
    people = sql.rows(
        _PEOPLE,
        {
            "ids": ids, "stages": version.stages, "now": now, "refunds_since": now - SILENCE_AFTER_REFUND,
            "campaign": version.campaign_id,
        },
    )  # fmt: skip
    gone = Judgement(reason=Reason.FORGOTTEN, channel="", basis=None)
    found = {row[0]: _weigh(row, bases.get(row[0]), version, senders) for row in people}
    return {profile_id: found.get(profile_id, gone) for profile_id in ids}


def _weigh(
    row: tuple[Any, ...], basis: Basis | None, version: CampaignVersion, senders: Mapping[str, Sender]
) -> Judgement:
    _, addressed, own_channel, merged, lapsed, refunded, elsewhere = row
    channel = policy.channel_for(own_channel, version.channels, senders)
    sender = senders.get(channel) if channel else None
    excluded = channel is None and bool(own_channel)
    reasons = (
        (Reason.MERGED, merged),
        (Reason.LAPSE_ENDED, not lapsed),
        (Reason.OPTED_OUT, basis == Basis.OPT_OUT),
        (Reason.NO_BASIS, basis is None),
        (Reason.NO_ADDRESS, not addressed),
        (Reason.CHANNEL_EXCLUDED, excluded),
        (Reason.NO_SENDER, sender is None),
        (Reason.NO_POSTAL_ADDRESS, sender is not None and not sender.postal_address.strip()),
        (Reason.RECENT_REFUND, refunded),
        (Reason.OTHER_CAMPAIGN, elsewhere),
    )
    reason = next((reason for reason, applies in reasons if applies), None)
    return Judgement(reason=reason, channel=channel or "", basis=basis)
