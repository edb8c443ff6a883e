"""What will be known of a campaign, as a sentence for its owner."""

import math

from django.utils.translation import gettext as _

from saleor_relacional.flows.evidence.power import Power
from saleor_relacional.flows.evidence.results_words import money
from saleor_relacional.flows.evidence.verdict_words import of_100


def foretold(power: Power) -> str:
    """With so many people and so many in the control group you will know so much, so soon."""
    if power.per_month is None:
        return _(
            "Who is due is worked out once it runs; how soon you will know what it brings can be told then."
        )
    if not power.control_share:
        return _("Without a control group nothing will be known.")
    if not power.per_month:
        return _("Nobody is there for it at the moment, so nothing will be known.")
    if power.came_back is None:
        return _(
            "Nobody has come back by themselves yet, so it cannot be said when its effect will be known."
        )
    values = {
        "people": f"{power.per_month:.0f}", "share": of_100(float(power.control_share)), "weeks": power.weeks,
    }  # fmt: skip
    if power.came_back.effect is None:
        nothing = _(
            "With your %(people)s customers per month and %(share)s of 100 in the control group nothing will be known"
            " after %(weeks)s weeks: too few will have had their time to come back."
        )
        return nothing % values
    told = _(
        "With your %(people)s customers per month and %(share)s of 100 in the control group you will know after"
        " %(weeks)s weeks about effects above %(effect)s of 100 who come back, where %(base)s come back by themselves."
    )
    told %= {**values, "effect": of_100(power.came_back.effect), "base": of_100(power.came_back.base)}
    if power.kept and power.kept.effect is not None:
        told += " " + _("Of money: about effects above %(money)s per person.") % {
            "money": money(power.kept.effect, power.currency)
        }
    if power.came_back.sooner is not None:
        told += " " + _("With %(share)s of 100 in the control group you will know that after %(weeks)s weeks.") % {
            "share": of_100(power.more_control), "weeks": math.ceil(power.came_back.sooner)
        }  # fmt: skip
    return told
