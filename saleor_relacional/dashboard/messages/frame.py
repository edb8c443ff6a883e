"""The document in which a preview is shown: its own, without data, with a policy of its own.

The words of a mail need inline styles, which the policy of our pages forbids, and a frame with `srcdoc` inherits the
policy of the page around it. So the page holds a frame of this document, hands it the mail, and this document shows it
in a frame whose `sandbox` is empty: no script runs there, no form is sent, no link leads anywhere.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from saleor_relacional import conf
from saleor_relacional.dashboard import assets

_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Mail</title>
<style>html,body{margin:0;height:100%%}iframe{display:block;border:0;width:100%%;height:100%%}</style>
<script src="%s" defer></script></head><body><iframe id="mail" sandbox="" title="Mail"></iframe></body></html>
"""


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The same for everybody."""
    response = HttpResponse(_DOCUMENT % assets.link("mail.js"))
    origins = " ".join(["'self'", *(each for each in conf.host().dashboard_origins() if each != "'self'")])
    response["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src https:; base-uri 'none';"
        f" form-action 'none'; frame-ancestors {origins}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-cache"
    return response
