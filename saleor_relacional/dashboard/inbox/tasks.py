"""What staff do because a message promised it: taken, and ticked off."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.inbox import view
from saleor_relacional.db import sql
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import StaffTask

LIST = {"show": "tasks"}


@desk.change
def take(request: HttpRequest, task: UUID, *, caller: Caller) -> HttpResponse:
    """Somebody takes it."""
    return _moved(caller, lambda: staff_tasks.take(_known(task), caller.reference), _("It is yours now."))


@desk.change
def done(request: HttpRequest, task: UUID, *, caller: Caller) -> HttpResponse:
    """Somebody ticks it off."""
    now = conf.host().now()
    return _moved(
        caller, lambda: staff_tasks.done(_known(task), caller.reference, now), _("Done: the promise is kept.")
    )


def _moved(caller: Caller, move: Callable[[], object], said: str) -> HttpResponse:
    try:
        with sql.atomic():
            move()
    except RelacionalError as error:
        return view.page(LIST, caller, refused=error)
    return view.page(LIST, caller, saved=said)


def _known(public_id: UUID) -> StaffTask:
    found = staff_tasks.seen().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
