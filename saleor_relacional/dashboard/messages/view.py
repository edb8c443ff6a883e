"""The list of messages, by kind and language."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from saleor_relacional.dashboard import desk, languages
from saleor_relacional.dashboard.messages import message_words
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.emails import library as shipped
from saleor_relacional.flows.messages import templates
from saleor_relacional.hosts.base import Caller


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Every message in every language that it is written in."""
    names = StaffNames(caller.reference)
    rows: dict[str, dict[str, Any]] = {}
    for message, language, row in templates.held():
        known = rows.setdefault(
            message, {"name": message_words.name(message), "message": message, "tags": []}
        )
        known["tags"].append(
            {
                "language": language, "own": row is not None and not row.shipped,
                "name": languages.name(language),
                "at": row.made_at if row else None, "by": names.of(row.made_by) if row else "",
            }
        )  # fmt: skip
    values = {"rows": list(rows.values()), "others": languages.others(shipped.layouts())}
    return desk.show("messages/messages.html", values, caller=caller, section="messages")
