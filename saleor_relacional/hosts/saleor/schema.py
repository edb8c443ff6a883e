"""Our fields inside Saleor's own /graphql/: put on classes that Saleor's schema is about to be made of.

This must happen after all apps are ready and before saleor.graphql.api is imported, which builds the schema.
"""

import sys
from typing import Any

import graphene
from graphene.types.mountedtype import MountedType
from graphene.types.unmountedtype import UnmountedType
from promise import Promise
from saleor.graphql.account.dataloaders import UserByUserIdLoader
from saleor.graphql.account.types import User
from saleor.graphql.core.enums import OrderDirection
from saleor.graphql.core.scalars import Date, DateTime
from saleor.graphql.core.types.money import Money
from saleor.graphql.plugins.schema import PluginsMutations, PluginsQueries
from saleor.graphql.query_cost_map import COST_MAP

from saleor_relacional.hosts.base import GraphQLTypes

BUILT = "saleor.graphql.api"


class SeamMissing(ImportError):
    """Saleor has changed where our fields are put, or its schema was built too early."""


def graphql_types() -> GraphQLTypes:
    """Saleor's own types."""
    return GraphQLTypes(
        money=Money, user=User, load_users=load_users, date_time=DateTime, date=Date, direction=OrderDirection
    )


def load_users(info: Any, accounts: list[str]) -> Promise:
    """Users in one batch per request, from the replica where queries read; None where there is none."""
    return UserByUserIdLoader(info.context).load_many([int(account) for account in accounts])


def mount() -> None:
    """Put our fields in place. Raises SeamMissing when they would not be seen."""
    if BUILT in sys.modules:
        raise SeamMissing(f"{BUILT} was imported before our fields were in place")
    from saleor_relacional.graphql import schema as ours

    _move(ours.RelationshipQueries, PluginsQueries)
    _move(ours.RelationshipMutations, PluginsMutations)
    User._meta.fields["relationship"] = ours.user_field
    for type_name, fields in ours.COSTS.items():
        for field, cost in fields.items():
            COST_MAP.setdefault(type_name, {}).setdefault(field, cost)


def _move(ours: type[graphene.ObjectType], theirs: type[graphene.ObjectType]) -> None:
    # graphene 2 collects fields from the attributes of a schema class's bases, so attributes are what must be there.
    for base in reversed(ours.__mro__):
        if base in graphene.ObjectType.__mro__:
            continue
        for name, value in vars(base).items():
            if isinstance(value, MountedType | UnmountedType) or name.startswith("resolve_"):
                setattr(theirs, name, value)
