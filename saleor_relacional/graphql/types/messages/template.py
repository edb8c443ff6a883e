"""The words of a message in one language, and its versions."""

from dataclasses import dataclass
from typing import Any

import graphene

from saleor_relacional.emails import library as shipped
from saleor_relacional.emails.checks import known
from saleor_relacional.flows.campaigns.campaign import lint
from saleor_relacional.flows.messages import library, templates
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.request import alias, writing
from saleor_relacional.graphql.types.messages.faults import (
    RelationshipTemplateFault,
    RelationshipTemplateRemark,
)
from saleor_relacional.models import TemplateVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message in one language, as it holds."""

    message: str
    language: str
    row: TemplateVersion | None
    """The version that holds; None: nobody has saved one."""

    @property
    def words(self) -> Words:
        """What it says."""
        source = library.of_version(self.row) if self.row else shipped.source(self.message, self.language)
        return Words(subject=source.subject, preheader=source.preheader, mjml=source.mjml, text=source.text)


class RelationshipTemplateVersion(graphene.ObjectType):
    """One saving of a template."""

    number = graphene.Int(required=True)
    shipped = graphene.Boolean(required=True, description="Whether it goes back to the words that ship.")
    restores = graphene.Int(description="Number of the version that it took again; null: none.")
    subject = graphene.String(required=True)
    preheader = graphene.String(required=True)
    mjml = graphene.String(required=True)
    text = graphene.String(required=True)
    made_at = moment("When it was saved.", required=True)
    made_by = graphene.String(required=True, description="staff:ID or app:ID at the host.")

    class Meta:
        description = "One saving of a template. None is ever changed."


class RelationshipTemplate(graphene.ObjectType):
    """The words of a message in one language."""

    message = graphene.String(
        required=True, description="Name of the message, as steps of campaigns name it."
    )
    language = graphene.String(required=True, description="Language tag in small letters: es, es-mx.")
    number = graphene.Int(required=True, description="Of the version that holds; 0: nobody has saved one.")
    own = graphene.Boolean(
        required=True, description="Whether the words are the shop's own; else they are ours."
    )
    subject = graphene.String(required=True, description="Liquid.")
    preheader = graphene.String(
        required=True,
        description="Liquid. What a mail program shows beside the subject; empty: the first words.",
    )
    mjml = graphene.String(
        required=True, description="Liquid on MJML, between a head and a foot that stay ours."
    )
    text = graphene.String(required=True, description="Liquid. The same for whoever reads plain text.")
    variables = listed(graphene.String, "All that its Liquid may name; [] is behind what is a list.")
    versions = listed(
        RelationshipTemplateVersion,
        "The latest first.",
        first=graphene.Int(default_value=20, description="100 at most."),
    )
    diff = graphene.String(
        required=True,
        before=graphene.Int(required=True, description="Number of a version; 0: the words that ship."),
        after=graphene.Int(description="Number of a version. Default: the one that holds."),
        description="What changed between two versions, part by part, as a unified diff; empty: nothing.",
    )
    faults = listed(RelationshipTemplateFault, "What is wrong with the words that hold; empty: nothing.")
    remarks = listed(RelationshipTemplateRemark, "What the linter points out in the words that hold.")

    class Meta:
        description = "The words of a message in one language: the shop's own, or those that ship."

    @staticmethod
    def resolve_number(root: Template, info: Any) -> int:
        return root.row.number if root.row else 0

    @staticmethod
    def resolve_own(root: Template, info: Any) -> bool:
        return root.row is not None and not root.row.shipped

    @staticmethod
    def resolve_subject(root: Template, info: Any) -> str:
        return root.words.subject

    @staticmethod
    def resolve_preheader(root: Template, info: Any) -> str:
        return root.words.preheader

    @staticmethod
    def resolve_mjml(root: Template, info: Any) -> str:
        return root.words.mjml

    @staticmethod
    def resolve_text(root: Template, info: Any) -> str:
        return root.words.text

    @staticmethod
    def resolve_variables(root: Template, info: Any) -> list[str]:
        return known.names(known.of(shipped.sample(root.message)))

    @staticmethod
    def resolve_versions(root: Template, info: Any, first: int) -> list[TemplateVersion]:
        most = min(max(first, 0), 100)
        return templates.history(root.message, root.language, most=most, using=alias(info.context))

    @staticmethod
    def resolve_diff(root: Template, info: Any, before: int, after: int | None = None) -> str:
        with writing():
            old, new = (templates.of(root.message, root.language, number) for number in (before, after))
        return templates.diff(old, new)

    @staticmethod
    def resolve_faults(root: Template, info: Any) -> Any:
        return templates.look_over(root.message, root.language, root.words)

    @staticmethod
    def resolve_remarks(root: Template, info: Any) -> Any:
        with writing():
            return lint.of_message(root.message, root.language)


def of(message: str, language: str) -> Template:
    """One template. Raises BadInput where there is none."""
    language = templates.known(message, language)
    return Template(message=message, language=language, row=templates.current(message, language))


def every(message: str | None) -> list[Template]:
    """All templates: every message in every language that ships, and in those in which the shop has written it."""
    return [Template(message=name, language=tag, row=row) for name, tag, row in templates.held(message)]
