"""All that we hold of one person, table by table, and what we would say about it in words. Which tables: every one of
ours that hangs on a person, found from the models, so that a new one cannot be forgotten; and those that know people by
an address or a code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, Model, Q

from saleor_relacional.db import sql
from saleor_relacional.flows.people import forget, tombstones
from saleor_relacional.models import (
    Basket,
    Entitlement,
    Identity,
    IdentityKind,
    ImportLine,
    Incentive,
    Objection,
    Profile,
    ServiceMessage,
)

LEFT_OUT: Mapping[str, str] = {
    "touch.claim_token": "who of our programs works on it",
    "touch.lease_until": "until when",
    "label.set_by": "a member of staff",
    "label.removed_by": "a member of staff",
    "staffnote.written_by": "a member of staff",
    "stafftask.owner": "a member of staff",
    "stafftask.ended_by": "a member of staff",
    "remark.answered_by": "a member of staff",
    "purchasecorrection.made_by": "a member of staff",
    "purchasecorrection.undone_by": "a member of staff",
    "feedbackcase.owner": "a member of staff",
    "feedbackcase.answered_by": "a member of staff",
    "feedbackcase.closed_by": "a member of staff",
}
"""Columns that are of somebody else or of nobody → what they tell."""

Value = str | int | float | bool | None
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export: everything, as plain values."""

    made_at: datetime
    tables: Mapping[str, list[Row]]
    """Name of the table → its rows, each column by name. Tables that hold nothing of them stand there, empty."""


def of(profile: Profile, now: datetime) -> Export:
    """The data export: all rows of this person and of whoever was merged into them. One statement per table."""
    with sql.atomic():
        family = forget.family(profile.pk)
        tables = {
            model._meta.model_name or "": [_row(one) for one in model.objects.filter(where).order_by("pk")]  # type: ignore[attr-defined]
            for model, where in _wheres(family).items()
        }
    return Export(made_at=now, tables=tables)


def person_paths() -> dict[type[Model], list[str]]:
    """Each model of ours that hangs on a person → lookups that lead to the profile's key, the shortest ones."""
    paths: dict[type[Model], list[str]] = {Profile: ["pk"]}
    models = [
        model for model in apps.get_app_config("saleor_relacional").get_models() if model is not Profile
    ]
    for model in models:
        if own := list(_direct(model)):
            paths[model] = own
    grown = True
    while grown:
        more = {model: found for model in models if model not in paths and (found := _through(model, paths))}
        paths |= more
        grown = bool(more)
    return paths


def _direct(model: type[Model]) -> Iterator[str]:
    """Keys of a profile in the model's own columns."""
    for field in model._meta.concrete_fields:
        named = isinstance(field, ForeignKey) and field.related_model is Profile
        if named or field.attname == "profile_id":
            yield field.attname


def _through(model: type[Model], paths: Mapping[type[Model], list[str]]) -> list[str]:
    """By way of what it belongs to."""
    return [
        f"{field.name}__{path}"
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model in paths
        for path in paths[field.related_model]  # type: ignore[index]
    ]


def _wheres(family: list[int]) -> dict[type[Model], Q]:
    found: dict[type[Model], Q] = {}
    for model, paths in person_paths().items():
        where = Q()
        for path in paths:
            where |= Q(**{f"{path}__in": family})
        found[model] = where
    return _named(found, family)


def _named(found: dict[type[Model], Q], family: list[int]) -> dict[type[Model], Q]:
    """Tables that know them by a name. An address counts as theirs when it is proved, or nobody else's."""
    known = Identity.objects.filter(profile_id__in=family)
    emails = list(known.filter(kind=IdentityKind.EMAIL).values_list("key", flat=True))
    told = Profile.objects.filter(pk__in=family).exclude(email_key="").values_list("email_key", flat=True)
    codes = list(Incentive.objects.filter(profile_id__in=family).values_list("code", flat=True))
    digests = list(tombstones.digests([tombstones.email(key) for key in {*emails, *told}]).values())
    imported = known.filter(kind=IdentityKind.ACCOUNT, source__startswith="import:")
    numbers = [f"c:{key}" for key in imported.values_list("key", flat=True)]
    return found | {
        Basket: found[Basket] | Q(profile=None, email_key__in=emails),
        Entitlement: Q(code__in=codes),
        Objection: Q(digest__in=digests),
        ServiceMessage: Q(touch__profile_id__in=family),
        ImportLine: Q(who__in=[*(f"e:{key}" for key in emails), *numbers]),
    }


def _row(one: Model) -> Row:
    table = one._meta.model_name
    return {
        field.attname: plain(field.value_from_object(one))
        for field in one._meta.concrete_fields
        if f"{table}.{field.attname}" not in LEFT_OUT
    }


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
