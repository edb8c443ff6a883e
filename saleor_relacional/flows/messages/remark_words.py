"""What the linter's remarks are called, in the reader's language."""

from django.utils.translation import gettext as _

from saleor_relacional.emails.lint import Remark, RemarkCode
from saleor_relacional.flows.messages.fault_words import place


def said(remark: Remark | None) -> str:
    """Where it stands and what is wrong with it."""
    return f"{place(remark)}{words(remark)}" if remark else ""


def words(remark: Remark) -> str:
    """What is wrong with it and what to do."""
    sentences = {
        RemarkCode.FALSE_REPLY: _("“%(what)s” looks like an answer to a mail that nobody wrote: leave it out."),
        RemarkCode.URGENCY: _("“%(what)s” hurries people without saying when it ends: name the day."),
        RemarkCode.PRICE: _("“%(what)s” is a price or a code, and this message offers nothing: leave it out."),
        RemarkCode.NO_ALT: _("%(what)s has no `alt`: say in words what the picture shows."),
        RemarkCode.LINK_TEXT: _("“%(what)s” does not say where the link leads: name what is there."),
        RemarkCode.BUTTONS: _("It has %(what)s buttons: one main thing to do is enough."),
        RemarkCode.LONG: _("It has %(what)s words and takes longer than a minute to read: say less."),
        RemarkCode.VOICE: _("“%(what)s” is tú, and the shop says usted. Write both: {{ \"tu\" | usted: \"su\" }}."),
    }  # fmt: skip
    return sentences[remark.code] % {"what": remark.what}
