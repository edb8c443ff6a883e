"""May we write to them for this purpose? Dated evidence for it and against it.

In this order (2 to 5 are one SQL text, `rules/consent_basis`):

1. An **objection** to one of their addresses (opt-out, complaint), kept as a keyed hash, or that the address we would
   write to does not exist (bounce). It outlives erasure: a person who was forgotten and comes back under the same
   address is not written to. Only an opt-in that they give themselves lifts it; the shop cannot.
2. What **they** said last: opt-in or opt-out.
3. What the **shop** says of them: consent stated at an import. It never outweighs an opt-out.
4. **Soft opt-in**: they bought, the owner's policy allows it and keeps the text that buyers were shown.
5. Otherwise there is no basis, and nothing commercial leaves.

Leaving ends content and offers. Service needs no basis, and goes on until the address refuses us or its owner calls us
spam; campaigns hear a no, whatever they are for. Profiling is another matter: see profiling.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.consent import purposes as purposes_of
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import Basis, Consent, Objection, Profile, Purpose
from saleor_relacional.rules import consent_basis

BY_THEMSELVES = frozenset({
    "storefront", "unsubscribe_link", "one_click", "preferences", "newsletter", "checkout",
})  # fmt: skip
"""Sources where the person acts, not the shop."""

BOUNCE, COMPLAINT = "bounce", "complaint"
"""Causes of an objection that weigh differently."""
BOUNCED = "bounced"
"""Why what was on its way to a bounced address is stopped."""

_BOUGHT = f"EXISTS (SELECT 1 FROM {tables.PURCHASE} u WHERE u.profile_id = p.id AND u.state = 'counts')"
_HAD_BOUGHT = f"""EXISTS (SELECT 1 FROM {tables.PURCHASE} u
    WHERE u.profile_id = l.profile_id AND u.state = 'counts' AND u.learned_at <= l.happened_at)"""
_BASIS = consent_basis.basis(
    profile="p.id", buyer=_BOUGHT, soft="%(soft)s", now="%(now)s", purpose="%(purpose)s"
)
_BASES = f"SELECT p.id, {_BASIS} FROM {tables.PROFILE} p WHERE p.id = ANY(%(ids)s)"

_LEFT = f"""
WITH gone AS (
    SELECT c.id, c.profile_id, c.purpose, c.happened_at FROM {tables.CONSENT} c
    WHERE c.profile_id = %(profile)s AND c.basis = 'opt_out' AND c.source = %(source)s AND c.medium = 'mail'
      AND c.purpose = ANY(%(purposes)s) AND c.happened_at BETWEEN %(since)s AND %(now)s),
latest AS (
    SELECT * FROM gone WHERE happened_at = (SELECT max(happened_at) FROM gone) AND NOT EXISTS (
        SELECT FROM {tables.CONSENT} later
        WHERE later.profile_id = gone.profile_id AND later.purpose = gone.purpose AND later.medium = 'mail'
          AND later.basis IN ('opt_in', 'opt_out') AND later.happened_at <= %(now)s
          AND (later.happened_at, later.id) > (gone.happened_at, gone.id)))
