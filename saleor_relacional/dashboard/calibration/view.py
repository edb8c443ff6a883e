"""How good the predictions were: predicted beside happened, on the shop's own past."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.calibration import plots
from saleor_relacional.flows.learning import calibration, calibration_words
from saleor_relacional.flows.learning.calibration import Correction, Measure
from saleor_relacional.hosts.base import Caller


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Each prediction with its two plots; in words, why there is nothing, while there is nothing."""
    with conf.host().writing():
        found = calibration.read()
    if found is None:
        return desk.show(
            "calibration/calibration.html",
            {"nothing": calibration_words.nothing()},
            caller=caller,
            section="evidence",
        )
    corrections = (found.level, found.orders_level, None)
    values = {
        "found": found,
        "basis": calibration_words.basis(found),
        "caution": calibration_words.caution(found),
        "failed": calibration_words.failed(found) if found.failed_at else "",
        "measures": [_shown(*pair) for pair in zip(found.measures, corrections, strict=True)],
    }
    return desk.show("calibration/calibration.html", values, caller=caller, section="evidence")


def _shown(measure: Measure, correction: Correction | None) -> dict[str, Any]:
    return {
        "name": measure.name,
        "title": calibration_words.title(measure),
        "bias": calibration_words.bias(measure),
        "level": calibration_words.level(correction) if correction else "",
        "sentences": [calibration_words.group(measure, one) for one in _telling(measure)],
        "caption": _("Who had come by the end of the month, since the day of the prediction")
        if measure.name == "chance"
        else _("Per customer and month; lines begin anew on each day of a prediction"),
        "tenths": _written(measure, plots.by_tenth(measure)),
        "months": _written(measure, plots.by_month(measure)),
        "groups": [(one.number, *_cells(measure, one)) for one in measure.deciles],
        "lines": [(one.first, *_cells(measure, one)) for one in measure.months],
    }


def _telling(measure: Measure) -> list[calibration.Group]:
    """The lowest, the middle and the highest tenth, of those that say something."""
    groups = [group for group in measure.deciles if group.customers >= calibration_words.TELLING]
    if not groups:
        return []
    return [groups[place] for place in sorted({0, len(groups) // 2, len(groups) - 1})]


def _written(measure: Measure, plot: plots.Plot) -> dict[str, Any]:
    return {
        "plot": plot,
        "heights": [(tick.at, calibration_words.amount(measure, tick.value)) for tick in plot.heights],
    }


def _cells(measure: Measure, one: calibration.Group | calibration.Month) -> tuple[str, ...]:
    values = (one.predicted, one.happened, one.low, one.high)
    predicted, happened, low, high = (calibration_words.amount(measure, value) for value in values)
    return str(one.customers), predicted, happened, f"{low} – {high}"
