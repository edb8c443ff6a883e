"""Guards of types: who is counted, what a rule may say, and that no text of theirs becomes ours."""

from tests.mutants.breakage import Breakage

AGREE = "tests/flows/test_types_agree.py"
COMPILE = "saleor_relacional/rules/compile.py"
MEMBERS = "saleor_relacional/flows/segments/membership.py"
READ = "saleor_relacional/rules/read.py"
READING = "tests/rules/test_read.py"
STORIES = "tests/flows/test_types.py"
TYPES = "saleor_relacional/flows/segments/segments.py"

BREAKAGES = [
    Breakage(
        name="not of what is unknown is unknown",
        file=COMPILE,
        old='return text if holds or _never_null(condition) else f"(({text}) IS NOT TRUE)"',
        new='return text if holds else f"(NOT {text})"',
        tests=AGREE,
    ),
    Breakage(
        name="not turns an and into an and",
        file=COMPILE,
        old="        every = node.every is holds\n",
        new="        every = node.every\n",
        tests=AGREE,
    ),
    Breakage(
        name="nobody's facts count for nothing instead of 0",
        file=COMPILE,
        old='        return f"NOT {gathered}" if zero else gathered\n',
        new="        return gathered\n",
        tests=AGREE,
    ),
    Breakage(
        name="rules add up two currencies",
        file=COMPILE,
        old='            parts.append(f"{facts.currency} = {self.give(condition.currency)}")\n',
        new="            pass\n",
        tests=f"{STORIES}::test_euros_and_dollars_are_not_added_up",
    ),
    Breakage(
        name="amounts of another currency are compared",
        file=COMPILE,
        old='f"(s.currency = {self.give(condition.currency)} AND {self._range(condition, asked.sql)})"',
        new="self._range(condition, asked.sql)",
        tests=AGREE,
    ),
    Breakage(
        name="rules count what was withdrawn",
        file="saleor_relacional/rules/fields.py",
        old="_COUNTED = \"u.state = 'counts'\"\n",
        new='_COUNTED = "true"\n',
        tests=AGREE,
    ),
    Breakage(
        name="what the shop states outweighs an opt-out in rules",
        file="saleor_relacional/rules/fields.py",
        old="      AND (said.basis <> 'stated' OR NOT EXISTS (",
        new="      AND (true OR NOT EXISTS (",
        tests=AGREE,
    ),
    Breakage(
        name="a beginning is a pattern",
        file=COMPILE,
        old='        text = text.replace(special, "\\\\" + special)\n',
        new="        pass\n",
        tests=f"{STORIES}::test_a_value_is_never_text_of_the_statement",
    ),
    Breakage(
        name="who was merged away belongs to types, by profile",
        file=COMPILE,
        old='            return "p.merged_into_id IS NULL"\n',
        new='            return "true"\n',
        tests=STORIES,
    ),
    Breakage(
        name="who was merged away belongs to types, by standing",
        file=COMPILE,
        old="WHERE gone.id = s.profile_id AND gone.merged_into_id IS NOT NULL)",
        new="WHERE gone.id = s.profile_id AND false)",
        tests=STORIES,
    ),
    Breakage(
        name="rules as deep as anybody likes",
        file=READ,
        old="        if depth > DEPTH:\n",
        new="        if depth > 900:\n",
        tests=READING,
    ),
    Breakage(
        name="rules of any size",
        file=READ,
        old="        self.seen += 1\n        if self.seen > CONDITIONS:\n",
        new="        if self.seen > CONDITIONS:\n",
        tests=READING,
    ),
    Breakage(
        name="keys that nobody knows are passed over",
        file=READ,
        old="            if key not in known:\n",
        new="            if False:\n",
        tests=READING,
    ),
    Breakage(
        name="moments without a time zone",
        file=READ,
        old="        if moment.tzinfo is None:\n",
        new="        if False:\n",
        tests=READING,
    ),
    Breakage(
        name="money without its currency",
        file=READ,
        old='if not isinstance(said, str) or not re.fullmatch("[A-Z]{3}", said):',
        new="if not isinstance(said, str | None):",
        tests=READING,
    ),
    Breakage(
        name="pages of types show somebody twice",
        file=MEMBERS,
        old="AND s.profile_id > %(after)s",
        new="AND s.profile_id >= %(after)s",
        tests=f"{STORIES}::test_pages_hold_everybody_once",
    ),
    Breakage(
        name="an estimate passes for a count",
        file=MEMBERS,
        old="            return Count(number=guess, estimated=True)\n",
        new="            return Count(number=guess, estimated=False)\n",
        tests=f"{STORIES}::test_counts_say_when_they_are_estimates",
    ),
    Breakage(
        name="a rule is saved unread",
        file=TYPES,
        old="    parsed(rule)\n    with sql.atomic():\n        sql.lock(\"types\")\n        rows",
        new="    with sql.atomic():\n        sql.lock(\"types\")\n        rows",
        tests=f"{STORIES}::test_saving_changing_deleting",
    ),
    Breakage(
        name="native types can be changed",
        file=TYPES,
        old="    if any(native.public_id == public_id for native in _native()):\n",
        new="    if False:\n",
        tests=f"{STORIES}::test_what_comes_with_us_stays",
    ),
    Breakage(
        name="customers read what the shop calls them",
        file="saleor_relacional/graphql/types/profile.py",
        old="    @needs(MANAGE_USERS)\n    def resolve_types(",
        new="    def resolve_types(",
        tests="tests/api/test_types.py::test_customers_do_not_read_the_shops_words_for_them",
    ),
]  # fmt: skip
