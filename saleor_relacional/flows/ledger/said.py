"""What we wrote and said to them, and what they said to us. Of what they are held out from, to measure what messages of
ours bring, they learn nothing: to know it would change what is measured."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.feedback import told
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.ledger.entries import MOST, Entry, Section, SectionKind, name
from saleor_relacional.flows.sending import why
from saleor_relacional.models import Contact, ContactKind, FeedbackKind, Profile

_SENT = f"""
SELECT t.id, campaign.kind, t.ended_at, step.number, t.state, t.because::text, count(*) OVER ()
FROM {tables.TOUCH} t LEFT JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
LEFT JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
LEFT JOIN {tables.CAMPAIGN_STEP} step ON step.id = t.step_id
WHERE t.profile_id = %(profile)s AND t.state IN ('sent', 'unknown')
ORDER BY t.ended_at DESC NULLS LAST, t.id DESC LIMIT {MOST}
"""


def sent(profile: Profile, zone: ZoneInfo) -> Section:
    """What has left, what was said by word of mouth, and why. Two statements."""
    rows = sql.rows(_SENT, {"profile": profile.pk})
    number = rows[0][-1] if rows else 0
    entries = [*_messages(rows), *_contacts(profile), *_told(profile, zone)]
    entries.sort(key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)
    return Section(
        kind=SectionKind.SENT, summary=_how_many(number, rows[0][2] if rows else None, zone), entries=entries,
        left_out=max(number - MOST, 0),
    )  # fmt: skip


def _how_many(number: int, last: datetime | None, zone: ZoneInfo) -> str:
    if not number or last is None:
        return _("We have written you nothing of our own accord.")
    said = ngettext(
        "%(number)d email, the last on %(day)s.", "%(number)d emails, the last on %(day)s.", number
    )
    return said % {"number": number, "day": words.day(last, zone)}


def _messages(rows: list[tuple[int, str | None, datetime, int, str, str, int]]) -> Iterator[Entry]:
    for key, kind, at, step, state, because, _all in rows:
        if kind is None:
            asked = why.sentence(json.loads(because), get_language() or "en")
            title = _("An answer, or what you had asked for")
            yield Entry(name=name("touch", key), title=title, detail=asked, at=at)
            continue
        detail = why.sentence(json.loads(because), get_language() or "en") or words.reason(kind)
        if step > 1:
            detail += " " + _("We had written about it before.")
        if state == "unknown":
            detail += " " + _("We do not know whether it arrived.")
        yield Entry(name=name("touch", key), title=words.message(kind), detail=detail.strip(), at=at)


def _contacts(profile: Profile) -> Iterator[Entry]:
    said = {
        ContactKind.STAFF: _("Somebody of the shop wrote or spoke to you."),
        ContactKind.APOLOGY: _("We apologised to you."),
        ContactKind.QUESTION: _("You asked us something."),
        ContactKind.ANSWER: _("You answered us."),
        ContactKind.COMPLAINT: _("You complained."),
        ContactKind.RATING: _("You gave us %(stars)s of 5 stars."),
    }
    noted = Contact.objects.filter(profile=profile, feedback=None).exclude(kind=ContactKind.MESSAGE)
    found = noted.order_by("-at", "-pk")
    for one in found[:MOST]:
        words_of_it = said[ContactKind(one.kind)]
        title = words_of_it % {"stars": one.stars} if one.kind == ContactKind.RATING else words_of_it
        yield Entry(name=name("contact", one.pk), title=title, at=one.at)


def _told(profile: Profile, zone: ZoneInfo) -> Iterator[Entry]:
    """What they told us in their own words, and what we answered."""
    said = {
        FeedbackKind.RATING: _("You gave us %(stars)s of 5 stars."), FeedbackKind.COMPLAINT: _("You complained."),
        FeedbackKind.REASON: _("You told us why."), FeedbackKind.WISH: _("You told us a wish."),
        FeedbackKind.ANSWER: _("You answered us."),
    }  # fmt: skip
    for one in told.of(profile.pk)[:MOST]:
        title = said[one.kind] % {"stars": one.stars} if one.kind == FeedbackKind.RATING else said[one.kind]
        detail = [f"“{one.text}”"] if one.text else []
        if one.answer and one.answered_at:
            day = words.day(one.answered_at, zone)
            detail.append(_("We answered on %(day)s: “%(answer)s”") % {"day": day, "answer": one.answer})
        key = name("feedback", f"{one.kind}:{one.at.isoformat()}")
        yield Entry(name=key, title=title, detail=" ".join(detail), at=one.at)
