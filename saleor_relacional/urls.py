"""Our pages, mounted by the host under its public_url()."""

from django.urls import include, path

from saleor_relacional.views.checkout import checkout
from saleor_relacional.views.feedback import feedback
from saleor_relacional.views.fresh import fresh
from saleor_relacional.views.leave import leave
from saleor_relacional.views.newsletter import newsletter, newsletter_confirm
from saleor_relacional.views.webhooks import mail_events
from saleor_relacional.views.yours import data, say
from saleor_relacional.views.yours.ask import ask
from saleor_relacional.views.yours.show import yours

urlpatterns = [
    path("leave/<str:token>/", leave, name="relacional-leave"),
    path("page/<str:token>/", yours, name="relacional-page"),
    path("page/<str:token>/ask/", ask, name="relacional-page-ask"),
    path("page/<str:token>/note/", say.say, name="relacional-page-note"),
    path("page/<str:token>/about/<slug:entry>/", say.say, name="relacional-page-say"),
    path("page/<str:token>/take-back/", say.take_back, name="relacional-page-take-back"),
    path("page/<str:token>/take/", data.take, name="relacional-page-take"),
    path("page/<str:token>/forget/", data.forget, name="relacional-page-forget"),
    path("fresh/<str:token>/", fresh, name="relacional-fresh"),
    path("newsletter/", newsletter, name="relacional-newsletter"),
    path("newsletter/<str:token>/", newsletter_confirm, name="relacional-newsletter-confirm"),
    path("checkout/<str:token>/", checkout, name="relacional-checkout"),
    path("feedback/<str:token>/", feedback, name="relacional-feedback"),
    path("mail/events/", mail_events, name="relacional-mail-events"),
    path("dashboard/", include("saleor_relacional.dashboard.urls")),
]
