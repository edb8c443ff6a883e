"""Who of the shop did something, as their colleagues call them: nothing of it is kept in a URL or a log."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from saleor_relacional import conf


@dataclass(slots=True)
class StaffNames:
    """Reads each name once per answer."""

    own: str
    """Who is reading, as Caller.reference says."""
    _known: dict[str, str] = field(default_factory=dict)

    def of(self, reference: str) -> str:
        """Their name for this reader; empty for nobody."""
        if reference not in self._known:
            self._known[reference] = self._read(reference)
        return self._known[reference]

    def _read(self, reference: str) -> str:
        if not reference:
            return ""
        if reference == self.own:
            return _("you")
        kind, _colon, key = reference.partition(":")
        if kind == "app":
            return _("an app")
        return conf.host().staff_address(key) or _("somebody who has left")
