"""Two profiles turn out to be one person. A merge is a pointer and a move of rows that are written down, so
that it can be undone. The earlier profile's arm key stays: nobody changes arm by registering."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from saleor_relacional import conf
from saleor_relacional.db import locks, only_added, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import Refused
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.people import merged_preferences
from saleor_relacional.flows.scoring import declarations, private, stale, unplanned
from saleor_relacional.flows.shop_control import people as shop_control
from saleor_relacional.models import (
    Basket,
    Consent,
    Contact,
    CustomerSummary,
    DataRequest,
    Enrolment,
    Exclusion,
    Feedback,
    FeedbackCase,
    HabitShift,
    Identity,
    Incentive,
    IncentiveState,
    Label,
    LeaveReason,
    Merge,
    Prediction,
    Preference,
    Profile,
    Purchase,
    PurchaseCorrection,
    PurchaseLine,
    Refund,
    Remark,
    Signup,
    StaffNote,
    StaffTask,
    StageChange,
    Touch,
    TouchState,
)

MOVED: dict[str, Any] = {
    model._meta.db_table: model
    for model in (
        Identity, Purchase, PurchaseCorrection, PurchaseLine, Refund, Basket, Consent, Contact, Exclusion, Enrolment,
        Touch, Incentive, StaffTask, HabitShift, LeaveReason, Signup, Feedback, FeedbackCase, Remark, DataRequest,
        Label, StaffNote,
    )
}  # fmt: skip
"""What goes along. The dated history of stages stays where it was believed."""

DECLARED = "declared"
"""Beside the moved rows: that the two exchanged what they had declared."""
PREFERRED = "preferred"
"""Beside the moved rows: what the survivor had asked of us before."""

MERGED = "merged"
"""Why a message that was written for the guest ends."""

LIVE = (IncentiveState.PLANNED, IncentiveState.ISSUED)


def merge(guest: int, into: int, *, cause: str, now: datetime) -> Merge:
    """Move everything of `guest` to `into`, leave a pointer, mark both stale. Raises Refused for a
    merged profile."""
    with sql.atomic():
        source, target = _lock(guest, into)
        if source.pk == target.pk or source.merged_into_id or target.merged_into_id:
            raise Refused(
                "Only two different profiles that are not merged away can be merged.", code="MERGED"
            )
        stale.mark([source.pk, target.pk], now)  # waits for whoever scores them
        only_added.rewriting("merge")
        done = Merge.objects.create(
            from_profile=source,
            into_profile=target,
            cause=cause,
            merged_at=now,
            arm_key_before=target.arm_key,
            moved=_move(source.pk, target.pk)
            | _exchange(source.pk, target.pk)
            | {PREFERRED: merged_preferences.join(source.pk, target.pk, now)}
            | shop_control.merge(source.pk, target.pk),
        )
        _adopt(source, target)
        source.merged_into = target
        source.save(using=conf.database(), update_fields=["merged_into"])
        _take_over_summary(source.pk, target.pk, now)
        if Preference.objects.filter(profile_id=target.pk, no_profiling=True).exists():
            private.forget_beliefs([target.pk], now)
        CustomerSummary.objects.filter(profile_id=source.pk).delete()
        Prediction.objects.filter(profile_id=source.pk).delete()
        unplanned.mark([source.pk, target.pk])
    return done


def _take_over_summary(source: int, target: int, now: datetime) -> None:
    """An account that has never bought takes over where the guest stood: registering makes nobody less late, nor a mail
    that is on its way look out of date. Where both have bought, the next scoring says where they stand together."""
    summaries = CustomerSummary.objects
    former = summaries.filter(profile_id=source, scored_at__isnull=False, purchase_days__gt=0).first()
    if former is None or summaries.filter(profile_id=target, purchase_days__gt=0).exists():
        return
    before = summaries.filter(profile_id=target).values_list("stage", flat=True).first() or ""
    summaries.filter(profile_id=target).delete()
    summaries.filter(profile_id=source).update(profile_id=target)
    StageChange.objects.create(
        profile_id=target,
        stage=former.stage,
        previous=before,
        happened_at=former.since,
        learned_at=now,
        cause="merge",
    )


def undo(done: Merge, *, now: datetime) -> None:
    """Move exactly those rows back that the merge moved. It will not be merged again by itself. Twice
    changes nothing."""
    with sql.atomic():
        source, target = _lock(done.from_profile_id, done.into_profile_id)
        fresh = Merge.objects.get(pk=done.pk)
        if fresh.undone_at is not None:
            return
        stale.mark([source.pk, target.pk], now)  # waits for whoever scores them
        only_added.rewriting("merge")
        if fresh.moved.pop(DECLARED, None):
            declarations.give_back(source.pk, target.pk, merged_at=fresh.merged_at)
        for before in fresh.moved.pop(PREFERRED, ()):
            merged_preferences.give_back(target.pk, before, fresh.merged_at)
        entries = {name: fresh.moved.pop(name, ()) for name in (shop_control.MOVED, shop_control.LEFT)}
        shop_control.undo(source.pk, target.pk, entries)
        for table, ids in fresh.moved.items():
            model = MOVED[table]
            model.objects.filter(pk__in=ids, profile_id=target.pk).update(profile_id=source.pk)
        back = Purchase.objects.filter(profile_id=source.pk).values("pk")
        PurchaseCorrection.objects.filter(purchase__in=back).update(
            profile_id=source.pk
        )  # made meanwhile, too
        source.merged_into, target.arm_key = None, fresh.arm_key_before
        source.save(using=conf.database(), update_fields=["merged_into"])
        target.save(using=conf.database(), update_fields=["arm_key"])
        fresh.undone_at = now
        fresh.save(using=conf.database(), update_fields=["undone_at"])


def was_undone(guest: int, into: int) -> bool:
    """Somebody decided that these two are not one person."""
    rows = Merge.objects
    return rows.filter(from_profile_id=guest, into_profile_id=into, undone_at__isnull=False).exists()


def collect_strays(now: datetime) -> int:
    """Move rows that another flow wrote for a profile while it was being merged away; how many."""
    return sum(_collect(merged, now) for merged in _standing().filter(from_profile__in=_with_strays()))


def collect_from(profile_id: int, now: datetime) -> int:
    """The same of one profile; 0 where it was not merged away."""
    return sum(_collect(merged, now) for merged in _standing().filter(from_profile_id=profile_id))


def _standing() -> QuerySet[Merge]:
    return Merge.objects.filter(undone_at=None, from_profile__merged_into__isnull=False)


def _collect(merged: Merge, now: datetime) -> int:
    """A message of a campaign that the survivor is in already for the same reason ends: they have their own."""
    people = [merged.from_profile_id, merged.into_profile_id]
    with sql.atomic():
        if len(locks.lock_people(people, Hold.ALONE)) < len(people):
            return 0  # forgotten meanwhile
        fresh = _standing().filter(pk=merged.pk).first()
        if fresh is None:
            return 0  # undone meanwhile
        stale.mark([fresh.into_profile_id], now)  # waits for whoever scores them
        only_added.rewriting("merge")
        more = _move(fresh.from_profile_id, fresh.into_profile_id)
        for table, ids in more.items():
            fresh.moved[table] = [*fresh.moved.get(table, []), *ids]
        fresh.save(using=conf.database(), update_fields=["moved"])
        touches = Touch.objects.filter(pk__in=more.get(Touch._meta.db_table, []))
        twice = touches.filter(enrolment__profile_id=fresh.from_profile_id)
        stop.stop_touches(list(twice.values_list("pk", flat=True)), MERGED, now)
    return sum(map(len, more.values()))


def _with_strays() -> Any:
    """Merged-away profiles that something was planned for, or is to be sent to."""
    waits = Touch.objects.filter(profile=OuterRef("pk"), state__in=[TouchState.QUEUED, TouchState.WAITING])
    planned = Enrolment.objects.filter(profile=OuterRef("pk"))
    return Profile.objects.filter(Exists(planned) | Exists(waits), merged_into__isnull=False).values("pk")


def _lock(*ids: int) -> list[Profile]:
    locks.lock_people(ids, Hold.ALONE)
    found = Profile.objects.in_bulk(ids)
    if len(found) != len(set(ids)):
        raise Refused("A profile that is to be merged is gone.", code="NOT_FOUND")
    return [found[pk] for pk in ids]


def _move(source: int, target: int) -> dict[str, list[int]]:
    moved = {}
    for table, model in MOVED.items():
        rows = model.objects.filter(profile_id=source)
        if model is Incentive:
            rows = _movable_incentives(rows, target)
        if model is Enrolment:
            rows = _movable_enrolments(rows, target)
        if model is HabitShift:
            rows = _movable_shifts(rows, target)
        if model is Label:
            rows = _movable_labels(rows, target)
        if model is LeaveReason and LeaveReason.objects.filter(profile_id=target).exists():
            continue
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            model.objects.filter(pk__in=ids).update(profile_id=target)
            moved[table] = ids
    return moved


def _exchange(source: int, target: int) -> dict[str, list[int]]:
    """The latest word about when they buy is the survivor's now."""
    return {DECLARED: [target]} if declarations.exchange(source, target) else {}


