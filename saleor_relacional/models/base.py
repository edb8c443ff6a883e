"""What our tables have in common: which database a query of them goes to."""

from typing import ClassVar, Self

from django.db import models

from saleor_relacional.db.managers import HostManager, OurManager


class OurModel(models.Model):
    """A table in our database."""

    objects: ClassVar[OurManager[Self]] = OurManager()

    class Meta:
        abstract = True


class HostModel(models.Model):
    """A table that stays in the host's database, always."""

    objects: ClassVar[HostManager[Self]] = HostManager()

    class Meta:
        abstract = True
