"""Who may do what: asked once per request, checked in every resolver that needs it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from graphql import GraphQLError

from saleor_relacional.graphql.request import caller
from saleor_relacional.hosts.base import Caller

MANAGE_USERS = "MANAGE_USERS"
MANAGE_RELATIONSHIPS = "MANAGE_RELATIONSHIPS"


class PermissionDenied(GraphQLError):
    """The caller lacks a permission. The class's name is the error's code, as in Saleor."""

    def __init__(self, *permissions: str) -> None:
        needed = ", ".join(permissions)
        super().__init__(
            f"To access this path, you need one of the following permissions: {needed}"
            if needed
            else "You do not have permission to perform this action"
        )


def says(*permissions: str) -> str:
    """The sentence about permissions with which Saleor ends a description."""
    return f"\n\nRequires one of the following permissions: {', '.join(permissions)}."


def require(info: Any, permission: str) -> Caller:
    """The caller, when they hold the permission. Raises PermissionDenied otherwise."""
    asking = caller(info.context)
    if not asking.may(permission):
        raise PermissionDenied(permission)
    return asking


def needs(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a resolver: it runs only for callers who hold the permission."""

    def decorate(resolver: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(resolver)
        def checked(root: Any, info: Any, **arguments: Any) -> Any:
            require(info, permission)
            return resolver(root, info, **arguments)

        return checked

    return decorate


def sees(info: Any, account: str | None) -> None:
    """Raises PermissionDenied unless the caller is this customer, or may read customers."""
    asking = caller(info.context)
    themself = account is not None and asking.account == account and asking.app is None
    if not themself and not asking.may(MANAGE_USERS):
        raise PermissionDenied(MANAGE_USERS, "OWNER")
