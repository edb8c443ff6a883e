"""Guards that a second pair of eyes asked for: campaigns and promises together, hostile input, days of odd length."""

from tests.mutants.breakage import Breakage

CAPACITY = "saleor_relacional/flows/campaigns/capacity.py"
CLAIM = "saleor_relacional/flows/incentives/entitlement.py"
CODES = "saleor_relacional/flows/incentives/codes.py"
GIVEN = "saleor_relacional/flows/input_validation.py"
HOSTILE = "tests/api/test_hostile.py"
PROPOSALS = "saleor_relacional/flows/campaigns/proposals.py"
SUPPRESSION = "saleor_relacional/flows/campaigns/suppression.py"
TEST_ATTRIBUTE = "tests/flows/campaigns/test_attribution.py"
TEST_INCENTIVE = "tests/flows/incentives/test_incentive.py"
TEST_PLAN = "tests/flows/campaigns/test_plan.py"
TEST_SUPPRESSION = "tests/flows/campaigns/test_suppression.py"

BREAKAGES = [
    Breakage(
        name="two campaigns write to one person",
        file=SUPPRESSION,
        old="        (Reason.OTHER_CAMPAIGN, elsewhere),\n",
        new="",
        tests=f"{TEST_SUPPRESSION}::test_one_campaign_at_a_time",
    ),
    Breakage(
        name="two campaigns that judge at once start one person",
        file=CAPACITY,
        old="AND other.campaign_id <> e.campaign_id AND other.state = 'started'",
        new="AND other.campaign_id <> e.campaign_id AND other.state = 'never'",
        tests=f"{TEST_PLAN}::test_judged_before_the_other_campaign_started_them",
    ),
    Breakage(
        name="a campaign keeps a person from itself",
        file=SUPPRESSION,
        old="AND (own.started_at, own.id) < (other.started_at, other.id)",
        new="AND false",
        tests=f"{TEST_SUPPRESSION}::test_of_two_campaigns_that_meet_in_a_merge_the_earlier_goes_on",
    ),
    Breakage(
        name="who sent everything back is the most promising",
        file="saleor_relacional/flows/scoring/predict.py",
        old='    kept = np.maximum(history.amount("sold") - history.amount("refunded"), 0.0)\n',
        new='    kept = np.maximum(history.amount("sold"), 0.0)\n',
        tests="tests/flows/scoring/test_score.py::test_who_sends_everything_back_promises_little",
    ),
    Breakage(
        name="registering makes somebody less late",
        file="saleor_relacional/flows/people/merge.py",
        old="        _stand(source.pk, target.pk, now)\n",
        new="",
        tests="tests/flows/scoring/test_score.py::test_registering_makes_nobody_less_late",
    ),
    Breakage(
        name="the claim of a vanished checkout is freed before its cancelled order is heard of",
        file=CLAIM,
        old="held is Holder.GONE and seen.held_since is not None and",
        new="False and seen.held_since is not None and",
        tests=TEST_ATTRIBUTE,
    ),
    Breakage(
        name="a cancelled order gives back only what its checkout still holds",
        file=CLAIM,
        old="if row.order or not _ordered(row)]",
        new="if row.order or (row.holder and not _ordered(row))]",
        tests=TEST_ATTRIBUTE,
    ),
    Breakage(
        name="a cancelled order gives back what the next order spent",
        file=CLAIM,
        old="if row.order or not _ordered(row)]",
        new="]",
        tests=f"{TEST_ATTRIBUTE}::test_cancelled_twice_and_spent_in_between",
    ),
    Breakage(
        name="a cancelled order takes the claim from another checkout",
        file=CLAIM,
        old=".filter(code=code, holder=checkout)",
        new=".filter(code=code)",
        tests=f"{TEST_ATTRIBUTE}::test_cancelled_unheard_while_another_checkout_asks",
    ),
    Breakage(
        name="a withdrawn promise comes back by a cancellation",
        file="saleor_relacional/flows/incentives/incentive.py",
        old=" and not spent[incentive.code].withdrawn",
        new="",
        tests=f"{TEST_ATTRIBUTE}::test_a_withdrawn_promise_does_not_come_back_by_a_cancellation",
    ),
    Breakage(
        name="an offer ends an hour early where clocks go back at midnight",
        file=CODES,
        old=", fold=1",
        new="",
        tests=f"{TEST_INCENTIVE}::test_it_ends_with_the_shops_day",
    ),
    Breakage(
        name="the hour that comes twice has a capacity of its own",
        file=CAPACITY,
        old=", fold=0",
        new="",
        tests=f"{TEST_PLAN}::test_a_day_of_twenty_five_hours_has_one_capacity",
    ),
    Breakage(
        name="an amount is offered in several moneys",
        file="saleor_relacional/flows/campaigns/campaigns.py",
        old="if terms.discount == Discount.FIXED and len(moneys) > 1:",
        new="if False:",
        tests=f"{TEST_INCENTIVE}::test_an_amount_is_of_one_money",
    ),
    Breakage(
        name="an amount is promised to a channel of another money",
        file=CODES,
        old="if version.discount == Discount.FIXED and len(set(promised.values())) > 1:",
        new="if False:",
        tests=f"{TEST_INCENTIVE}::test_a_channel_of_another_money_that_came_later",
    ),
    Breakage(
        name="a forged place in the queue is believed",
        file=PROPOSALS,
        old="if max(self.room, self.treated_above) > MOST_PEOPLE or self.profile_id >= 2**63:",
        new="if False:",
        tests=f"{HOSTILE}::test_a_place_in_the_queue_that_we_never_gave",
    ),
    Breakage(
        name="a thousand dry runs in one question",
        file="saleor_relacional/graphql/queries/campaigns.py",
        old='        once_more(info.context, "a dry run", DRY_RUNS)\n',
        new="",
        tests=f"{HOSTILE}::test_a_flood_under_aliases",
    ),
    Breakage(
        name="control characters in what people type",
        file=GIVEN,
        old="letter in TURNS or unicodedata.category(letter) in UNSEEN",
        new="False",
        tests=HOSTILE,
    ),
    Breakage(
        name="a campaign is activated at an address that no mail may link to",
        file="saleor_relacional/flows/campaigns/campaigns.py",
        old="    if not message.secure(url):\n",
        new="    if False:\n",
        tests=f"{HOSTILE}::test_what_activating_lacks_is_told_by_its_code",
    ),
    Breakage(
        name="the doctor takes a switched-off plugin for a copied shop",
        file="saleor_relacional/flows/operations/doctor.py",
        old="campaigns.hindrance(campaign, now) is Reason.ELSEWHERE",
        new="campaigns.hindrance(campaign, now) is not None",
        tests="tests/flows/operations/test_doctor.py",
    ),
    Breakage(
        name="the doctor likes an address without https",
        file="saleor_relacional/flows/operations/doctor.py",
        old="    if url and not message.secure(url):\n",
        new="    if False:\n",
        tests="tests/flows/operations/test_doctor.py",
    ),
]
