"""Customer attributes of the small shop, as Saleor has them."""

from collections.abc import Mapping, Sequence, Set

from django.db import transaction
from django.db.models import QuerySet

from saleor_relacional import conf
from saleor_relacional.hosts.attributes import AccountValues, CustomerAttribute
from saleor_relacional.hosts.standalone import facts, models


class ShopAttributes:
    """Implements saleor_relacional.hosts.attributes.AttributeStore, where each method is described."""

    def define(self, wanted: Sequence[CustomerAttribute], *, made: Set[str]) -> Set[str]:
        with transaction.atomic(using=conf.HOST_DATABASE):
            there = {row.program_key: row for row in _ours()}
            for one in wanted:
                if one.key not in there and one.key not in made:
                    there[one.key] = models.CustomerAttribute.objects.create(
                        slug=_free_slug(one.key), name=one.name, several=one.several, program_key=one.key
                    )
                if one.key in there:
                    _name_values(one, there[one.key])
        return frozenset(str(key) for key in there)

    def standing(self, wanted: Sequence[CustomerAttribute]) -> list[str]:
        keys = _keys(wanted)
        found = _values().values_list("pk", "attribute__program_key", "program_key")
        return sorted(str(pk) for pk, attribute, value in found if (attribute, value) in keys)

    def write(self, accounts: Mapping[str, AccountValues]) -> int:
        known = models.Customer.objects.filter(pk__in=facts.uuids([*accounts])).values_list("pk", flat=True)
        keys = {pk: (attribute, value) for pk, attribute, value in _values().values_list(
            "pk", "attribute__program_key", "program_key"
        )}  # fmt: skip
        wants = {
            (customer, pk)
            for customer in known
            for pk, (attribute, value) in keys.items()
            if value in accounts[str(customer)].get(str(attribute), ())
        }
        with transaction.atomic(using=conf.HOST_DATABASE):
            rows = models.CustomerValue.objects.filter(customer__in=known, value__in=[*keys])
            has = {
                (customer, value): pk for pk, customer, value in rows.values_list("pk", "customer", "value")
            }
            gone = [pk for pair, pk in has.items() if pair not in wants]
            models.CustomerValue.objects.filter(pk__in=gone).delete()
            new = sorted(wants - has.keys())
            models.CustomerValue.objects.bulk_create(
                [models.CustomerValue(customer_id=customer, value_id=value) for customer, value in new],
                ignore_conflicts=True,
            )
        return len(gone) + len(new)

    def tidy(self, wanted: Sequence[CustomerAttribute], *, limit: int) -> bool:
        kept = _keys(wanted)
        with transaction.atomic(using=conf.HOST_DATABASE):
            keys = _values().values_list("pk", "attribute__program_key", "program_key")
            values = [pk for pk, *key in keys if tuple(key) not in kept]
            has = models.CustomerValue.objects.filter(value__in=values).order_by("pk")
            some = list(has.values_list("pk", flat=True)[:limit])
            models.CustomerValue.objects.filter(pk__in=some).delete()
            if len(some) == limit:
                return False
            models.CustomerAttributeValue.objects.filter(pk__in=values).delete()
            over = _ours().exclude(program_key__in=[one.key for one in wanted])
            over.filter(values=None).delete()
            over.update(program_key="")
        return True


def _ours() -> QuerySet[models.CustomerAttribute]:
    return models.CustomerAttribute.objects.exclude(program_key="")


def _values() -> QuerySet[models.CustomerAttributeValue]:
    return models.CustomerAttributeValue.objects.exclude(attribute__program_key="").exclude(program_key="")


def _keys(wanted: Sequence[CustomerAttribute]) -> set[tuple[str, str]]:
    return {(one.key, value) for one in wanted for value in one.values}


def _free_slug(key: str) -> str:
    """The slug, with a number where staff have used it already."""
    wanted = f"relacional-{key}"
    rows = models.CustomerAttribute.objects.filter(slug__startswith=wanted)
    taken = set(rows.values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def _name_values(wanted: CustomerAttribute, row: models.CustomerAttribute) -> None:
    there = {value.program_key: value for value in row.values.all()}
    slugs = set(row.values.values_list("slug", flat=True))
    for key, name in wanted.values.items():
        if key in there:
            row.values.filter(pk=there[key].pk).exclude(name=name).update(name=name)
        else:
            row.values.create(
                slug=key if key not in slugs else f"relacional-{key}", name=name, program_key=key
            )
