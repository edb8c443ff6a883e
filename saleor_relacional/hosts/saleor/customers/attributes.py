"""Customer attributes of Saleor 3.23.26 and later, by ORM and SQL: no webhook fires, no account's `updated_at` moves.

What is ours carries an external reference that begins with MARK; nothing else is touched. Saleor shows and filters a
value only where the attribute is assigned to the account's customer type. Which types we assigned it to stands in the
attribute's private metadata: where staff took it off a type, it stays off.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from django.db import models, transaction
from saleor.account.models import CustomerType, User
from saleor.attribute import AttributeInputType, AttributeType
from saleor.attribute.models import (
    AssignedUserAttributeValue,
    Attribute,
    AttributeCustomerType,
    AttributeValue,
)

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.hosts.attributes import AccountValues, CustomerAttribute

MARK = "relacional:"
SLUG = "relacional"
ASSIGNED = "relacional_customer_types"
"""Key in an attribute's private metadata: the customer types that we assigned it to."""

_ASSIGN = f"""
INSERT INTO {AssignedUserAttributeValue._meta.db_table} (user_id, value_id, sort_order)
SELECT u.id, wanted.value_id, 0
FROM unnest(%s::int[], %s::int[]) AS wanted (user_id, value_id)
JOIN {User._meta.db_table} u ON u.id = wanted.user_id
ORDER BY u.id, wanted.value_id
FOR KEY SHARE OF u
ON CONFLICT (value_id, user_id) DO NOTHING
"""
"""An account that is being deleted is waited for, and then not there."""


class SaleorAttributes:
    """Implements saleor_relacional.hosts.attributes.AttributeStore, where each method is described."""

    def define(self, wanted: Sequence[CustomerAttribute], *, made: Set[str]) -> Set[str]:
        with transaction.atomic(using=conf.HOST_DATABASE):
            there = {_key(row): row for row in _ours()}
            for one in wanted:
                if one.key not in there and one.key not in made:
                    there[one.key] = _make(one)
            rows = [(one, there[one.key]) for one in wanted if one.key in there]
            for one, row in rows:
                _name_values(one, row)
            _assign_to_types([row for _, row in rows])
        return frozenset(there)

    def standing(self, wanted: Sequence[CustomerAttribute]) -> list[str]:
        marks = _marks(wanted)
        found = _values().filter(external_reference__in=marks).values_list("pk", flat=True)
        return sorted(str(pk) for pk in found)

    def write(self, accounts: Mapping[str, AccountValues]) -> int:
        users = {int(one): values for one, values in accounts.items() if one.isdecimal()}
        with transaction.atomic(using=conf.HOST_DATABASE):
            keys = {pk: _split(mark) for pk, mark in _values().values_list("pk", "external_reference")}
            if not keys or not users:
                return 0
            rows = AssignedUserAttributeValue.objects.filter(user_id__in=[*users], value_id__in=[*keys])
            has = {(user, value): pk for pk, user, value in rows.values_list("pk", "user_id", "value_id")}
            wants = {
                (user, pk)
                for user, values in users.items()
                for pk, (attribute, value) in keys.items()
                if value in values.get(attribute, ())
            }
            gone = [pk for pair, pk in has.items() if pair not in wants]
            AssignedUserAttributeValue.objects.filter(pk__in=gone).delete()
            return len(gone) + _assign(wants - has.keys())

    def tidy(self, wanted: Sequence[CustomerAttribute], *, limit: int) -> bool:
        marks = _marks(wanted)
        with transaction.atomic(using=conf.HOST_DATABASE):
            values = [
                pk for pk, mark in _values().values_list("pk", "external_reference") if mark not in marks
            ]
            assigned = AssignedUserAttributeValue.objects.filter(value_id__in=values)
            some = list(assigned.order_by("pk").values_list("pk", flat=True)[:limit])
            if some:
                AssignedUserAttributeValue.objects.filter(pk__in=some).delete()
            if len(some) == limit:
                return False
            AttributeValue.objects.filter(pk__in=values).delete()
            kept = {one.key for one in wanted}
            for row in _ours():
                if _key(row) not in kept:
                    _leave(row)
        return True


