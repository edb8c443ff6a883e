"""Guards of who may see and change what: API, pages, callers, mails."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="reading asks for no permission",
        symbol="saleor_relacional.graphql.permissions.needs",
        old="            require(info, permission)\n",
        new="",
        tests="test_reading_needs_manage_users",
    ),
    Breakage(
        name="changing and activating ask for no permission",
        symbol="saleor_relacional.graphql.mutations.answer.by_owner",
        old="        require(info, MANAGE_RELATIONSHIPS)\n",
        new="",
        tests="test_changing_needs_manage_relationships",
    ),
    Breakage(
        name="of two who answer a customer at once the second writes over the first",
        symbol="saleor_relacional.dashboard.customer.changes.answer",
        old='            seen=typed.get("seen", ""),\n',
        new="",
        tests="test_two_who_answer_at_once_are_told",
    ),
    Breakage(
        name="of two who set the shop up at once the second writes over the first",
        symbol="saleor_relacional.dashboard.checklist.view.taken",
        old="                raise changed_meanwhile()\n",
        new="                pass\n",
        tests="test_two_who_decide_at_once_are_told",
    ),
    Breakage(
        name="another customer's relationship can be read",
        symbol="saleor_relacional.graphql.permissions.sees",
        old="themself = account is not None and asking.account == account and asking.app is None",
        new="themself = account is not None and asking.account is not None",
        tests="test_nobody_else_reads_it",
    ),
    Breakage(
        name="an account that proved no address learns of an objection",
        symbol="saleor_relacional.graphql.loaders.basis_shown",
        old="    if asking.account == person.account and not asking.vouched and not asking.staff:\n",
        new="    if False:\n",
        tests="test_an_unconfirmed_account_does_not_learn_of_an_objection",
    ),
    Breakage(
        name="the card is shown to whoever asks",
        symbol="saleor_relacional.dashboard.pages.for_staff",
        old="        if not caller.may(MANAGE_USERS):\n",
        new="        if False:\n",
        tests="test_who_lacks_the_permission_gets_a_friendly_panel",
    ),
    Breakage(
        name="whoever reads the page may switch a campaign",
        symbol="saleor_relacional.dashboard.slipping.view._changed",
        old="    if not caller.may(MANAGE_RELATIONSHIPS):\n",
        new="    if False:\n",
        tests="test_whoever_may_not_switch_changes_nothing",
    ),
    Breakage(
        name="permissions outlive the job",
        symbol="saleor_relacional.hosts.standalone.callers._account",
        old="frozenset(customer.permissions) if customer.is_staff else frozenset()",
        new="frozenset(customer.permissions)",
        tests="test_permissions_end_with_the_job",
    ),
    Breakage(
        name="a link of a mail logs in",
        symbol="saleor_relacional.hosts.standalone.callers.SALT",
        old='SALT = "relacional_shop.bearer"',
        new='SALT = "relacional_shop.confirm"',
        tests="test_a_link_of_a_mail_logs_nobody_in",
    ),
    Breakage(
        name="autoescape off",
        symbol="saleor_relacional.emails.sandbox.HTML",
        old="HTML = Sandbox(autoescape=True,",
        new="HTML = Sandbox(autoescape=False,",
        tests="test_values_are_escaped_in_html_and_left_alone_in_text_and_subject",
    ),
    Breakage(
        name="whoever reads the desk may change what stands on it",
        symbol="saleor_relacional.dashboard.desk.change",
        old="        if not caller.may(MANAGE_RELATIONSHIPS):\n",
        new="        if False:\n",
        tests="test_a_reader_changes_nothing",
    ),
    Breakage(
        name="a mail that is looked at may run scripts",
        symbol="saleor_relacional.dashboard.messages.frame._DOCUMENT",
        old='sandbox=""',
        new='sandbox="allow-scripts"',
        tests="test_a_preview_runs_nothing test_nothing_of_a_mail_runs",
    ),
]
