"""Open an account, prove the address, log in, leave."""

from typing import Any

import graphene

from saleor_relacional.graphql.permissions import PermissionDenied
from saleor_relacional.graphql.request import caller
from saleor_relacional.hosts.standalone import callers, mailing, models
from saleor_relacional.hosts.standalone.graphql import types
from saleor_relacional.hosts.standalone.graphql.mutations.verb import Verb
from saleor_relacional.hosts.standalone.shop import accounts


class AccountRegisterInput(graphene.InputObjectType):
    """Who wants an account."""

    email = graphene.String(required=True)
    password = graphene.String(required=True)
    first_name = graphene.String()
    last_name = graphene.String()
    language_code = graphene.String()


class AccountRegister(Verb):
    """Open an account. A link goes to the address; until it is followed the address proves nothing."""

    requires_confirmation = graphene.Boolean(required=True, default_value=True)

    class Arguments:
        input = AccountRegisterInput(required=True)

    @classmethod
    def do(cls, info: Any, input: dict[str, str]) -> "AccountRegister":
        customer = accounts.register(
            input["email"],
            input["password"],
            first_name=input.get("first_name", ""),
            last_name=input.get("last_name", ""),
            language=input.get("language_code", "en").lower(),
        )
        mailing.ask_to_confirm(customer)
        return cls(errors=[], requires_confirmation=True)


class ConfirmAccount(Verb):
    """Follow the link: the address is proved."""

    user = graphene.Field(types.User)

    class Arguments:
        token = graphene.String(required=True)

    @classmethod
    def do(cls, info: Any, token: str) -> "ConfirmAccount":
        return cls(errors=[], user=accounts.confirm(token))


class TokenCreate(Verb):
    """Log in."""

    token = graphene.String()
    user = graphene.Field(types.User)

    class Arguments:
        email = graphene.String(required=True)
        password = graphene.String(required=True)

    @classmethod
    def do(cls, info: Any, email: str, password: str) -> "TokenCreate":
        customer = accounts.log_in(email, password)
        return cls(errors=[], token=callers.token_for(customer), user=customer)


class AccountDelete(Verb):
    """The account that is asking is deleted. Its orders stay in the books."""

    @classmethod
    def do(cls, info: Any) -> "AccountDelete":
        account = caller(info.context).account
        if account is None:
            raise PermissionDenied("AUTHENTICATED_USER")
        accounts.delete(models.Customer.objects.get(pk=account))
        return cls(errors=[])