SELECT l.purpose, {
    consent_basis.basis(
        profile="l.profile_id", buyer=_HAD_BOUGHT, soft="(%(soft)s AND l.happened_at >= %(decided_at)s)",
        now="l.happened_at", purpose="l.purpose", until="l.id",
    )
} FROM latest l
"""  # fmt: skip

_ADDRESSES = f"""
SELECT id, email_key, true FROM {tables.PROFILE} WHERE id = ANY(%(ids)s) AND email_key <> ''
UNION ALL
SELECT profile_id, key, false FROM {tables.IDENTITY} WHERE profile_id = ANY(%(ids)s) AND kind = 'email'
"""
"""All their addresses; true: the one that is written to."""

_STATE = f"""
WITH added AS (INSERT INTO {tables.CONSENT}
    (profile_id, purpose, medium, basis, source, text, language, happened_at, learned_at)
SELECT p.id, told.purpose, 'mail', 'stated', %(source)s, %(text)s, %(language)s, %(happened_at)s, %(now)s
FROM {tables.PROFILE} p CROSS JOIN unnest(%(purposes)s::text[]) AS told (purpose)
WHERE p.id = ANY(%(ids)s) AND NOT EXISTS (
    SELECT 1 FROM {tables.CONSENT} c WHERE c.profile_id = p.id AND c.purpose = told.purpose
      AND c.basis = 'stated' AND c.text = %(text)s AND c.happened_at = %(happened_at)s)
ORDER BY p.id, told.purpose RETURNING profile_id)
SELECT count(DISTINCT profile_id) FROM added
"""


def give(
    profile: Profile, *, basis: Basis, source: str, text: str, now: datetime,
    happened_at: datetime | None = None, language: str = "", purposes: Iterable[str] | None = None,
) -> list[Consent]:  # fmt: skip
    """Record that they agreed, with the words they agreed to: to content and offers where nothing else is said. An
    opt-in of their own lifts an objection.

    Raises BadInput without words, or for an opt-out (see `record_objection`).
    """
    if basis == Basis.OPT_OUT:
        raise BadInput(
            "An opt-out is recorded by record_objection(), which also keeps the objection.", field="basis"
        )
    text, language = _words(text), input_validation.line(language, field="language", most=35, required=False)
    wanted = purposes_of.named(purposes)
    with sql.atomic():
        added = _add(profile, basis, wanted, source, now, text=text, language=language, at=happened_at)
        if basis == Basis.OPT_IN and source in BY_THEMSELVES:
            digests = _digests([profile.pk])
            lifted = [*wanted, Purpose.SERVICE]
            Objection.objects.filter(digest__in=digests, purpose__in=lifted).delete()
        unplanned.mark([profile.pk])
    return added


def import_consent(
    profile_ids: Sequence[int], *, source: str, text: str, happened_at: datetime, now: datetime,
    language: str = "", purposes: Iterable[str] | None = None,
) -> int:  # fmt: skip
    """The shop states that these people agreed to this text on that day. Twice adds none; of how many people it
    is new."""
    values = {
        "ids": list(profile_ids), "purposes": list(purposes_of.named(purposes)), "source": source,
        "text": _words(text), "language": language, "happened_at": happened_at, "now": now,
    }  # fmt: skip
    with sql.atomic():
        stated = int(sql.rows(_STATE, values)[0][0])
        unplanned.mark(profile_ids)
    return stated


def record_objection(
    profile: Profile, *, source: str, now: datetime, cause: str = "opt_out", purposes: Iterable[str] | None = None
) -> bool:  # fmt: skip
    """They want no more of it (or called it spam). False when that was known already.

    Without `purposes` it is all that the cause ends (purposes.ended_by). Kept twice: as dated statements of the person,
    and as a hash of each of their addresses, which outlives them here. What is on its way to them is stopped in the
    same transaction.
    """
    ended = purposes_of.named(purposes) if purposes else purposes_of.ended_by(cause)
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE):
            return False  # forgotten meanwhile
        new = [
            one for one in ended if bases([profile.pk], now=now, purpose=one).get(profile.pk) != Basis.OPT_OUT
        ]
        object_to(_digests([profile.pk]), ended, cause, now)
        _add(profile, Basis.OPT_OUT, new, source, now)
        stop.stop([profile.pk], stop.OPTED_OUT, now, reach=_reach(ended))
        unplanned.unforesee([profile.pk])
        unplanned.mark([profile.pk])
    return bool(new)


def object_to(digests: Iterable[bytes], purposes: Iterable[Purpose], cause: str, now: datetime) -> int:
    """Keep these hashes of addresses as objections; how many are new. What somebody said is never taken for a bounce,
    and a complaint weighs most."""
    rows = [(digest, one) for digest in sorted(digests) for one in sorted(purposes)]
    known = Objection.objects.filter(digest__in=[digest for digest, _ in rows])
    before = known.count()
    Objection.objects.bulk_create(
        [Objection(digest=digest, purpose=one, objected_at=now, cause=cause) for digest, one in rows],
        ignore_conflicts=True,
    )
    if cause == COMPLAINT:
        known.exclude(cause=COMPLAINT).update(cause=COMPLAINT)
    elif cause != BOUNCE:
        known.filter(purpose__in=[one for _, one in rows], cause=BOUNCE).update(cause=cause)
    return known.count() - before


def record_refusal(addresses: Iterable[Name], *, cause: str, now: datetime) -> bool:
    """These addresses refuse what is mailed to them: they do not exist (`bounce`), or whoever reads there has had
    enough. Kept as hashes, whether or not anybody here has them; what is on its way to whoever does is stopped.
    Nothing is written down as said, and whoever has another address by now is written to there where the old one
    only bounced. False when it was known.
    """
    names = frozenset(addresses)
    ended = purposes_of.ended_by(cause)
    with sql.atomic():
        held = locks.lock_people(whose(names), Hold.WRITE)
        new = object_to(tombstones.digests(names).values(), ended, cause, now)
        theirs = sorted(whose(names) & set(held))
        stop.stop(theirs, BOUNCED if cause == BOUNCE else stop.OPTED_OUT, now, reach=_reach(ended))
        unplanned.unforesee(theirs)
        unplanned.mark(theirs)
    return new > 0


def whose(addresses: Iterable[Name]) -> set[int]:
    """Whoever is written to at one of these addresses."""
    found = Profile.objects.filter(email_key__in=[name.key for name in addresses], merged_into=None)
    return set(found.values_list("pk", flat=True))


def bases(profile_ids: Sequence[int], *, now: datetime, purpose: str) -> dict[int, Basis | None]:
    """On what ground we may write to each for this purpose, as of `now`; OPT_OUT: we must not; None: there is none.

    A constant number of queries, whatever the number of people. Unknown ids are left out.
    """
    ids = list(profile_ids)
    soft = policy.current(now).soft_opt_in and purpose in purposes_of.SELLING
    objecting = _objecting(ids, purpose)
    asked = {"ids": sql.keys(ids), "now": now, "soft": soft, "purpose": str(purpose)}
    return {
        profile_id: _read(said, objects=profile_id in objecting)
        for profile_id, said in sql.rows(_BASES, asked)
    }


def left_lately(profile: Profile, *, source: str, since: datetime, now: datetime) -> list[Purpose]:
    """What taking back gives again: what we might write to them about until they left it, the last time that they did
    there, since then. Nothing of it that they have said something else of afterwards.

    As `bases`, as of the moment before they left, so that it is the same however often it is asked. A policy that was
    changed afterwards may have allowed less at that moment: then nobody counts as told when they bought.
    """
    decided = policy.current(now)
    asked = {
        "profile": profile.pk, "source": source, "since": since, "now": now, "soft": decided.soft_opt_in,
        "decided_at": decided.updated_at, "purposes": list(purposes_of.SELLING),
    }  # fmt: skip
    held = {purpose for purpose, said in sql.rows(_LEFT, asked) if said in consent_basis.GROUNDS}
    return [one for one in purposes_of.SELLING if one in held]


def has_left(profile_id: int, *, now: datetime) -> bool:
    """Whether neither content nor offers may be sent to them, because they said so."""
    return bool(left([profile_id], now=now))


def left(profile_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of them who want neither content nor offers any more."""
    said = [bases(profile_ids, now=now, purpose=one) for one in purposes_of.SELLING]
    return {one for one in profile_ids if all(bases_.get(one) == Basis.OPT_OUT for bases_ in said)}


