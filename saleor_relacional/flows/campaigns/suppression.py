"""Why somebody may not be written to: exactly one reason each, judged without looking at the arm.

The first that applies, from the top. What a treated person alone can have (a mail of ours, an offer, a click)
is no reason and must never become one: it would suppress people in one arm only, and the arms would no longer
be alike. What other campaigns say to somebody counts as it was booked, in both of their arms (the contact budget,
docs/maths.md).

| reason            | when                                                               | ends the wait |
|-------------------|--------------------------------------------------------------------|---------------|
| forgotten         | the person was forgotten; nothing is left to write to              | yes           |
| merged            | the profile became part of another, which is considered instead    | yes           |
| no_profiling      | they object to profiling, and the campaign lives by what we believe  | yes           |
| cycle_over        | they left the state that the campaign is for (a win-back: bought)  | yes           |
| audience          | they are not in the segment to which the campaign is narrowed        |               |
| excluded          | the owner excluded them: themselves, a segment, their address        |               |
| opted_out         | they said no to what this message is for, or objected at this address |             |
| no_basis          | nothing says that we may send content, or offers (service needs nothing) |          |
| no_address        | we know no address                                                 |               |
| bad_address       | no mail can be addressed to it, such as `josé@…`                   |               |
| channel_excluded  | their channel is not among the campaign's                          |               |
| language          | they read none of the campaign's languages                            |               |
| no_sender         | nobody is named in whose name their channel's mails leave          |               |
| no_postal_address | that sender has no postal address                                  |               |
| left_in_peace     | a sunset asked them, in whichever arm, and they have done nothing   |               |
|                   | of their own accord since; service messages alone may be sent       |               |
| shop_control      | they are held out of everything commercial to measure what all of it  |               |
|                   | brings (docs/maths.md); service messages alone may be sent            |               |
| just_looking      | they want nothing but what they ask for                              |               |
| no_selling        | they want no offers, and this is one                                 |               |
| topic             | they do not want to hear about what it is about                      |               |
| trust             | they have not done yet what a message of this kind asks for         |               |
| no_own_act        | as many messages as are allowed, and no own act since               |               |
| silence           | they were disappointed (given back whole, complaint, bad rating), and |             |
|                   | nobody has apologised; or a part was given back some days ago       |               |
| order_gap         | their order has not reached them long enough ago                    |               |
| other_offer       | an offer that was booked for them may still be spent                |               |
| week_cap          | they hear enough in these 7 days                                    |               |
| month_cap         | they hear enough in these 30 days                                   |               |
| paused            | they asked for silence until a moment                                |               |
| not_before        | they asked for no reminder before a day                              |               |
| less_often        | they asked to hear less often than the shop would write              |               |
| budget            | may be written to, but what their offer takes off does not fit into the |               |
|                   | month's money any more (waiting, not suppressed)                      |               |
| capacity          | may be written to, but not before others (waiting, not suppressed)    |               |

What keeps a campaign as a whole from sending is a hindrance: see hindrance.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.emails import message
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.campaigns.campaign import budget, limits
from saleor_relacional.flows.campaigns.kinds import fragments, selling
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of, kinds
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import contact_policy, exclusions, holds
from saleor_relacional.flows.contact.booking import Key
from saleor_relacional.flows.contact.holds import Held
from saleor_relacional.flows.segments import audience
from saleor_relacional.flows.shop_control import draw, entries, periods
from saleor_relacional.models import Arm, Basis, CampaignStep, CampaignVersion, Purpose, Sender
from saleor_relacional.rules.contact.columns import ContactReason


class Suppression(StrEnum):
    """Why one person is not written to, one code each; see the table above."""

    FORGOTTEN = "forgotten"
    MERGED = "merged"
    NO_PROFILING = "no_profiling"
    CYCLE_OVER = "cycle_over"
    AUDIENCE = "audience"
    EXCLUDED = "excluded"
    OPTED_OUT = "opted_out"
    NO_BASIS = "no_basis"
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    CHANNEL_EXCLUDED = "channel_excluded"
    LANGUAGE = "language"
    NO_SENDER = "no_sender"
    NO_POSTAL_ADDRESS = "no_postal_address"
    LEFT_IN_PEACE = "left_in_peace"
    SHOP_CONTROL = entries.REASON
    JUST_LOOKING = ContactReason.JUST_LOOKING.value
    NO_SELLING = ContactReason.NO_SELLING.value
    TOPIC = ContactReason.TOPIC.value
    TRUST = ContactReason.TRUST.value
    NO_OWN_ACT = ContactReason.NO_OWN_ACT.value
    SILENCE = ContactReason.SILENCE.value
    ORDER_GAP = ContactReason.ORDER_GAP.value
    OTHER_OFFER = ContactReason.OTHER_OFFER.value
    WEEK_CAP = ContactReason.WEEK_CAP.value
    MONTH_CAP = ContactReason.MONTH_CAP.value
    PAUSED = ContactReason.PAUSED.value
    NOT_BEFORE = ContactReason.NOT_BEFORE.value
    LESS_OFTEN = ContactReason.LESS_OFTEN.value
    BUDGET = budget.REASON
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found out about one person."""

    reason: Suppression | None
    """None: may be written to."""
    channel: str
    """In whose name; empty when there is none."""
    basis: Basis | None
    until: datetime | None = None
    """When what time alone ends is over; None: nothing of that kind holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Messages that are about to be handed over, all of one step, one to each person."""

    step: CampaignStep
    bookings: Sequence[Key]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the reasons are judged by of one person, as `grounds` reads it."""

    address: str
    channel: str
    """Their own; empty where we know none."""
    language: str
    merged: bool
    open: bool
    """They are in the state that the campaign is for."""
    in_peace: bool
    """A sunset asked them, and they have done nothing since."""
    shop_arm: str
    """In which they entered the shop-wide comparison in this period; empty before, and while there is none."""
    believed: bool
    """False of whoever objects to profiling."""


def grounds(kind: CampaignKind) -> str:
    """Columns of Grounds, of a profile `p` and its summary `s`; asks for `asked`."""
    return f"""p.email, p.channel, p.language, p.merged_into_id IS NOT NULL,
    (({kind.open}) AND NOT ({kind.ended})) IS TRUE,
    CASE WHEN EXISTS (SELECT FROM {tables.CAMPAIGN} c WHERE c.kind = ANY(%(peace)s)) THEN EXISTS (
        SELECT 1 FROM {tables.ENROLMENT} asked JOIN {tables.CAMPAIGN} c ON c.id = asked.campaign_id
        WHERE c.kind = ANY(%(peace)s) AND asked.profile_id = p.id AND asked.state = 'started'
          AND asked.started_at <= %(now)s AND asked.started_at > {fragments.LAST_OWN_ACT}) ELSE false END,
    {draw.entered("p.id")},
    NOT EXISTS (SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = p.id AND asks.no_profiling)"""


def asked(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """The parameters of `grounds`."""
    return {
        **cycles.parameters(version, now), **draw.parameters(now), "peace": _peace(cycles.kind(version)),
    }  # fmt: skip


def _people(kind: CampaignKind) -> str:
    """Per person of %(ids)s who is still there. Summaries one by one by their key: else everybody's may be read for a
    few thousand people."""
    return f"""
