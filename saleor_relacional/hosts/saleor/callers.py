"""Who is asking: from a GraphQL context, and from the token that the dashboard hands to our pages."""

from typing import Any

import graphene
import jwt
from django.conf import settings
from saleor.account.models import User
from saleor.app.models import App
from saleor.core.auth import get_token_from_request
from saleor.core.jwt import (
    APP_KEY_FIELD,
    JWT_THIRDPARTY_ACCESS_TYPE,
    get_user_from_payload,
    jwt_decode,
)
from saleor.graphql.app.dataloaders import get_app_promise
from saleor.permission.enums import get_permission_names

from saleor_relacional.hosts.base import ANONYMOUS, Caller

APP_IDENTIFIER = "saleor_relacional"


def caller(context: Any) -> Caller:
    """The app or user that Saleor itself found behind a GraphQL request. For a request of one of our pages, whose token
    Saleor does not read, the bearer of that token."""
    if not hasattr(context, "user"):
        return caller_of(get_token_from_request(context) or "")
    app = get_app_promise(context).get()
    if app is not None:
        names = _names(app.permissions.all()) if app.is_active else frozenset()
        return Caller(account=None, vouched=False, staff=False, app=str(app.pk), permissions=names)
    user = _user_behind(context)
    if user is None:
        return ANONYMOUS
    return _user(user, _names(user.effective_permissions) if user.is_staff else frozenset())


def staff_address(account: str) -> str:
    """See Host.staff_address."""
    if not account.isdecimal():
        return ""
    staff = User.objects.filter(pk=int(account), is_staff=True, is_active=True)
    return staff.values_list("email", flat=True).first() or ""


def _user_behind(context: Any) -> User | None:
    try:
        user = getattr(context, "user", None)
        return user if user and user.is_active else None  # lazy: this is where Saleor reads the token
    except jwt.PyJWTError:
        return None  # a token that outlived its account


def caller_of(token: str) -> Caller:
    """The staff user behind a token of one of our dashboard extensions; ANONYMOUS for any other token.

    The token says who it is; what its user and our app may do is asked anew, so that a permission taken away counts at
    once and not when the token ends. (A token names only what its extension lists, for looking; our pages act too.)
    """
    try:
        payload = jwt_decode(token)
        user = get_user_from_payload(payload)
    except jwt.PyJWTError:
        return ANONYMOUS
    app = App.objects.filter(identifier=APP_IDENTIFIER, is_active=True, removed_at__isnull=True).first()
    if app is None or user is None or not user.is_staff or not _is_for(app, payload):
        return ANONYMOUS
    return _user(user, _names(user.effective_permissions) & _names(app.permissions.all()))


def _is_for(app: App, payload: dict[str, Any]) -> bool:
    own = graphene.Node.to_global_id("App", app.pk)
    return payload.get("type") == JWT_THIRDPARTY_ACCESS_TYPE and payload.get(APP_KEY_FIELD) == own


def _user(user: User, permissions: frozenset[str]) -> Caller:
    return Caller(
        account=str(user.pk),
        vouched=user.is_confirmed,
        staff=user.is_staff,
        app=None,
        permissions=permissions,
    )


def _names(permissions: Any) -> frozenset[str]:
    return frozenset(get_permission_names(permissions.using(settings.DATABASE_CONNECTION_REPLICA_NAME)))