def _ours() -> models.QuerySet[Attribute]:
    return Attribute.objects.filter(
        type=AttributeType.CUSTOMER_TYPE, external_reference__startswith=MARK
    ).order_by("pk")


def _values() -> models.QuerySet[AttributeValue]:
    return AttributeValue.objects.filter(
        attribute__type=AttributeType.CUSTOMER_TYPE, external_reference__startswith=MARK
    )


def _key(row: Attribute) -> str:
    return str(row.external_reference).removeprefix(MARK)


def _mark(attribute: str, value: str) -> str:
    return f"{MARK}{attribute}:{value}"


def _marks(wanted: Iterable[CustomerAttribute]) -> set[str]:
    return {_mark(one.key, value) for one in wanted for value in one.values}


def _split(mark: str) -> tuple[str, str]:
    attribute, _, value = mark.removeprefix(MARK).partition(":")
    return attribute, value


def _make(wanted: CustomerAttribute) -> Attribute:
    return Attribute.objects.create(
        slug=_free_slug(f"{SLUG}-{wanted.key}"),
        name=wanted.name,
        type=AttributeType.CUSTOMER_TYPE,
        input_type=AttributeInputType.MULTISELECT if wanted.several else AttributeInputType.DROPDOWN,
        external_reference=f"{MARK}{wanted.key}",
        value_required=False,
        visible_in_storefront=False,
        filterable_in_dashboard=True,
    )


def _free_slug(wanted: str) -> str:
    """The slug, with a number where staff have used it already."""
    taken = set(Attribute.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def _name_values(wanted: CustomerAttribute, row: Attribute) -> None:
    """The values that are missing, in the order in which they are wanted, and those of another name."""
    values = AttributeValue.objects.filter(attribute=row)
    there = {value.external_reference: value for value in values}
    slugs = {value.slug for value in values}
    for place, (key, name) in enumerate(wanted.values.items()):
        known = there.get(_mark(wanted.key, key))
        if known is None:
            slug = key if key not in slugs else f"{SLUG}-{key}"
            AttributeValue.objects.create(
                attribute=row, slug=slug, name=name[:250], external_reference=_mark(wanted.key, key)
            )
        elif (known.name, known.sort_order) != (name[:250], place):
            AttributeValue.objects.filter(pk=known.pk).update(name=name[:250], sort_order=place)


def _assign_to_types(rows: Iterable[Attribute]) -> None:
    types = list(CustomerType.objects.order_by("pk").values_list("pk", flat=True))
    for row in rows:
        before = row.private_metadata.get(ASSIGNED, [])
        new = [pk for pk in types if pk not in before]
        if new:
            AttributeCustomerType.objects.bulk_create(
                [AttributeCustomerType(attribute=row, customer_type_id=pk) for pk in new],
                ignore_conflicts=True,
            )
            row.private_metadata[ASSIGNED] = [*before, *new]
            row.save(update_fields=["private_metadata"])


def _assign(wanted: Iterable[tuple[int, int]]) -> int:
    pairs = sorted(wanted)
    if not pairs:
        return 0
    return sql.run(
        _ASSIGN, [[user for user, _ in pairs], [value for _, value in pairs]], using=conf.HOST_DATABASE
    )


def _leave(row: Attribute) -> None:
    """Delete an attribute of ours; where staff gave it values of their own, it is theirs from now on."""
    if not AttributeValue.objects.filter(attribute=row).exists():
        Attribute.objects.filter(pk=row.pk).delete()
        return
    row.private_metadata.pop(ASSIGNED, None)
    row.external_reference = None
    row.save(update_fields=["private_metadata", "external_reference"])
