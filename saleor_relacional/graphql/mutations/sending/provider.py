"""Staff say how fast mails may leave, and start sending again."""

from typing import Any

import graphene

from saleor_relacional.flows.sending.mail_server import providers, restarting
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.sending.outbox import RelationshipMailProvider


class RelationshipMailProviderInput(graphene.InputObjectType):
    """All of it at once: what is null or not given has no limit."""

    per_second = graphene.Float(description="Mails per second at most, over all workers: 0.001 to 10,000.")
    per_day = graphene.Int(description="Mails per day of the shop at most, service messages included.")
    warm_up_from = graphene.Int(
        description="Of a new address: mails on the first day, today; twice as many on each day after it."
    )


class RelationshipMailProviderUpdate(graphene.Mutation):
    """How fast mails may leave."""

    provider = graphene.Field(RelationshipMailProvider)
    errors = errors_field()

    class Arguments:
        input = RelationshipMailProviderInput(required=True)

    class Meta:
        description = "Say how fast mails may leave through the provider in use." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    given = {name: input.get(name) for name in ("per_second", "per_day", "warm_up_from")}
    return cls(provider=providers.decide(now=request(info.context).now, **given), errors=[])


class RelationshipSendingRestart(graphene.Mutation):
    """Sending goes on."""

    provider = graphene.Field(RelationshipMailProvider)
    errors = errors_field()

    class Arguments:
        with_test = graphene.Boolean(
            required=True,
            description=(
                "Only if the mail server takes a mail to the shop's own address first; false: at once."
            ),
        )

    class Meta:
        description = "Start sending again after the mail server did not want our mails." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _restart(cls, root, info, **arguments)


@by_owner
def _restart(cls: Any, _root: Any, info: Any, *, with_test: bool) -> Any:
    return cls(provider=restarting.restart(request(info.context).now, with_test=with_test), errors=[])
