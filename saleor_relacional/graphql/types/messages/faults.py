"""What is wrong with a template, and what is remarked on it."""

from typing import Any

import graphene

from saleor_relacional.emails.checks import Fault, FaultCode
from saleor_relacional.emails.lint import Remark, RemarkCode
from saleor_relacional.flows.campaigns.campaign.lint import StepRemark
from saleor_relacional.flows.messages import fault_words, remark_words
from saleor_relacional.graphql.types.enums import enum_of

FaultEnum = enum_of("RelationshipTemplateFaultEnum", FaultCode, "What is wrong with a template.")
RemarkEnum = enum_of("RelationshipTemplateRemarkEnum", RemarkCode, "What is pointed out in a template.")


class RelationshipTemplateFault(graphene.ObjectType):
    """One thing for which a template is not saved."""

    code = graphene.Field(FaultEnum, required=True)
    part = graphene.String(required=True, description="subject, preheader, mjml or text.")
    line = graphene.Int(description="From 1; null where it is the whole part.")
    column = graphene.Int(description="From 1; null where it is the whole part.")
    message = graphene.String(required=True, description="What is wrong and what mends it.")

    class Meta:
        description = "One thing for which a template is not saved, with its place and its cure."

    @staticmethod
    def resolve_message(root: Fault, info: Any) -> str:
        return fault_words.words(root)


class RelationshipTemplateRemark(graphene.ObjectType):
    """One thing that a mail should not say although it could."""

    code = graphene.Field(RemarkEnum, required=True)
    part = graphene.String(required=True, description="subject, preheader, mjml or text.")
    line = graphene.Int(description="From 1; null where it is the whole part.")
    column = graphene.Int(description="From 1; null where it is the whole part.")
    message = graphene.String(required=True, description="What is wrong and what mends it.")
    grave = graphene.Boolean(
        required=True,
        description="Whether a campaign with it is not switched on: it deceives, or breaks a promise.",
    )

    class Meta:
        description = "One thing that a mail should not say although it could."

    @staticmethod
    def resolve_message(root: Remark, info: Any) -> str:
        return remark_words.words(root)


class RelationshipCampaignRemark(graphene.ObjectType):
    """What is pointed out in a message of a campaign."""

    step = graphene.Int(required=True, description="Which message of the campaign, from 1.")
    template = graphene.String(required=True, description="Name of the message.")
    language = graphene.String(required=True)
    message = graphene.String(required=True, description="Where it stands, what is wrong and what mends it.")
    grave = graphene.Boolean(required=True, description="Whether the campaign is not switched on with it.")

    class Meta:
        description = "What is pointed out in a message of a campaign, or is at fault in it."

    @staticmethod
    def resolve_template(root: StepRemark, info: Any) -> str:
        return root.message

    @staticmethod
    def resolve_message(root: StepRemark, info: Any) -> str:
        return fault_words.said(root.fault) if root.fault else remark_words.said(root.remark)