def _reach(ended: Iterable[Purpose]) -> stop.Reach:
    """What is on its way for these purposes."""
    ended = set(ended)
    if Purpose.SERVICE in ended:
        return stop.Reach.ALL
    if ended >= set(purposes_of.SELLING):
        return stop.Reach.SELLING
    return stop.Reach.OFFERS if Purpose.OFFERS in ended else stop.Reach.CONTENT


def bounced(profile_ids: Sequence[int], *, now: datetime, purpose: str) -> set[int]:
    """Those of them to whom nothing may be sent for this purpose for one reason alone: no mail can be delivered to
    their address. They have said no to nothing, there or at another. A constant number of queries."""
    if not Objection.objects.filter(purpose=purpose, cause=BOUNCE).exists():
        return set()
    causes: dict[int, set[str]] = {}
    for profile_id, cause in _objections(list(profile_ids), purpose):
        causes.setdefault(profile_id, set()).add(cause)
    only = [profile_id for profile_id, told in causes.items() if told == {BOUNCE}]
    asked = {"ids": only, "now": now, "soft": False, "purpose": str(purpose)}
    return {profile_id for profile_id, said in sql.rows(_BASES, asked) if said != Basis.OPT_OUT}


def unreachable(profile_ids: Sequence[int]) -> set[int]:
    """Those of them of whom an address bounced for good, or who called a mail of ours spam: not even what they are owed
    may be mailed to them. A constant number of queries."""
    return _objecting(list(profile_ids), Purpose.SERVICE)


