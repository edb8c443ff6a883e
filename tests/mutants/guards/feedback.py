"""Guards of what customers tell: it silences selling at once, and nothing is stored that nobody sent."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="a bad rating does not silence",
        symbol="saleor_relacional.flows.feedback.tell._disappoints",
        old="told.kind == FeedbackKind.COMPLAINT or (told.stars or BAD_STARS + 1) <= BAD_STARS",
        new="told.kind == FeedbackKind.COMPLAINT",
        tests="test_two_stars_begin_a_silence_and_a_clock",
    ),
    Breakage(
        name="a complaint leaves what is queued",
        symbol="saleor_relacional.flows.feedback.tell.tell",
        old="            silence(profile_id, now)\n",
        new="            pass\n",
        tests="test_a_complaint_stops_a_mail_at_each_state",
    ),
    Breakage(
        name="an offer before an apology",
        symbol="saleor_relacional.flows.contact.standing._read",
        old="level=min(earned, TrustLevel.CONTENT) if owed else earned",
        new="level=earned",
        tests="test_nothing_is_sold_while_nobody_has_answered test_an_apology_alone_ends_the_silence",
    ),
    Breakage(
        name="a GET stores a rating",
        symbol="saleor_relacional.views.feedback.feedback",
        old='if request.method == "POST":',
        new='request.POST = {"kind": "rating"} | request.GET.dict()\n        if "stars" in request.POST:',
        tests="test_a_tap_chooses_and_stores_nothing",
    ),
]
