"""Where the pages are, below the host's public_url(): /dashboard/…

Saleor's dashboard drops the slash at the end of a frame's address, so the frames answer without one too.
"""

from django.urls import path, re_path

from saleor_relacional.dashboard import assets
from saleor_relacional.dashboard.calibration import view as calibration
from saleor_relacional.dashboard.card import view as card
from saleor_relacional.dashboard.checklist import view as checklist
from saleor_relacional.dashboard.slipping import view as slipping

urlpatterns = [
    re_path(r"^card/?$", card.widget, name="dashboard-card"),
    path("card/content/", card.content, name="dashboard-card-content"),
    re_path(r"^slipping/?$", slipping.page, name="dashboard-slipping"),
    path("slipping/content/", slipping.content, name="dashboard-slipping-content"),
    path("slipping/more/<uuid:campaign>/", slipping.more, name="dashboard-slipping-more"),
    re_path(r"^calibration/?$", calibration.page, name="dashboard-calibration"),
    path("calibration/content/", calibration.content, name="dashboard-calibration-content"),
    re_path(r"^checklist/?$", checklist.page, name="dashboard-checklist"),
    path("checklist/content/", checklist.content, name="dashboard-checklist-content"),
    path("checklist/<str:code>/", checklist.save, name="dashboard-checklist-save"),
    path("campaigns/", slipping.make, name="dashboard-make"),
    path("campaigns/<uuid:campaign>/activate/", slipping.activate, name="dashboard-activate"),
    path("campaigns/<uuid:campaign>/pause/", slipping.pause, name="dashboard-pause"),
    path("static/<str:name>", assets.asset, name="dashboard-asset"),
]
