"""Guards of the mail's words, its headers, and the page behind its link."""

from tests.mutants.breakage import Breakage

HOSTILE = "tests/emails/test_hostile_templates.py"
LEAVE = "tests/views/test_leave.py"
LINKS = "saleor_relacional/flows/consent/links.py"
MESSAGE = "saleor_relacional/emails/message.py"
RENDER = "tests/emails/test_render.py"
SANDBOX = "saleor_relacional/emails/sandbox.py"
TEST_MESSAGE = "tests/emails/test_message.py"
VIEWS = "saleor_relacional/views.py"

BREAKAGES = [
    Breakage(
        name="autoescape off",
        file=SANDBOX,
        old="HTML = Sandbox(autoescape=True,",
        new="HTML = Sandbox(autoescape=False,",
        tests=f"{RENDER}::test_values_are_escaped_in_html_and_left_alone_in_text_and_subject",
    ),
    Breakage(
        name="a joined value is not escaped",
        file=SANDBOX,
        old="    return left + right\n",
        new='    return type(left if hasattr(left, "__html__") else right)(f"{left}{right}")\n',
        tests=f"{RENDER}::test_a_value_joined_to_words_is_still_escaped",
    ),
    Breakage(
        name="no limit of steps",
        file=SANDBOX,
        old="        if self.steps > STEPS:\n",
        new="        if False:\n",
        tests=f"{HOSTILE}::test_ends_with_a_problem_that_names_the_template",
    ),
    Breakage(
        name="no limit of output",
        file=SANDBOX,
        old="    output_stream_limit: ClassVar[int | None] = OUTPUT\n",
        new="    output_stream_limit: ClassVar[int | None] = None\n",
        tests=f"{HOSTILE}::test_ends_with_a_problem_that_names_the_template",
    ),
    Breakage(
        name="no limit of variables",
        file=SANDBOX,
        old="    local_namespace_limit: ClassVar[int | None] = LOCALS\n",
        new="    local_namespace_limit: ClassVar[int | None] = None\n",
        tests=f"{HOSTILE}::test_ends_with_a_problem_that_names_the_template",
    ),
    Breakage(
        name="a script in a mail",
        file="saleor_relacional/emails/mjml.py",
        old="        if tag in REFUSED or (",
        new="        if (",
        tests=f"{HOSTILE}::test_mjml_reaches_no_file_no_network_and_no_foot",
    ),
    Breakage(
        name="a mail reads files",
        file="saleor_relacional/emails/mjml.py",
        old='(tag.startswith("mj") and tag not in COMPONENTS)',
        new="False",
        tests=f"{HOSTILE}::test_mjml_reaches_no_file_no_network_and_no_foot",
    ),
    Breakage(
        name="a value fakes a paragraph",
        file="saleor_relacional/emails/data.py",
        old="        return one_line(str.__str__(value))\n",
        new="        return str.__str__(value)\n",
        tests=f"{RENDER}::test_a_value_cannot_fake_a_paragraph_a_header_or_a_direction",
    ),
    Breakage(
        name="a link of any scheme",
        file="saleor_relacional/emails/data.py",
        old='            _check_link(f"links.{name}", link)\n',
        new="            pass\n",
        tests=f"{RENDER}::test_a_link_must_be_a_web_address",
    ),
    Breakage(
        name="objects reach a template",
        file="saleor_relacional/emails/data.py",
        old='    raise _problem(\n        path, f"is a {type(value).__name__}"',
        new='    return value\n    raise _problem(\n        path, f"is a {type(value).__name__}"',
        tests=f"{RENDER}::test_objects_have_no_way_in",
    ),
    Breakage(
        name="an error quotes the customer's data",
        file="saleor_relacional/emails/liquid_source.py",
        old="said = f\"`{missing[0] if missing else 'a variable'}` is not in the data\"",
        new="said = str(error.message)",
        tests=f"{RENDER}::test_an_error_never_repeats_a_value",
    ),
    Breakage(
        name="an error carries the customer's data behind it",
        file="saleor_relacional/emails/liquid_source.py",
        old="        problem = _rendering_problem(error, template.name)\n    raise problem",
        new="        raise _rendering_problem(error, template.name)",
        tests=f"{RENDER}::test_an_error_never_repeats_a_value",
    ),
    Breakage(
        name="strangers send links as names",
        file="saleor_relacional/emails/filters.py",
        old='    return "" if unfit else name\n',
        new="    return name\n",
        tests="tests/emails/test_messages.py::test_a_stranger_cannot_send_a_link_by_registering_it_as_a_name",
    ),
    Breakage(
        name="the mail does not say how to leave",
        file="saleor_relacional/emails/_layout/en/layout.txt",
        old="{{ links.unsubscribe }}",
        new="",
        tests="tests/emails/test_messages.py::TestEvery::test_says_who_writes_why_and_how_to_leave",
    ),
    Breakage(
        name="no List-Unsubscribe",
        file=MESSAGE,
        old='        "List-Unsubscribe": f"<{_one_click(unsubscribe_url)}>",\n',
        new="",
        tests=f"{TEST_MESSAGE}::test_one_click_headers_are_in_the_bytes",
    ),
    Breakage(
        name="no one-click header",
        file=MESSAGE,
        old='        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",\n',
        new="",
        tests=f"{TEST_MESSAGE}::test_one_click_headers_are_in_the_bytes",
    ),
    Breakage(
        name="the way out is sent in clear",
        file=MESSAGE,
        old="    if not secure(url) or re.search(",
        new="    if re.search(",
        tests=f"{TEST_MESSAGE}::test_what_cannot_be_sent_names_its_field_and_never_its_value",
    ),
    Breakage(
        name="a subject carries a header",
        file=MESSAGE,
        old="    if not value.strip() or value != one_line(value):\n",
        new="    if not value.strip():\n",
        tests=f"{TEST_MESSAGE}::test_a_subject_from_elsewhere_cannot_carry_a_header",
    ),
    Breakage(
        name="a mail without a postal address",
        file=MESSAGE,
        old="    if not one_line(sender.postal_address):\n",
        new="    if False:\n",
        tests=f"{TEST_MESSAGE}::test_what_cannot_be_sent_names_its_field_and_never_its_value",
    ),
    Breakage(
        name="the second copy of a mail has a name of its own",
        file="saleor_relacional/flows/sending/compose.py",
        old='return f"<{touch.public_id.hex}@',
        new='return f"<{touch.pk}@',
        tests="tests/flows/sending/test_send.py::test_the_mail_arrives_with_a_code_that_works",
    ),
    Breakage(
        name="a forged link is accepted",
        file=LINKS,
        old="_long(_signer(Purpose.LEAVE).unsign(token))",
        new='_long(token.partition(".")[0])',
        tests=f"{LEAVE}::test_a_link_that_we_did_not_sign",
    ),
    Breakage(
        name="whoever has the mail signs its person up again",
        file=VIEWS,
        old='answer == "stay" and links.who_stays(request.POST.get("undo", "")) == public_id',
        new='answer == "stay"',
        tests=f"{LEAVE}::test_only_who_left_here_can_undo",
    ),
    Breakage(
        name="an undo works for ever",
        file=LINKS,
        old="unsign(token, max_age=UNDO_WITHIN)",
        new="unsign(token)",
        tests=f"{LEAVE}::test_the_undo_ends_after_an_hour",
    ),
    Breakage(
        name="an empty form unsubscribes",
        file=VIEWS,
        old='    if request.POST.get("List-Unsubscribe") == "One-Click":\n',
        new="    if True:\n",
        tests=f"{LEAVE}::test_a_post_that_says_nothing_changes_nothing",
    ),
    Breakage(
        name="the old link of somebody who registered leaves nobody",
        file=LINKS,
        old="    while profile is not None and profile.merged_into_id and profile.pk not in seen:\n",
        new="    while False:\n",
        tests="tests/views/test_leave_doors.py::test_an_old_link_leaves_for_who_they_are_now",
    ),
    Breakage(
        name="the page is kept by a cache",
        file=VIEWS,
        old='    answer["Cache-Control"] = "no-store"\n',
        new="",
        tests=f"{LEAVE}::test_strict_headers",
    ),
    Breakage(
        name="the page tells others its address",
        file=VIEWS,
        old='    answer["Referrer-Policy"] = "no-referrer"  # the address of this page is a permission\n',
        new="",
        tests=f"{LEAVE}::test_strict_headers",
    ),
]
