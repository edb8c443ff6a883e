"""May we write to them? Dated evidence for it and against it.

In this order (2 to 5 are one SQL text, `rules/consent_basis`):

1. An **objection** to one of their addresses (opt-out, complaint, bounce), kept as a keyed hash. It outlives
   erasure: a person who was forgotten and comes back under the same address is not written to. Only an opt-in
   that they give themselves lifts it; the shop cannot.
2. What **they** said last: opt-in or opt-out.
3. What the **shop** says of them: consent stated at an import. It never outweighs an opt-out.
4. **Soft opt-in**: they bought, the owner's policy allows it and keeps the text that buyers were shown.
5. Otherwise there is no basis, and nothing commercial leaves.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import (
    Basis,
    Consent,
    Objection,
    Profile,
    Purpose,
)
from saleor_relacional.rules import consent_basis

BY_THEMSELVES = frozenset({"storefront", "unsubscribe_link", "one_click", "preferences"})
"""Sources where the person acts, not the shop."""

BOUNCED = "bounced"
"""Why what was on its way to a bounced address is stopped."""
UNREACHABLE = ("bounce", "complaint")
"""Causes of an objection after which nothing at all is mailed."""

_BOUGHT = f"EXISTS (SELECT 1 FROM {tables.PURCHASE} u WHERE u.profile_id = p.id AND u.state = 'counts')"
_BASIS = consent_basis.basis(profile="p.id", buyer=_BOUGHT, soft="%(soft)s", now="%(now)s")
_BASES = f"SELECT p.id, {_BASIS} FROM {tables.PROFILE} p WHERE p.id = ANY(%(ids)s)"

_ADDRESSES = f"""
SELECT id, email_key FROM {tables.PROFILE} WHERE id = ANY(%(ids)s) AND email_key <> ''
UNION
SELECT profile_id, key FROM {tables.IDENTITY} WHERE profile_id = ANY(%(ids)s) AND kind = 'email'
"""

_OBJECTED = f"""
SELECT digest FROM {tables.OBJECTION} WHERE digest = ANY(%s) AND coalesce(cause = ANY(%s::text[]), true)
"""

_STATE = f"""
INSERT INTO {tables.CONSENT}
    (profile_id, purpose, basis, source, text, language, happened_at, learned_at)
SELECT p.id, %(purpose)s, 'stated', %(source)s, %(text)s, %(language)s, %(happened_at)s, %(now)s
FROM {tables.PROFILE} p
WHERE p.id = ANY(%(ids)s) AND NOT EXISTS (
    SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = p.id AND c.purpose = %(purpose)s
      AND c.basis = 'stated' AND c.text = %(text)s AND c.happened_at = %(happened_at)s)
