"""Guards of the API, of the dashboard's pages, and of who may see whom."""

from tests.mutants.breakage import Breakage

AUTHORISATION = "tests/api/test_authorisation.py"
CALLERS = "saleor_relacional/hosts/standalone/callers.py"
LIST = "saleor_relacional/flows/profiles/profile_list.py"
PAGES = "saleor_relacional/dashboard/pages.py"
PERMISSIONS = "saleor_relacional/graphql/permissions.py"
PROFILES = "tests/api/test_profiles.py"
RELATIONSHIP = "tests/api/test_relationship.py"
SHOP = "tests/hosts/test_standalone_shop.py"

BREAKAGES = [
    Breakage(
        name="reading asks for no permission",
        file=PERMISSIONS,
        old="            require(info, permission)\n",
        new="",
        tests=f"{AUTHORISATION}::test_reading_needs_manage_users",
    ),
    Breakage(
        name="changing and activating ask for no permission",
        file="saleor_relacional/graphql/mutations/answer.py",
        old="        require(info, MANAGE_RELATIONSHIPS)\n",
        new="",
        tests=f"{AUTHORISATION}::test_changing_needs_manage_relationships",
    ),
    Breakage(
        name="who may read customers may change campaigns",
        file="saleor_relacional/graphql/mutations/answer.py",
        old="        require(info, MANAGE_RELATIONSHIPS)\n",
        new='        require(info, "MANAGE_USERS")\n',
        tests=f"{AUTHORISATION}::test_changing_needs_manage_relationships",
    ),
    Breakage(
        name="another customer's relationship can be read",
        file=PERMISSIONS,
        old="themself = account is not None and asking.account == account and asking.app is None",
        new="themself = account is not None and asking.account is not None",
        tests=f"{RELATIONSHIP}::test_nobody_else_reads_it",
    ),
    Breakage(
        name="a program agrees for a customer",
        file="saleor_relacional/graphql/mutations/consent.py",
        old="        if asking.account is None or asking.app is not None:\n",
        new="        if False:\n",
        tests=f"{RELATIONSHIP}::test_a_program_cannot_agree_for_somebody",
    ),
    Breakage(
        name="an account that proved no address speaks for it",
        file="saleor_relacional/graphql/mutations/consent.py",
        old="    if not asking.vouched:\n",
        new="    if False:\n",
        tests=f"{RELATIONSHIP}::test_an_unconfirmed_address_opens_nothing",
    ),
    Breakage(
        name="an account that proved no address learns of an objection",
        file="saleor_relacional/graphql/loaders.py",
        old="    if asking.account == person.account and not asking.vouched and not asking.staff:\n",
        new="    if False:\n",
        tests=f"{RELATIONSHIP}::test_an_unconfirmed_account_does_not_learn_of_an_objection",
    ),
    Breakage(
        name="consent without its words",
        file="saleor_relacional/flows/consent/consent.py",
        old="    if not text.strip():\n",
        new="    if False:\n",
        tests=f"{RELATIONSHIP}::test_ana_agrees_and_objects",
    ),
    Breakage(
        name="keyset without a tie-break in lists",
        file=LIST,
        old='past = f"({key}, profile.id) {forward} (%(value)s::{kind}, %(profile)s)"',
        new='past = f"{key} {forward} %(value)s::{kind}"',
        tests=f"{PROFILES}::test_pages_of_any_size_hold_everybody_once",
    ),
    Breakage(
        name="pages of any size",
        file=LIST,
        old="    if not 1 <= first <= MOST:\n",
        new="    if first < 1:\n",
        tests=f"{PROFILES}::test_a_page_has_its_limits",
    ),
    Breakage(
        name="merged profiles are listed",
        file=LIST,
        old='(True, "profile.merged_into_id IS NULL AND standing.profile_id IS NOT NULL")',
        new='(True, "standing.profile_id IS NOT NULL")',
        tests=f"{PROFILES}::test_a_merged_profile_is_not_listed",
    ),
    Breakage(
        name="a search is a pattern",
        file=LIST,
        old='        plain = plain.replace(special, "\\\\" + special)\n',
        new="        pass\n",
        tests=f"{PROFILES}::test_filters",
    ),
    Breakage(
        name="the card is shown to whoever asks",
        file=PAGES,
        old="        if not caller.may(MANAGE_USERS):\n",
        new="        if False:\n",
        tests="tests/dashboard/test_card.py::test_who_lacks_the_permission_gets_a_friendly_panel",
    ),
    Breakage(
        name="whoever reads the page may switch a campaign",
        file="saleor_relacional/dashboard/slipping/view.py",
        old="    if not caller.may(MANAGE_RELATIONSHIPS):\n        return lacking",
        new="    if False:\n        return lacking",
        tests="tests/dashboard/test_slipping.py::test_whoever_may_not_switch_changes_nothing",
    ),
    Breakage(
        name="a name is markup in the dashboard",
        file=PAGES,
        old="render(Context(values))",
        new="render(Context(values, autoescape=False))",
        tests="tests/dashboard/test_card.py::test_a_name_that_is_a_script_stays_a_name",
    ),
    Breakage(
        name="pages run what stands in them",
        file=PAGES,
        old="script-src 'self';",
        new="script-src 'self' 'unsafe-inline';",
        tests="tests/dashboard/test_card.py::test_the_frame_is_the_same_for_everybody_and_reads_nothing",
    ),
    Breakage(
        name="permissions outlive the job",
        file=CALLERS,
        old="frozenset(customer.permissions) if customer.is_staff else frozenset()",
        new="frozenset(customer.permissions)",
        tests=f"{SHOP}::test_permissions_end_with_the_job",
    ),
    Breakage(
        name="a switched-off app may everything",
        file=CALLERS,
        old="pk=int(reference), active=True",
        new="pk=int(reference)",
        tests=f"{SHOP}::test_a_switched_off_app_is_nobody",
    ),
    Breakage(
        name="a token works for ever",
        file=CALLERS,
        old="signing.loads(token.strip(), salt=SALT, max_age=LIFETIME)",
        new="signing.loads(token.strip(), salt=SALT)",
        tests=f"{SHOP}::test_a_token_ages",
    ),
    Breakage(
        name="a link of a mail logs in",
        file=CALLERS,
        old='SALT = "relacional_shop.bearer"',
        new='SALT = "relacional_shop.confirm"',
        tests="tests/hosts/test_shop_sells_on.py::test_a_link_of_a_mail_logs_nobody_in",
    ),
]
