"""What a fault of a template is called, and what mends it, in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from saleor_relacional.emails.checks import Fault, FaultCode
from saleor_relacional.emails.lint import Remark
from saleor_relacional.errors import BadInput


class BadTemplate(BadInput):
    """Words that are not saved, with all faults in them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(said(first), field=first.part)
        self.faults = tuple(faults)


def said(fault: Fault) -> str:
    """Where it stands and what is wrong."""
    return f"{place(fault)}{words(fault)}"


def place(fault: Fault | Remark) -> str:
    """Where it stands, to be read before what it is; empty where it is the whole part."""
    if fault.line is None:
        return ""
    return _("Line %(line)s, column %(column)s: ") % {"line": fault.line, "column": fault.column}


def words(fault: Fault) -> str:
    """What is wrong and what to do."""
    said = {"what": fault.what, "near": fault.near}
    if fault.code is FaultCode.UNKNOWN_VARIABLE:
        if fault.near:
            return _("This message does not know %(what)s. Did you mean %(near)s?") % said
        return _("This message does not know %(what)s. See `variables` for what it knows.") % said
    return _sentence(fault) % said


def _sentence(fault: Fault) -> str:
    if fault.code is FaultCode.LINK:
        return _of_link(fault)
    return {
        FaultCode.LIQUID: _("%(what)s. %(near)s"),
        FaultCode.MARKUP: _(
            "%(what)s is not in its place: close every element, write &lt; for <, and leave comments out."
        ),
        FaultCode.ELEMENT: _("<%(what)s> cannot stand in a mail. Head and foot are added by themselves."),
        FaultCode.ATTRIBUTE: _("Leave %(what)s out: a mail acts on nothing and loads nothing from elsewhere."),
        FaultCode.PICTURE: _(
            "%(what)s is no picture's address, or differs from person to person, which would tell who opens the mail:"
            " write one address that begins with https://."
        ),
        FaultCode.TOO_LONG: _("It has %(what)s bytes, and %(near)s are the most: Gmail cuts longer mails, foot first."),
        FaultCode.EMPTY: _("Write something here."),
    }[fault.code]  # fmt: skip


def _of_link(fault: Fault) -> str:
    if fault.near:
        return _("%(what)s leads nowhere where the shop has no such link: put {%% if %%} around it.")
    return _(
        "%(what)s is no link: write an address that begins with https://, or one of the message's `links` alone."
    )
