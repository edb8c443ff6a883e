"""The words that a message leaves with: the owner's where there are any, else those that ship."""

from collections.abc import Mapping
from dataclasses import replace

from saleor_relacional import emails
from saleor_relacional.db import sql, tables
from saleor_relacional.emails import library
from saleor_relacional.emails.languages import wanted
from saleor_relacional.flows.messages import looks
from saleor_relacional.models import TemplateVersion

_LATEST = f"""
SELECT DISTINCT ON (message, language) id FROM {tables.TEMPLATE_VERSION} WHERE message = ANY(%(messages)s)
ORDER BY message, language, number DESC
"""

Own = Mapping[str, TemplateVersion]
"""Language → the owner's version that holds, where it has words of its own."""


class Shelf:
    """Messages as a batch of mails uses them: each is read once."""

    def __init__(self) -> None:
        self._own: dict[str, Own] = {}
        self._looks: dict[str, emails.Look] = {}
        self._sources: dict[tuple[str, str, str], emails.Source] = {}

    def source(self, message: str, language: str, channel: str) -> emails.Source:
        """A message for a reader of this language, in the look of this channel."""
        known = self._sources.get((message, language, channel))
        if known is None:
            if message not in self._own:
                self._own[message] = own(message)
            if channel not in self._looks:
                self._looks[channel] = looks.of(channel)
            known = replace(_chosen(message, language, self._own[message]), look=self._looks[channel])
            self._sources[message, language, channel] = known
        return known


def source(message: str, language: str, channel: str) -> emails.Source:
    """One message. In the best language there is for it, the owner's words before ours within each: es-mx, es, en."""
    return Shelf().source(message, language, channel)


def own(message: str) -> Own:
    """The owner's words of a message, by language."""
    return {row.language: row for row in latest([message]) if not row.shipped}


def latest(messages: list[str]) -> list[TemplateVersion]:
    """The version that holds, of each message and language that anybody has ever saved."""
    ids = [row[0] for row in sql.rows(_LATEST, {"messages": messages})]
    return list(TemplateVersion.objects.filter(pk__in=ids).order_by("message", "language"))


def of_version(row: TemplateVersion) -> emails.Source:
    """A message in the words of one version. Its foot, its reason and how offers are told stay ours."""
    ours = library.source(row.message, row.language)
    return ours if row.shipped else worded(
        ours, subject=row.subject, preheader=row.preheader, mjml=row.mjml, text=row.text, number=row.number,
        language=row.language,
    )  # fmt: skip


def worded(
    ours: emails.Source, *, subject: str, preheader: str, mjml: str, text: str, number: int, language: str
) -> emails.Source:
    """The message with these words instead of ours. Head, foot, reason and offers stay ours, in the language nearest to
    theirs."""
    same = language.partition("-")[0] == ours.language.partition("-")[0]
    return replace(
        ours,
        name=f"{ours.name.partition('/')[0]}/{language}",
        language=language,
        frame="" if same else ours.language,
        layout_mjml=ours.layout_mjml.replace(
            f'<mjml lang="{ours.language}">', f'<mjml lang="{language}">', 1
        ),
        subject=subject,
        preheader=preheader,
        mjml=mjml,
        text=text,
        own=number,
    )


def _chosen(message: str, language: str, own_words: Own) -> emails.Source:
    ours = library.languages(message)
    for tag in wanted(language):
        if tag in own_words:
            return of_version(own_words[tag])
        if tag in ours:
            break
    return library.source(message, language)