SELECT p.id, {grounds(kind)} FROM {tables.PROFILE} p
LEFT JOIN LATERAL (SELECT * FROM {tables.CUSTOMER_SUMMARY} WHERE profile_id = p.id LIMIT 1) s ON true
WHERE p.id = ANY(%(ids)s)
"""


def judge(
    profile_ids: Sequence[int], version: CampaignVersion, now: datetime
) -> dict[int, Suppression | None]:
    """Why each of these people may not be written to by this version now; None: may."""
    return {profile_id: found.reason for profile_id, found in weigh(profile_ids, version, now).items()}


def weigh(
    profile_ids: Sequence[int], version: CampaignVersion, now: datetime, *, leaving: Leaving | None = None,
    known: Mapping[int, Grounds] | None = None,
) -> dict[int, Judgement]:  # fmt: skip
    """Like `judge`, with the channel and the basis. A constant number of queries; every id gets an answer. `known`: the
    grounds of all of them, where they were read just now.

    The same question before somebody starts, of the first message, and right before those that are `leaving`, of those:
    their own bookings do not stand in their way.
    """
    ids = list(profile_ids)
    senders = policy.senders()
    purpose = selling.purpose(cycles.kind(version), leaving.step if leaving else selling.first_step(version))
    bases = _bases(ids, purpose, now)
    people = _grounds(ids, version, now) if known is None else known
    gone = Judgement(reason=Suppression.FORGOTTEN, channel="", basis=None)
    found = {
        person: _weigh(one, bases.get(person), version, senders, purpose) for person, one in people.items()
    }
    over = (Suppression.MERGED, Suppression.NO_PROFILING, Suppression.CYCLE_OVER)
    for profile_id in exclusions.excluded([*found], now):
        if found[profile_id].reason not in over:
            found[profile_id] = replace(found[profile_id], reason=Suppression.EXCLUDED)
    reason, outside = _outside(version, [*found], leaving, now)
    for profile_id in outside:
        if found[profile_id].reason not in over:
            found[profile_id] = replace(found[profile_id], reason=reason)
    free = [profile_id for profile_id, one in found.items() if one.reason is None]
    out, until = _held_out(free, people, version, leaving, now)
    for profile_id in out:
        found[profile_id] = replace(found[profile_id], reason=Suppression.SHOP_CONTROL, until=until)
    for profile_id, held in _held([one for one in free if one not in out], version, leaving, now).items():
        found[profile_id] = replace(found[profile_id], reason=Suppression(held.reason), until=held.until)
    return {profile_id: found.get(profile_id, gone) for profile_id in ids}


def _bases(people: Sequence[int], purpose: Purpose, now: datetime) -> dict[int, Basis | None]:
    """On what ground each may be written to. A campaign of service needs none, and hears a no all the same: whoever
    left gets what they are owed (sending/service), and nothing that we think of ourselves."""
    found = consent.bases(people, now=now, purpose=purpose)
    if purpose is Purpose.SERVICE:
        found |= dict.fromkeys(consent.left(people, now=now), Basis.OPT_OUT)
    return found


def _grounds(people: Sequence[int], version: CampaignVersion, now: datetime) -> dict[int, Grounds]:
    found = sql.rows(_people(cycles.kind(version)), {**asked(version, now), "ids": sql.keys(people)})
    return {row[0]: Grounds(*row[1:]) for row in found}


def _outside(
    version: CampaignVersion, people: Sequence[int], leaving: Leaving | None, now: datetime
) -> tuple[Suppression, set[int]]:
    """Those of them who are not in the segment of the version, and what that means. Whether the cycle of a campaign for
    that segment is open the plan has just written down; right before messages are `leaving` the rule is asked again."""
    if not cycles.kind(version).for_audience:
        return Suppression.AUDIENCE, audience.outside(version, people, now)
    return Suppression.CYCLE_OVER, audience.outside(version, people, now) if leaving else set()


def _held_out(
    people: Iterable[int], known: Mapping[int, Grounds], version: CampaignVersion, leaving: Leaving | None,
    now: datetime,
) -> tuple[set[int], datetime | None]:  # fmt: skip
    """Those of them who are in the shop-wide control group, and until when; what is `leaving` does not wait for
    that."""
    out = {one for one in people if known[one].shop_arm == Arm.CONTROL}
    if not out or not _sells(version, leaving):
        return set(), None
    period = periods.current(now)
    return out, period.ends_at if period and leaving is None else None


def _sells(version: CampaignVersion, leaving: Leaving | None) -> bool:
    """Whether this message is there to sell, or before there is one the version's first."""
    return selling.sells(cycles.kind(version), leaving.step if leaving else selling.first_step(version))


