"""What is filled into the frames, and what is sent from them: for whoever has a token. A folder of the desk with
several addresses has its own urls.py, included here.
"""

from django.urls import include, path, re_path

from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.calibration import view as calibration
from saleor_relacional.dashboard.card import view as card
from saleor_relacional.dashboard.checklist import view as checklist
from saleor_relacional.dashboard.chosen import view as chosen
from saleor_relacional.dashboard.health import view as health
from saleor_relacional.dashboard.slipping import view as slipping
from saleor_relacional.dashboard.voucher import view as voucher
from saleor_relacional.dashboard.week import view as week

urlpatterns = [
    path("home/", include("saleor_relacional.dashboard.home.urls")),
    path("week/", week.content),
    path("voucher/", voucher.content, name="dashboard-voucher"),
    path("voucher/counts/", voucher.counts, name="dashboard-voucher-counts"),
    path("chosen/", chosen.content),
    path("chosen/beside/", chosen.beside, name="dashboard-chosen"),
    path("chosen/label/", chosen.label, name="dashboard-chosen-label"),
    path("chosen/note/", chosen.note, name="dashboard-chosen-note"),
    path("chosen/exclude/", chosen.exclude, name="dashboard-chosen-exclude"),
    path("customers/", include("saleor_relacional.dashboard.customers.urls")),
    path("messages/", include("saleor_relacional.dashboard.messages.urls")),
    path("health/", health.content, name="dashboard-health"),
    path("health/overdue/", health.overdue, name="dashboard-health-overdue"),
    path("segments/", include("saleor_relacional.dashboard.segments.urls")),
    path("policy/", include("saleor_relacional.dashboard.policy.urls")),
    path("inbox/", include("saleor_relacional.dashboard.inbox.urls")),
    path("card/", card.content),
    path("slipping/", slipping.content),
    path("slipping/<uuid:campaign>/", slipping.run, name="dashboard-slipping-run"),
    path("slipping/more/<uuid:campaign>/", slipping.more, name="dashboard-slipping-more"),
    path("slipping/make/", slipping.make, name="dashboard-make"),
    path("slipping/<uuid:campaign>/activate/", slipping.activate, name="dashboard-activate"),
    path("slipping/<uuid:campaign>/pause/", slipping.pause, name="dashboard-pause"),
    path("campaigns/", include("saleor_relacional.dashboard.campaigns.urls")),
    path("incentives/", include("saleor_relacional.dashboard.incentives.urls")),
    path("evidence/", include("saleor_relacional.dashboard.evidence.urls")),
    path("calibration/", calibration.content),
    path("checklist/", checklist.content),
    path("checklist/<str:code>/", checklist.save, name="dashboard-checklist-save"),
    re_path(r"^.+/$", desk.nowhere),
]