def _read(said: str, *, objects: bool) -> Basis | None:
    if objects:
        return Basis.OPT_OUT
    return None if said == consent_basis.NONE else Basis(said)


def _objecting(ids: list[int], purpose: str) -> set[int]:
    """Whose address somebody objected to."""
    if not Objection.objects.filter(purpose=purpose).exists():
        return set()
    return {profile_id for profile_id, _cause in _objections(ids, purpose)}


def _objections(ids: list[int], purpose: str) -> Iterator[tuple[int, str]]:
    """Whose address somebody objected to, and the cause. That an address does not exist counts only for whoever is
    written to there: they may have another by now."""
    digests = _addresses(ids)
    objected = f"SELECT digest, cause FROM {tables.OBJECTION} WHERE digest = ANY(%s) AND purpose = %s"
    for digest, cause in sql.rows(objected, [list(digests), str(purpose)]):
        for profile_id, written_to in digests[bytes(digest)]:
            if written_to or cause != BOUNCE:
                yield profile_id, cause


def _digests(ids: Iterable[int]) -> list[bytes]:
    """Keyed hashes of all their addresses."""
    return list(_addresses(ids))


def _addresses(ids: Iterable[int]) -> dict[bytes, list[tuple[int, bool]]]:
    """Keyed hash of each address, in all its spellings → whose it is, and whether they are written to there."""
    found: dict[Name, list[tuple[int, bool]]] = {}
    for profile_id, key, written_to in sql.rows(_ADDRESSES, {"ids": sql.keys(ids)}):
        for name in tombstones.spellings(tombstones.email(key)):
            found.setdefault(name, []).append((profile_id, written_to))
    return {digest: found[name] for name, digest in tombstones.digests(found).items()}


def _add(
    profile: Profile, basis: Basis, purposes: Iterable[Purpose], source: str, now: datetime, *,
    at: datetime | None = None, **more: Any,
) -> list[Consent]:  # fmt: skip
    return Consent.objects.bulk_create(
        Consent(
            profile=profile, purpose=one, basis=basis, source=source, happened_at=at or now, learned_at=now, **more
        )
        for one in purposes
    )  # fmt: skip


def _words(text: str) -> str:
    if not text.strip():
        raise BadInput(
            "Consent is recorded with the words that were agreed to.", code="REQUIRED", field="text"
        )
    return input_validation.words(text, field="text")