def _movable_incentives(rows: Any, target: int) -> Any:
    """A person has one live incentive. Of two, the guest's stays behind: its code still works and expires as
    promised, because the claim knows the address; breaking a promise would be worse than not showing it."""
    if Incentive.objects.filter(profile_id=target, state__in=LIVE).exists():
        return rows.exclude(state__in=LIVE)
    return rows


def _movable_enrolments(rows: Any, target: int) -> Any:
    """One enrolment a campaign and cycle: where both have one, the guest's stays with the merged-away
    profile."""
    own = Enrolment.objects.filter(profile_id=target).values_list("campaign_id", "cycle")
    pairs = set(own)
    twice = [pk for pk, *pair in rows.values_list("pk", "campaign_id", "cycle") if tuple(pair) in pairs]
    return rows.exclude(pk__in=twice)


def _movable_shifts(rows: Any, target: int) -> Any:
    """A change of habit goes along with the purchases that show it, or it would be told anew; not where both changed
    on one day."""
    own = HabitShift.objects.filter(profile_id=target).values_list("what", "happened_on")
    pairs = set(own)
    twice = [pk for pk, *pair in rows.values_list("pk", "what", "happened_on") if tuple(pair) in pairs]
    return rows.exclude(pk__in=twice)


def _movable_labels(rows: Any, target: int) -> Any:
    """Where both have a label, the guest's stays with the merged-away profile."""
    own = Label.objects.filter(profile_id=target, removed_at=None).values_list("name", flat=True)
    return rows.exclude(removed_at=None, name__in=list(own))


def _adopt(source: Profile, target: Profile) -> None:
    """What the surviving profile takes over: the earlier arm, the latest channel, and, while the host has
    told nothing of its account itself, how the latest order addressed them."""
    if (source.created_at, source.pk) < (target.created_at, target.pk):
        target.arm_key, target.created_at = source.arm_key, source.created_at
    newest = Purchase.objects.filter(profile_id=target.pk).order_by("-placed_at", "-reference").first()
    if newest is not None:
        target.channel = newest.channel
    if target.joined_at is None and not target.email:
        target.email, target.email_key = source.email, source.email_key
        target.first_name, target.language = source.first_name, source.language
    declared = source.time_zone_declared and not target.time_zone_declared
    if source.time_zone and (declared or not target.time_zone):
        target.time_zone, target.time_zone_declared = source.time_zone, source.time_zone_declared
    if source.language_declared and not target.language_declared:
        target.language, target.language_declared = source.language, True
    target.save(using=conf.database())
