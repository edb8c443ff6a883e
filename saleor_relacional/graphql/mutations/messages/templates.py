"""The owner writes."""

from typing import Any

import graphene

from saleor_relacional.flows.messages import templates
from saleor_relacional.flows.messages.fault_words import BadTemplate
from saleor_relacional.flows.sending import trial_mail
from saleor_relacional.graphql.errors import all_of
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.queries.messages import LANGUAGE, MESSAGE, asked, shown, typed
from saleor_relacional.graphql.request import actor, caller, request
from saleor_relacional.graphql.types.messages import template
from saleor_relacional.graphql.types.messages.faults import RelationshipTemplateFault
from saleor_relacional.graphql.types.messages.preview import RelationshipTemplateInput
from saleor_relacional.graphql.types.messages.template import RelationshipTemplate

BASIS = "Number of the version that you began from; 0: the words that ship. Where another one holds, nothing is saved."
FAULTS = "Everything that is wrong with the words; empty: they are saved."


class RelationshipTemplateUpdate(graphene.Mutation):
    """The owner saves words."""

    template = graphene.Field(RelationshipTemplate)
    faults = listed(RelationshipTemplateFault, FAULTS)
    errors = errors_field()

    class Arguments:
        message = graphene.String(required=True, description=MESSAGE)
        language = graphene.String(required=True, description=LANGUAGE)
        basis = graphene.Int(required=True, description=BASIS)
        input = RelationshipTemplateInput(required=True)

    class Meta:
        description = (
            "Save the words of a message in one language, as a new version that holds from now on."
            + says(MANAGE_RELATIONSHIPS)
        )

    @staticmethod
    def resolve_faults(root: Any, info: Any) -> Any:
        return root.faults or []

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _update(cls, root, info, **arguments)


@by_owner
def _update(cls: Any, _root: Any, info: Any, *, message: str, language: str, basis: int, input: Any) -> Any:
    who, now = actor(info.context), request(info.context).now
    return _saved(cls, lambda: templates.save(message, language, typed(input), basis=basis, who=who, now=now))


class RelationshipTemplateRestore(graphene.Mutation):
    """The owner takes earlier words again."""

    template = graphene.Field(RelationshipTemplate)
    faults = listed(RelationshipTemplateFault, FAULTS)
    errors = errors_field()

    class Arguments:
        message = graphene.String(required=True, description=MESSAGE)
        language = graphene.String(required=True, description=LANGUAGE)
        version = graphene.Int(required=True, description="Number of the version; 0: the words that ship.")
        basis = graphene.Int(required=True, description=BASIS)

    class Meta:
        description = "Let an earlier version of a template hold again, as a new version." + says(
            MANAGE_RELATIONSHIPS
        )

    @staticmethod
    def resolve_faults(root: Any, info: Any) -> Any:
        return root.faults or []

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _restore(cls, root, info, **arguments)


@by_owner
def _restore(
    cls: Any, _root: Any, info: Any, *, message: str, language: str, version: int, basis: int
) -> Any:
    who, now = actor(info.context), request(info.context).now
    return _saved(cls, lambda: templates.restore(message, language, version, basis=basis, who=who, now=now))


def _saved(cls: Any, save: Any) -> Any:
    try:
        row = save()
    except BadTemplate as error:
        return cls(faults=error.faults, errors=all_of(error))
    return cls(template=template.of(row.message, row.language), faults=[], errors=[])


class RelationshipTestMailSend(graphene.Mutation):
    """A message as it would arrive, to whoever asks."""

    faults = listed(RelationshipTemplateFault, FAULTS)
    errors = errors_field()

    class Meta:
        description = (
            "Mail a message as it would arrive to your own staff account's address, and to nobody else. Its links act"
            " for nobody." + says(MANAGE_RELATIONSHIPS)
        )
        arguments = shown()

    @staticmethod
    def resolve_faults(root: Any, info: Any) -> Any:
        return root.faults or []

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _send(cls, root, info, **arguments)


@by_owner
def _send(cls: Any, _root: Any, info: Any, **what: Any) -> Any:
    try:
        trial_mail.send(asked(**what), account=caller(info.context).account, now=request(info.context).now)
    except BadTemplate as error:
        return cls(faults=error.faults, errors=all_of(error))
    return cls(faults=[], errors=[])
