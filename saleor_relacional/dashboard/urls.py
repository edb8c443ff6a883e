"""Where the pages are, below the host's public_url(): /dashboard/…

Saleor's dashboard drops the slash at the end of a frame's address, so the frames answer without one too.
"""

from django.urls import include, path, re_path

from saleor_relacional.dashboard import assets, desk
from saleor_relacional.dashboard.card import view as card
from saleor_relacional.dashboard.voucher import view as voucher
from saleor_relacional.dashboard.week import view as week

urlpatterns = [
    path("", desk.root, name="dashboard-root"),
    path("content/", desk.nothing, name="dashboard-content"),
    path("content/", include("saleor_relacional.dashboard.contents")),
    path("static/<str:name>", assets.asset, name="dashboard-asset"),
    re_path(r"^card/?$", card.widget, name="dashboard-card"),
    re_path(r"^week/?$", week.widget),
    re_path(r"^voucher/?$", voucher.widget),
    re_path(r"^(?P<place>(?!content/|static/)[a-z].*)$", desk.frame),
]
