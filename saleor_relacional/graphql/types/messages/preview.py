"""A message as it would arrive."""

import graphene

from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.types.messages.faults import RelationshipTemplateFault


class RelationshipTemplateInput(graphene.InputObjectType):
    """The words of a message in one language."""

    subject = graphene.String(required=True, description="Liquid.")
    preheader = graphene.String(description="Liquid. Empty: mail programs show the first words.")
    mjml = graphene.String(required=True, description="Liquid on MJML: sections, without head and foot.")
    text = graphene.String(required=True, description="Liquid. The same for whoever reads plain text.")


class RelationshipTemplatePreview(graphene.ObjectType):
    """A message as it would arrive."""

    language = graphene.String(required=True, description="Of the words.")
    subject = graphene.String(required=True)
    preheader = graphene.String(required=True)
    html = graphene.String(
        required=True,
        description='Show it in <iframe sandbox="" srcdoc="…">. It forbids scripts by itself, and its links act for'
        " nobody.",
    )
    text = graphene.String(required=True)
    size = graphene.Int(required=True, description="Bytes of the HTML as it is mailed.")
    faults = listed(
        RelationshipTemplateFault, "What is wrong with the words that were given; then the rest is empty."
    )

    class Meta:
        description = "A message as it would arrive."
