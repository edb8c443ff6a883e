"""What the owner chose: whether the host's customer list may filter by stage, by which segments, by which bands of
value. Off until they say so."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import money
from saleor_relacional.flows.attributes import names
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.hosts.attributes import CustomerAttribute
from saleor_relacional.models import AttributeChoice

MOST_SEGMENTS = 20
MOST_BANDS = 8
"""Where one band ends and the next begins."""
MOST_VALUE = 10**9
_DECIDED = ("active", "stage", "segments", "value_bands", "currency")
"""What the owner decides; all else is written by whoever writes at the host."""
ANEW = "anew"
"""The basis of what still stands at the host from before it was switched off: no digest equals it."""
STAGE, SEGMENTS, VALUE = "stage", "segments", "value"
"""Keys of the attributes."""


def current(*, using: str | None = None) -> AttributeChoice:
    """The owner's choice, or before the first one an unsaved one that wants nothing. Writes nothing."""
    found = AttributeChoice.objects.at(using).filter(pk=1).first()
    return found or AttributeChoice(pk=1, active=False)


def possible() -> bool:
    """Whether the host has such a thing."""
    return conf.host().attributes() is not None


def decide(
    *,
    now: datetime,
    active: bool | None = None,
    stage: bool | None = None,
    segments: Sequence[UUID] | None = None,
    value_bands: Sequence[int] | None = None,
    currency: str | None = None,
) -> AttributeChoice:
    """Change what is given, keep the rest; what holds from now on. Switched off, all of it is taken away at the host
    (write.py). Raises BadInput with the field at fault, Refused where the host cannot."""
    with sql.atomic():
        locks.lock(Lock.POLICY)
        held = current()
        began = bool(active) and not held.active
        held.active = held.active if active is None else active
        held.stage = held.stage if stage is None else stage
        if segments is not None:
            held.segments = _segments(segments)
        if value_bands is not None:
            held.value_bands = _bands(value_bands)
        if currency is not None:
            held.currency = money.currency(currency, field="currency") if currency else ""
        _check(held)
        decided: dict[str, object] = {name: getattr(held, name) for name in _DECIDED} | {"decided_at": now}
        if began:  # what staff deleted before is made again, and everybody is written
            decided |= {"made": [], "missing": [], "language": translation.get_language() or ""}
            decided["basis"] = held.basis and ANEW
        kept, _made = AttributeChoice.objects.update_or_create(pk=1, defaults=decided)
    return kept


def _segments(given: Sequence[UUID]) -> list[str]:
    if len(set(given)) > MOST_SEGMENTS:
        raise BadInput(_("Choose at most %(most)s segments.") % {"most": MOST_SEGMENTS}, field="segments")
    for public_id in given:
        if segments.of_public_id(public_id) is None:
            raise BadInput(_("There is no such segment."), code="NOT_FOUND", field="segments")
    return [str(one) for one in dict.fromkeys(given)]


def _bands(given: Sequence[int]) -> list[int]:
    if len(given) > MOST_BANDS or list(given) != sorted(set(given)):
        raise BadInput(
            _("Give at most %(most)s amounts, each greater than the one before.") % {"most": MOST_BANDS},
            field="valueBands",
        )
    if given and not 1 <= given[0] <= given[-1] <= MOST_VALUE:
        raise BadInput(_("Give whole amounts of 1 or more."), field="valueBands")
    return list(given)


def _check(held: AttributeChoice) -> None:
    if held.value_bands and not held.currency:
        raise BadInput(_("Say in which currency the amounts are."), code="REQUIRED", field="currency")
    if not held.active:
        return
    if not possible():
        raise Refused(
            _("The shop cannot filter its customers by attributes: Saleor does so from 3.23.26 on."),
            code="NOT_POSSIBLE", field="active",
        )  # fmt: skip
    if not (held.stage or held.segments or held.value_bands):
        raise BadInput(_("Choose at least one: stages, segments or bands of value."), field="active")


def shown(held: AttributeChoice) -> list[Known]:
    """The segments that are shown, those that are there still, in the owner's order."""
    found = (segments.of_public_id(UUID(public_id)) for public_id in held.segments)
    return [one for one in found if one is not None]


def wanted(held: AttributeChoice) -> list[CustomerAttribute]:
    """The attributes that are wanted at the host, in the words of the language in which it was switched on."""
    with translation.override(held.language or None):
        found = []
        if held.stage:
            found.append(CustomerAttribute(key=STAGE, name=_("Relationship: stage"), values=names.stages()))
        if held.segments:
            called = {str(one.public_id): one.name for one in shown(held)}
            named = _("Relationship: segments")
            found.append(CustomerAttribute(key=SEGMENTS, name=named, values=called, several=True))
        if held.value_bands:
            bands = names.bands(held.value_bands, held.currency)
            found.append(CustomerAttribute(key=VALUE, name=_("Relationship: value of a year"), values=bands))
    return found


def digest(wanted: Sequence[CustomerAttribute], *resting_on: object) -> str:
    """What everybody's values rest on, in 64 letters."""
    said = [[one.key, sorted(one.values)] for one in wanted]
    return hashlib.sha256(json.dumps([said, *resting_on], sort_keys=True, default=str).encode()).hexdigest()
