"""Guards of changes of habit, categories and places."""

from tests.mutants.breakage import Breakage

NUMBERS = "saleor_relacional/flows/scoring/shifts_of_numbers.py"
PLACES = "tests/flows/ingest/test_places.py"
SHIFT = "saleor_relacional/insight/timing/changepoint.py"
SHIFTS = "saleor_relacional/flows/scoring/habit_shifts.py"
TESTS = "tests/flows/scoring/test_habit_shifts.py"

BREAKAGES = [
    Breakage(
        name="a change of habit is told again by a worker that looked before it was told",
        file=SHIFTS,
        old=") IS NOT DISTINCT FROM seen.since",
        new=") IS NOT DISTINCT FROM seen.since OR true",
        tests=f"{TESTS}::test_two_workers_who_place_it_a_day_apart_tell_it_once",
    ),
    Breakage(
        name="a change of habit is told again when more data place it elsewhere",
        file=NUMBERS,
        old="CASE WHEN since IS NULL THEN %(side)s ELSE %(settled)s END",
        new="%(side)s",
        tests=f"{TESTS}::test_the_same_change_placed_elsewhere_is_not_told_again",
    ),
    Breakage(
        name="a history is read from its beginning though a change was told",
        file=NUMBERS,
        old="gap > 0 AND (rhythm_told IS NULL OR day >= rhythm_told)",
        new="gap > 0",
        tests=f"{TESTS}::test_the_same_change_placed_elsewhere_is_not_told_again",
    ),
    Breakage(
        name="a change of habit of somebody who is gone is told",
        file=SHIFTS,
        old="kept = [one for one in seen if one.profile in present]",
        new="kept = list(seen)",
        tests=f"{TESTS}::test_of_somebody_who_is_forgotten_meanwhile_nothing_is_told",
    ),
    Breakage(
        name="changes of habit outlive the forgotten",
        file="saleor_relacional/flows/people/forget.py",
        old="        HabitShift.objects.using(conf.database()).filter(profile_id__in=ids).delete()\n",
        new="",
        tests=f"{TESTS}::test_who_is_forgotten_leaves_no_change_of_habit",
    ),
    Breakage(
        name="changes of habit stay behind in a merge",
        file="saleor_relacional/flows/people/merge.py",
        old="Touch, Incentive, HabitShift,",
        new="Touch, Incentive,",
        tests=f"{TESTS}::test_a_guest_who_registers_takes_the_change_along",
    ),
    Breakage(
        name="a scoring does not look for a change of rhythm",
        file="saleor_relacional/flows/scoring/score.py",
        old="    shifts.detect(list(marks), now, (shifts.RHYTHM,))",
        new="    # shifts.detect(list(marks), now, (shifts.RHYTHM,))",
        tests=f"{TESTS}::test_who_buys_monthly_now_is_learnt_anew_and_not_called_late",
    ),
    Breakage(
        name="the walk does not have those scored of whom it told",
        file=SHIFTS,
        old="now, EVERYTHING, then=stale.mark)",
        new="now, EVERYTHING)",
        tests=f"{TESTS}::test_a_range_is_everybody_in_it_and_who_changed_is_to_be_scored",
    ),
    Breakage(
        name="every look at a history may be wrong as often as the first",
        file=SHIFT,
        old="LIFE / np.maximum(np.asarray(n, dtype=np.float64), 1.0)",
        new="0.01 + 0.0 * np.asarray(n, dtype=np.float64)",
        tests="tests/insight/timing/test_changepoint.py",
    ),
    Breakage(
        name="who always buys something new has changed",
        file=SHIFT,
        old="float(sets[n - at]) / math.comb(n, at)",
        new="1.0 / math.comb(n, at)",
        tests="tests/insight/timing/test_changepoint.py::test_who_always_buys_something_new_has_not_changed",
    ),
    Breakage(
        name="an address can be guessed from the digest of its order",
        file="saleor_relacional/flows/ingest/order_facts.py",
        old="        fact.codes, place,\n",
        new="        fact.codes, place, fact.country, fact.postal_code,\n",
        tests=f"{PLACES}::test_the_address_itself_is_nowhere",
    ),
    Breakage(
        name="a postal code is stored as it was typed",
        file="saleor_relacional/flows/ingest/places.py",
        old="hashes[named[fact.reference]].hex()[:LENGTH]",
        new="fact.postal_code[:LENGTH]",
        tests=f"{PLACES}::test_the_address_itself_is_nowhere",
    ),
    Breakage(
        name="categories of a product that stands nowhere any more are lost",
        file="saleor_relacional/flows/ingest/product_categories.py",
        old="if line.product_key and line.category\n",
        new="if line.product_key\n",
        tests="tests/flows/ingest/test_product_categories.py::test_a_product_that_is_gone_keeps_its_last_category",
    ),
    Breakage(
        name="categories that are known are written again",
        file="saleor_relacional/flows/ingest/product_categories.py",
        old="WHERE (known.category_key, known.name) IS DISTINCT FROM (told.category_key, told.name)\n",
        new="",
        tests="tests/flows/ingest/test_product_categories.py::test_only_what_differs_is_written",
    ),
    Breakage(
        name="a withdrawn order counts for the rhythm of a category",
        file="saleor_relacional/flows/learning/categories.py",
        old="WHERE purchase.state = 'counts' AND purchase.placed_at",
        new="WHERE purchase.placed_at",
        tests="tests/flows/profiles/test_category_rhythms.py::test_what_is_withdrawn_or_lies_ahead_does_not_count",
    ),
]
