"""Guards of the customer's own page: reading changes nothing, a link opens what it is for, nothing is left out or left
over."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="what the host tells of an order undoes its correction",
        symbol="saleor_relacional.flows.ingest.order_facts._fill",
        old="purchase_states.corrected(_state(fact), row.corrected)",
        new="_state(fact)",
        tests="test_the_host_tells_the_order_anew",
    ),
    Breakage(
        name="forgetting asks once",
        symbol="saleor_relacional.views.yours.data.forget",
        old="    if links.who_erases(sure) != opened.public_id:\n",
        new="    if False:\n",
        tests="test_forgotten_after_being_asked_twice",
    ),
    Breakage(
        name="the page may be asked for without end",
        symbol="saleor_relacional.views.yours.opening.opens",
        old='            if not _may_knock(public_id, now, changing=request.method == "POST"):\n',
        new="            if False:\n",
        tests="test_every_door_is_counted",
    ),
    Breakage(
        name="a link to leave opens the page",
        symbol="saleor_relacional.flows.consent.links.who_opens",
        old="_signer(Purpose.PAGE).unsign(token)",
        new="_signer(Purpose.LEAVE).unsign(token)",
        tests="test_a_link_for_something_else_opens_no_page",
    ),
    Breakage(
        name="the export leaves out what hangs on an enrolment",
        symbol="saleor_relacional.flows.ledger.export._through",
        old="        if isinstance(field, ForeignKey) and field.related_model in paths\n",
        new="        if False\n",
        tests="test_every_table_is_accounted_for",
    ),
    Breakage(
        name="a spreadsheet computes what a customer is called",
        symbol="saleor_relacional.flows.ledger.files.safe",
        old="text.startswith(FORMULAS)",
        new='text.startswith("=")',
        tests="test_no_cell_is_a_formula",
    ),
    Breakage(
        name="whoever is held out reads of what they would have got",
        symbol="saleor_relacional.flows.ledger.coming._rehearsed",
        old=", arm=Arm.TREATED",
        new="",
        tests="test_who_is_held_out_reads_no_calendar",
    ),
    Breakage(
        name="whoever left still reads that a message may come",
        symbol="saleor_relacional.flows.ledger.coming._waiting",
        old="        if held.reason is not None and not _ends(held):\n",
        new="        if False:\n",
        tests="test_what_cannot_come_is_no_plan",
    ),
    Breakage(
        name="writing less often writes to whoever wanted nothing",
        symbol="saleor_relacional.views.yours.wishes._fewer",
        old="    if 0 in (held.per_week, held.per_month):\n",
        new="    if False:\n",
        tests="test_less_often_is_never_more_often",
    ),
    Breakage(
        name="a fresh link for every press",
        symbol="saleor_relacional.flows.ledger.fresh_link.ask",
        old="most=1, per=EVERY",
        new="most=9, per=EVERY",
        tests="test_one_mail_in_a_quarter_of_an_hour",
    ),
]
