"""Managers that know which database their table lives in (docs/sharding.md). `.using(alias)` says otherwise."""

from typing import TypeVar

from django.db import models

from saleor_relacional import conf

M = TypeVar("M", bound=models.Model)


class OurManager(models.Manager[M]):
    """Of tables that live in the database of ours."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().using(conf.database())

    def at(self, alias: str | None) -> models.QuerySet[M]:
        """Read from this alias (a replica), where one is given."""
        return self.using(alias) if alias else self.get_queryset()


class HostManager(models.Manager[M]):
    """Of the one table that stays in the host's database."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().using(conf.HOST_DATABASE)