"""


def give(
    profile: Profile, *, basis: Basis, source: str, text: str, now: datetime,
    happened_at: datetime | None = None, language: str = "", purpose: str = Purpose.MARKETING_MAIL,
) -> Consent:  # fmt: skip
    """Record that they agreed, with the words they agreed to. An opt-in of their own lifts an objection.

    Raises BadInput without words, or for an opt-out (see `record_objection`).
    """
    if basis == Basis.OPT_OUT:
        raise BadInput(
            "An opt-out is recorded by record_objection(), which also keeps the objection.", field="basis"
        )
    text, language = _words(text), input_validation.line(language, field="language", most=35, required=False)
    with sql.atomic():
        consent = _add(
            profile, basis, source, now, text=text, language=language, purpose=purpose, at=happened_at
        )
        if basis == Basis.OPT_IN and source in BY_THEMSELVES:
            digests = _digests([profile.pk])
            Objection.objects.filter(digest__in=list(digests)).delete()
        unplanned.mark([profile.pk])
    return consent


def import_consent(
    profile_ids: Sequence[int], *, source: str, text: str, happened_at: datetime, now: datetime,
    language: str = "",
) -> int:  # fmt: skip
    """The shop states that these people agreed to this text on that day. Twice adds none; how many
    are new."""
    values = {
        "ids": list(profile_ids), "purpose": Purpose.MARKETING_MAIL, "source": source, "text": _words(text),
        "language": language, "happened_at": happened_at, "now": now,
    }  # fmt: skip
    with sql.atomic():
        stated = sql.run(_STATE, values)
        unplanned.mark(profile_ids)
    return stated


def record_objection(profile: Profile, *, source: str, now: datetime, cause: str = "opt_out") -> bool:
    """They want no more of it (or the mail bounced, or was called spam). False when that was known already.

    Kept twice: as a dated statement of the person, and as a hash of each of their addresses, which outlives
    them here. What is on its way to them is stopped in the same transaction.
    """
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE):
            return False  # forgotten meanwhile
        known = bases([profile.pk], now=now).get(profile.pk) == Basis.OPT_OUT
        digests = _digests([profile.pk])
        Objection.objects.bulk_create(
            [Objection(digest=digest, objected_at=now, cause=cause) for digest in sorted(digests)],
            ignore_conflicts=True,
        )
        if not known:
            _add(profile, Basis.OPT_OUT, source, now)
        if cause in UNREACHABLE:
            Objection.objects.filter(digest__in=list(digests)).exclude(cause="bounce").update(cause=cause)
        stop.stop([profile.pk], stop.OPTED_OUT, now, service=cause in UNREACHABLE)
        unplanned.mark([profile.pk])
    return not known


def record_bounce(profile: Profile, *, now: datetime) -> bool:
    """There is no such address as theirs: nothing is mailed to it any more, whoever has it. They said nothing, so
    nothing is written down as said. False when it was known, or they have none."""
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE) or not profile.email_key:
            return False
        [digest] = tombstones.digests([tombstones.email(profile.email_key)]).values()
        _, new = Objection.objects.get_or_create(
            digest=digest, defaults={"objected_at": now, "cause": "bounce"}
        )
        Objection.objects.filter(digest=digest).update(cause="bounce")
        stop.stop([profile.pk], BOUNCED, now, service=True)
        unplanned.mark([profile.pk])
    return new


def bases(profile_ids: Sequence[int], *, now: datetime) -> dict[int, Basis | None]:
    """On what ground we may write to each, as of `now`; OPT_OUT: we must not; None: there is none.

    A constant number of queries, whatever the number of people. Unknown ids are left out.
    """
    ids = list(profile_ids)
    soft = policy.current(now).soft_opt_in
    objecting = _objecting(ids)
    found = sql.rows(_BASES, {"ids": sql.keys(ids), "now": now, "soft": soft})
    return {profile_id: _read(said, objects=profile_id in objecting) for profile_id, said in found}


def unreachable(profile_ids: Sequence[int]) -> set[int]:
    """Those of them of whom an address bounced for good, or who called a mail of ours spam: not even what they are owed
    may be mailed to them. A constant number of queries."""
    return _objecting(list(profile_ids), causes=UNREACHABLE)


def _read(said: str, *, objects: bool) -> Basis | None:
    if objects:
        return Basis.OPT_OUT
    return None if said == consent_basis.NONE else Basis(said)


def _objecting(ids: list[int], *, causes: Sequence[str] | None = None) -> set[int]:
    """Whose address somebody objected to, for any cause or for one of these."""
    if not Objection.objects.exists():
        return set()
    digests = _digests(ids)
    found = sql.rows(_OBJECTED, [list(digests), list(causes) if causes is not None else None])
    return {profile_id for (digest,) in found for profile_id in digests[bytes(digest)]}


def _digests(ids: Iterable[int]) -> dict[bytes, list[int]]:
    """Keyed hash of each address → whose it is."""
    whose: dict[tombstones.Name, list[int]] = {}
    for profile_id, key in sql.rows(_ADDRESSES, {"ids": sql.keys(ids)}):
        whose.setdefault(tombstones.email(key), []).append(profile_id)
    return {digest: whose[name] for name, digest in tombstones.digests(whose).items()}


def _add(
    profile: Profile, basis: Basis, source: str, now: datetime, *, at: datetime | None = None, **more: Any
) -> Consent:
    values = {"purpose": Purpose.MARKETING_MAIL, **more}
    return Consent.objects.create(
        profile=profile, basis=basis, source=source, happened_at=at or now, learned_at=now, **values
    )


def _words(text: str) -> str:
    if not text.strip():
        raise BadInput(
            "Consent is recorded with the words that were agreed to.", code="REQUIRED", field="text"
        )
    return input_validation.words(text, field="text")
