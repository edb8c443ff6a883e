"""What keeps the customer attributes from being right at the host. None of it keeps a mail from leaving."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from saleor_relacional.flows.attributes import choice
from saleor_relacional.hosts.base import Requirement
from saleor_relacional.models import AttributeChoice

LATE = timedelta(hours=1)
"""How long writing may take until nothing is left; of a large shop the first time takes longer."""


def found(now: datetime) -> Iterator[Requirement]:
    """What is wrong while the owner wants attributes; nothing otherwise."""
    held = choice.current()
    if not held.active:
        return
    if not choice.possible():
        yield Requirement(
            code="attributes_impossible",
            problem=_("The shop cannot filter its customers by attributes any more."),
            cure=_("Use Saleor 3.23.26 or later, or switch the customer attributes off."),
            fatal=False,
        )
        return
    yield from _missing(held)
    if now - (held.written_at or held.decided_at) > LATE:
        yield Requirement(
            code="attributes_late",
            problem=_("The customer attributes have not been written for more than an hour."),
            cure=_("See that a worker runs the task saleor_relacional.tasks.write_attributes."),
            fatal=False,
        )


def _missing(held: AttributeChoice) -> Iterator[Requirement]:
    if names := [one.name for one in choice.wanted(held) if one.key in held.missing]:
        yield Requirement(
            code="attributes_deleted",
            problem=_("Staff deleted these customer attributes, and they stay deleted: %(names)s.")
            % {"names": ", ".join(names)},
            cure=_(
                "Leave them out of your choice; or switch the attributes off and on, which makes them anew."
            ),
            fatal=False,
        )
