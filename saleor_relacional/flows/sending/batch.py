"""What of a batch may leave now, asked for all of it at once: each mail's last check is the conditional UPDATE with
which its hand-over begins.

What surprises us about a batch is looked for person by person, so that one who cannot be judged keeps nobody else's
mail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import suppression
from saleor_relacional.flows.campaigns.suppression import Judgement, Leaving, Suppression
from saleor_relacional.flows.contact import contact_policy, standing
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.sending import facts, last_question, occasion, offers
from saleor_relacional.flows.sending.facts import PersonFacts
from saleor_relacional.flows.sending.last_question import Objection
from saleor_relacional.flows.sending.offers import Wanted
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.models import Incentive, Profile
from saleor_relacional.once import answered_alike
from saleor_relacional.rules.contact import hours
from saleor_relacional.rules.contact.policy import ContactPolicy

_DATES = ("vouched_since", "joined_at", "created_at")
"""Of a profile, which no mail asks for: reading a date takes as long as reading ten words."""
QUIET_HOURS = "quiet_hours"
"""Why a mail waits for the hour at which the shop writes to somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A mail that may leave, with all that its words are made of."""

    mail: StepMail
    profile: Profile
    judged: Judgement
    offer: Incentive | None
    facts: PersonFacts
    told: Mapping[str, object]
    """What the campaign's kind names of the occasion, as SQL answered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """A mail that may leave, before its code works."""

    mail: StepMail
    profile: Profile
    judged: Judgement


Found = TypeVar("Found")

Outcome = Ready | Objection | Exception
"""Of one mail: it is ready, something is against it, or it could not be judged (counted already)."""


def judge(
    mails: Sequence[StepMail], context: ShopContext, now: datetime
) -> Mapping[int, Free | Objection | Exception]:
    """Touch's id → whether its mail may leave. Nothing is written."""
    return _apart(mails, lambda some: _judge(some, context, now), now)


def prepare(free: Sequence[Free], now: datetime) -> Mapping[int, Outcome]:
    """Touch's id → the mail with what it is made of, its code working at the host."""
    by_touch = {each.mail.touch.pk: each for each in free}
    return _apart(
        [each.mail for each in free],
        lambda some: _prepare([by_touch[mail.touch.pk] for mail in some], now),
        now,
    )


def _apart(
    mails: Sequence[StepMail], ask: Callable[[Sequence[StepMail]], Mapping[int, Found]], now: datetime
) -> dict[int, Found | Exception]:  # fmt: skip
    if not mails:
        return {}
    try:
        with answered_alike():
            return dict(ask(mails))
    except Misconfigured:
        raise  # nobody's fault but the owner's: nothing leaves until they mend it
    except Exception as error:  # noqa: BLE001 - counted once it is known whose it is
        if len(mails) == 1:
            failures.count("send", error, now=now)
            return {mails[0].touch.pk: error}
    found: dict[int, Found | Exception] = {}
    for mail in mails:
        found |= _apart([mail], ask, now)
    return found


def _judge(mails: Sequence[StepMail], context: ShopContext, now: datetime) -> dict[int, Free | Objection]:
    whose = {mail.touch.profile_id or 0 for mail in mails}
    people = {one.pk: one for one in Profile.objects.filter(pk__in=sql.among(whose)).defer(*_DATES)}
    against = last_question.ask(mails, now)
    quiet = preferences.quiet(people)
    found: dict[int, Free | Objection] = {}
    for group in _groups(mails):
        leaving = Leaving(step=group[0].step, bookings=[mail.booking for mail in group])
        ids = [mail.touch.profile_id or 0 for mail in group]
        judged = suppression.weigh(ids, group[0].version, now, leaving=leaving)
        policy = context.contact_policy.stricter(contact_policy.own(group[0].version))
        for mail, person in zip(group, ids, strict=True):
            closed = against.get(mail.touch.pk) or _closed(
                people.get(person), quiet.get(person), policy, context.time_zone, now
            )
            found[mail.touch.pk] = _one(mail, people.get(person), judged[person], closed)
    return found


def _groups(mails: Sequence[StepMail]) -> list[list[StepMail]]:
    """Mails of one version and step, each person at most once in a group."""
    groups: dict[tuple[int, int, int], list[StepMail]] = {}
    seen: dict[tuple[int, int, int | None], int] = {}
    for mail in mails:
        place = (mail.version.pk, mail.step.pk, mail.touch.profile_id)
        turn = seen[place] = seen.get(place, -1) + 1
        groups.setdefault((mail.version.pk, mail.step.pk, turn), []).append(mail)
    return list(groups.values())


def _one(
    mail: StepMail, profile: Profile | None, judged: Judgement, against: Objection | None
) -> Free | Objection:  # fmt: skip
    if profile is None or judged.reason is not None:
        reason = judged.reason or Suppression.FORGOTTEN
        return Objection(reason=reason.value, until=judged.until)
    return against or Free(mail=mail, profile=profile, judged=judged)


def closed(mail: StepMail, profile: Profile, at: datetime) -> Objection | None:
    """What the hours have against it at this moment, of the shop, of its campaign and of their own; None: nothing."""
    quiet, policy = preferences.quiet([profile.pk]), contact_policy.current()
    policy = policy.stricter(contact_policy.own(mail.version))
    return _closed(profile, quiet.get(profile.pk), policy, conf.host().time_zone(), at)


def _closed(
    profile: Profile | None,
    quiet: hours.Quiet | None,
    policy: ContactPolicy,
    time_zone: str,
    now: datetime,
) -> Objection | None:
    """The hours at which the campaign writes to somebody who lives where they do, and their own quiet ones."""
    if profile is None:
        return None
    zone = ZoneInfo(standing.known_zone(profile.time_zone) or time_zone)
    opens = hours.next_open(now, zone, policy, quiet)
    return None if opens is not None and opens <= now else Objection(reason=QUIET_HOURS, until=opens)


def _prepare(free: Sequence[Free], now: datetime) -> dict[int, Ready]:
    given = offers.issued([Wanted(mail=each.mail, channel=each.judged.channel) for each in free], now)
    known = facts.of([each.profile.pk for each in free], now)
    told = occasion.asked([each.mail for each in free], now)
    return {
        each.mail.touch.pk: Ready(
            mail=each.mail, profile=each.profile, judged=each.judged, offer=given.get(each.mail.touch.pk),
            facts=known[each.profile.pk], told=told.get(each.mail.touch.pk, {}),
        )
        for each in free
    }  # fmt: skip
