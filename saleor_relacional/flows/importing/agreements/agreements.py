"""Consents and suppressions of another system, taken over: all of a file or nothing of it, and twice adds none.

A consent is what the shop states: it never outweighs what somebody said here, or an objection. A suppression needs no
person: kept is a hash of the address, which outlives everybody and holds for whoever comes back or is imported again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.consent import consent, purposes
from saleor_relacional.flows.importing.agreements import reading
from saleor_relacional.flows.importing.agreements.reading import ListRow
from saleor_relacional.flows.people import identify, tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import stale
from saleor_relacional.models import Basis, Consent, Profile, Purpose

MOST = 1_000_000
"""Rows of one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """What an import did."""

    preset: str
    rows: int
    """With an address."""
    new: int
    """Of how many addresses it was not known before."""
    no_consent: int = 0
    """Rows of a file of consents that say no, or nothing."""
    no_suppression: int = 0
    """Rows of a file of suppressions that say that somebody goes on."""
    forgotten: int = 0
    """Rows of people who were forgotten after the day that they tell."""


def import_consents(
    path: Path, *, text: str, now: datetime, preset: str = "", wanted: Iterable[str] | None = None,
    language: str = "", passed_over: Sequence[str] = (), date_order: str = "", dry: bool = False,
) -> TakenOver:  # fmt: skip
    """The shop states that the addresses of this file agreed to `text`, each on its day; now where the file tells none.
    Of whom one row says no, they did not agree, whatever another says. People of whom nothing is known are made. Raises
    BadInput; then nothing has changed."""
    words = input_validation.words(text, field="text")
    if not words:
        raise BadInput("Say --text: the words that these people agreed to.", code="REQUIRED", field="text")
    about = purposes.named(wanted)
    found, told = _rows(path, preset, now, passed_over=passed_over, date_order=date_order)
    refused = {tombstones.email(row.email) for row in told if row.says_no}
    yes = [row for row in told if row.agreed and tombstones.email(row.email) not in refused]
    agreed = {tombstones.email(row.email): row for row in yes}
    with sql.atomic():
        identify.lock(agreed)
        buried = tombstones.forgotten(agreed)
        kept = {
            name: row for name, row in agreed.items() if name not in buried or (row.at or now) > buried[name]
        }
        new = 0 if dry else _state(kept, words, about, language, now)
    return TakenOver(
        preset=found, rows=len(told), new=new, no_consent=len(told) - len(yes),
        forgotten=len(agreed) - len(kept),
    )  # fmt: skip


def import_suppressions(
    path: Path, *, now: datetime, preset: str = "", passed_over: Sequence[str] = (), date_order: str = "",
    dry: bool = False,
) -> TakenOver:  # fmt: skip
    """Nothing commercial is written to the addresses of this file any more, whoever has them; to those that bounced or
    complained nothing at all. Rows that say that nobody left are left out. Raises BadInput; then nothing has
    changed."""
    found, told = _rows(path, preset, now, suppressions=True, passed_over=passed_over, date_order=date_order)
    wanted = [row for row in told if not row.goes_on]
    by_cause: dict[str, set[Name]] = {}
    for row in wanted:
        by_cause.setdefault(row.cause, set()).add(tombstones.email(row.email))
    if dry:
        return TakenOver(preset=found, rows=len(told), new=0, no_suppression=len(told) - len(wanted))
    new = 0
    with sql.atomic():
        identify.lock(
            each for names in by_cause.values() for name in names for each in tombstones.spellings(name)
        )
        for cause, names in sorted(by_cause.items()):
            ended = purposes.ended_by(cause)
            new += consent.object_to(_hashes(names), ended, cause, now) // len(ended)
            spelt = {each for name in names for each in tombstones.spellings(name)}
            consent.object_to(_hashes(spelt - names), ended, cause, now)
            _stop(spelt, cause, now)
    return TakenOver(preset=found, rows=len(told), new=new, no_suppression=len(told) - len(wanted))


def _hashes(names: set[Name]) -> set[bytes]:
    return set(tombstones.digests(names).values())


def _stop(names: set[Name], cause: str, now: datetime) -> None:
    """End what is on its way there; whoever said it has said it of themselves, a bounce is nobody's word."""
    if cause == consent.BOUNCE:
        consent.record_refusal(names, cause=cause, now=now)
        return
    people = Profile.objects.filter(pk__in=set(identify.resolve(names).values()))
    for profile in people.order_by("pk"):
        consent.record_objection(profile, source="import", now=now, cause=cause)


def _rows(path: Path, preset: str, now: datetime, **more: Any) -> tuple[str, list[ListRow]]:
    found, told = reading.rows(path, preset, conf.time_zone(), now, **more)
    if not told:
        raise BadInput(f"{path.name} holds no addresses. Nothing was imported.", field="file")
    if len(told) > MOST:
        raise BadInput(f"Cut the file into parts of {MOST} rows at most. Nothing was imported.", field="file")
    return found.name, told


def _state(
    kept: dict[Name, ListRow], words: str, about: Iterable[Purpose], language: str, now: datetime
) -> int:
    known = identify.resolve(kept)
    new = set(identify.ensure(kept, known, now))
    _addressed({known[name]: row for name, row in kept.items() if known[name] in new}, language)
    stale.mark(new, now)
    by_day: dict[datetime | None, list[int]] = {}
    for name, row in kept.items():
        by_day.setdefault(row.at, []).append(known[name])
    return sum(
        consent.import_consent(
            sorted(set(ids)) if at else _unsaid(ids, words), source="import", text=words, happened_at=at or now,
            now=now, language=language, purposes=about,
        )
        for at, ids in sorted(by_day.items(), key=lambda pair: (pair[0] is None, pair[0] or now))
    )  # fmt: skip


def _unsaid(ids: list[int], words: str) -> list[int]:
    """Those of them of whom these words are not stated yet: where the file tells no day, once is enough."""
    said = Consent.objects.filter(profile_id__in=ids, basis=Basis.STATED, text=words)
    return sorted(set(ids) - set(said.values_list("profile_id", flat=True)))


def _addressed(made: dict[int, ListRow], language: str) -> None:
    """How those are addressed who are new."""
    rows = [
        (key, row.email, tombstones.email_key(row.email), row.first_name, row.language or language)
        for key, row in made.items()
    ]
    columns = {"email": "text", "email_key": "text", "first_name": "text", "language": "text"}
    sql.update_rows(Profile._meta.db_table, columns, rows)
