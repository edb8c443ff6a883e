"""The codes that go with mails: made to work at the host right before, for a whole batch at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.incentives import codes, incentive, listing
from saleor_relacional.flows.sending.step_mail import StepMail
from saleor_relacional.models import Incentive, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A mail whose promise, if it has one, is to work in this channel."""

    mail: StepMail
    channel: str


def issued(wanted: Iterable[Wanted], now: datetime) -> Mapping[int, Incentive]:
    """Touch's id → what was promised with it, working at the host. Who is left out was promised nothing, or nothing any
    more (a gift was the last one), or staff have changed what the voucher gives: theirs is just a word."""
    by_booking = {each.mail.booking: each for each in wanted}
    promised = _promised(by_booking)
    new = {each.rung_id: each.rung for each in promised if each.issued_at is None}
    none_left = {key for key, rung in new.items() if not codes.available(rung)}
    gone = [each for each in promised if each.issued_at is None and each.rung_id in none_left]
    if gone:
        incentive.withdraw([each.enrolment_id for each in gone if each.enrolment_id], now)
    lost = {each.pk for each in gone}
    here = [
        each
        for each in promised
        if each.pk not in lost and by_booking[_booking(each)].channel in each.channels
    ]
    working = incentive.issue_all(here, now) if here else set()
    told = [each for each in here if each.pk in working]
    said = conf.host().working([each.code for each in told], now=now) if told else {}
    found: dict[int, Incentive] = {}
    for each in told:
        wanted_by = by_booking[_booking(each)]
        if listing.as_promised(each, wanted_by.channel, said.get(each.code, {}).get(wanted_by.channel)):
            found[wanted_by.mail.touch.pk] = each
    return found


def _promised(by_booking: Mapping[tuple[int, int], Wanted]) -> list[Incentive]:
    """Their incentives, with rungs and steps that are shared and not loaded for each."""
    if not by_booking:
        return []
    enrolments = sql.among({enrolment for enrolment, _ in by_booking})
    rows = Incentive.objects.filter(enrolment__in=enrolments).order_by("pk").defer("ended_at", "month")
    found = [each for each in rows if _booking(each) in by_booking]
    rungs: Mapping[int, Rung] = Rung.objects.select_related("step__version__campaign").in_bulk(
        {each.rung_id for each in found}
    )
    for each in found:
        each.rung = rungs[each.rung_id]
        each.step = each.rung.step
    return found


def _booking(each: Incentive) -> tuple[int, int]:
    return each.enrolment_id or 0, each.step_id