def _held(
    people: Sequence[int], version: CampaignVersion, leaving: Leaving | None, now: datetime
) -> Mapping[int, Held]:
    """Those of them whom the contact policy holds back, the shop's and the version's. Service is held from nobody."""
    step = leaving.step if leaving else selling.first_step(version)
    kind = cycles.kind(version)
    if not people or not selling.sells(kind, step):
        return {}
    return holds.held(
        people, now, contact_policy.of(version), level=selling.trust(step), after_all=kind.leaves_in_peace,
        topic=version.topic,
        before=leaving.bookings if leaving else (),
    )  # fmt: skip


def _peace(kind: CampaignKind) -> list[str]:
    """Kinds after which this one leaves people in peace."""
    if not kind.commercial or kind.leaves_in_peace:
        return []
    return [each.name for each in kinds().values() if each.leaves_in_peace]


def _weigh(
    one: Grounds,
    basis: Basis | None,
    version: CampaignVersion,
    senders: Mapping[str, Sender],
    purpose: Purpose,
) -> Judgement:
    kind = kind_of(version.campaign.kind)
    channel = policy.channel_for(one.channel, version.channels, senders)
    sender = senders.get(channel) if channel else None
    reason = (
        Suppression.MERGED if one.merged
        else Suppression.NO_PROFILING if kind.believes and not one.believed
        else Suppression.CYCLE_OVER if not one.open
        else Suppression.OPTED_OUT if basis == Basis.OPT_OUT
        else Suppression.NO_BASIS if basis is None and purpose is not Purpose.SERVICE
        else Suppression.NO_ADDRESS if not (address := one.address.strip())
        else Suppression.BAD_ADDRESS if message.deliverable(address) is None
        else Suppression.CHANNEL_EXCLUDED if channel is None and one.channel
        else Suppression.LANGUAGE if not limits.reads(one.language, version.languages)
        else Suppression.NO_SENDER if sender is None
        else Suppression.NO_POSTAL_ADDRESS if not sender.postal_address.strip()
        else Suppression.LEFT_IN_PEACE if one.in_peace
        else None
    )  # fmt: skip
    return Judgement(reason=reason, channel=channel or "", basis=basis)
