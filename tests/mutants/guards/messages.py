"""Guards of messages: nothing is saved that would arrive broken, and a test mail reaches nobody else."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="somebody gets the words that hold for somebody else",
        symbol="saleor_relacional.emails.shapes.fill._key",
        old="    return (*read, *tested)",
        new="    return ()",
        tests="test_nobody_gets_what_holds_for_somebody_else",
    ),
    Breakage(
        name="a template with an unknown variable is saved",
        symbol="saleor_relacional.emails.checks.check._of_part",
        old="    return variables.unknown(template, part, shape)",
        new="    return []",
        tests="test_refused_with_its_place",
    ),
    Breakage(
        name="a test mail goes to whoever has no staff account",
        symbol="saleor_relacional.flows.sending.trial_mail.send",
        old="conf.host().staff_address(account)) if account else None",
        new="conf.host().staff_address(account)) if account else 'anybody@shop.example'",
        tests="test_a_program_gets_no_test_mail",
    ),
    Breakage(
        name="the second of two who save overwrites the first",
        symbol="saleor_relacional.flows.messages.templates._insert",
        old="    if (holds.number if holds else 0) == basis:",
        new="    basis = holds.number if holds else 0\n    if True:",
        tests="test_two_admins_edit",
    ),
    Breakage(
        name="a form drawn anew overwrites what its writer has never seen",
        symbol="saleor_relacional.dashboard.messages.editor._page",
        old="if typed and not conflict and typed.get",
        new="if conflict and typed and typed.get",
        tests="test_a_form_drawn_anew_rests_on_the_version_it_was_begun_from",
    ),
]
