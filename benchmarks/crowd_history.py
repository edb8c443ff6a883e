"""A shop of any size whose customers really bought: profiles, purchases, lines, refunds and categories, made where
they lie.

Each customer has a rhythm of their own (log-normal gaps around an own mean; a tenth change it one day), leaves with an
own chance after each purchase (a third buy once), and has an own typical order value, channel, currency, address and
favourite category. Over five years that comes to ten purchases each, three lines a purchase; rows lie in the order in
which a shop writes them, by time, not by customer.
"""

from __future__ import annotations

SOURCE = "standalone"
CATEGORIES, IN_EACH = 40, 125
"""Categories, and products in each of them."""

HELPERS = """
CREATE FUNCTION crowd_normal() RETURNS float8 LANGUAGE sql VOLATILE AS
    'SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';
CREATE UNLOGGED TABLE crowd_person (
    id bigint, starts timestamptz, log_mean float8, log_sd float8, shifts_after int, shift float8, stays int,
    log_value float8, currency text, second text, channel text, home int, moves_after int
);
CREATE UNLOGGED TABLE crowd_bought (person bigint, n int, at timestamptz);
"""
CLEANED = "DROP TABLE crowd_person, crowd_bought; DROP FUNCTION crowd_normal()"

PEOPLE = f"""
INSERT INTO crowd_person
SELECT n, starts, log_mean, exp(ln(.65) + .3 * crowd_normal()),
       CASE WHEN random() < .1 THEN 3 + floor(random() * 6)::int ELSE 100000 END,
       CASE WHEN random() < .5 THEN 1 ELSE -1 END,
       CASE WHEN random() < .15 THEN 1 ELSE least(
           10 + 2 * extract(epoch FROM %(now)s - starts) / 86400 / exp(log_mean),
           1 + floor(ln(1 - random()) / ln(1 - leaves)), 1000)::int END,
       ln(42) + .6 * crowd_normal(), (ARRAY['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'GBP'])[1 + n %% 8],
       CASE WHEN random() < .03 THEN 'CHF' END, (ARRAY['web', 'app', 'eu', 'web'])[1 + n %% 4],
       floor({CATEGORIES} * random() * sqrt(random()))::int,
       CASE WHEN random() < .08 THEN 1 + floor(random() * 8)::int ELSE 100000 END
FROM (
    SELECT n, %(now)s::timestamptz - 1826 * power(random(), .9) * interval '1 day' AS starts,
           ln(30) + .8 * crowd_normal() AS log_mean,
           least(greatest(power(1 - power(1 - random(), 1 / 1.6), 2), 1e-9), 1 - 1e-9) AS leaves
    FROM generate_series(%(first)s, %(last)s) AS n OFFSET 0
) AS n
"""
"""Who they are. The chance of leaving after a purchase is Kumaraswamy(.5, 1.6): many hardly ever, many at once."""

MOMENTS = """
INSERT INTO crowd_bought
SELECT id, n, at FROM (
    SELECT id, n, starts + interval '1 day' * sum(gap) OVER (PARTITION BY id ORDER BY n) AS at FROM (
        SELECT p.id, n, p.starts, CASE WHEN n = 1 THEN 0 WHEN random() < .02 THEN .05 ELSE
            exp(p.log_mean + CASE WHEN n > p.shifts_after THEN p.shift ELSE 0 END + p.log_sd * crowd_normal())
            END AS gap
        FROM crowd_person p CROSS JOIN LATERAL generate_series(1, p.stays) AS n
        WHERE p.id BETWEEN %(first)s AND %(last)s
    ) AS gaps
) AS bought WHERE at <= %(now)s
"""

PROFILES = """
INSERT INTO saleor_relacional_profile
    (id, public_id, arm_key, email, email_key, vouched, first_name, language, channel, joined_at, created_at)
SELECT id, gen_random_uuid(), gen_random_uuid(), 'p' || id || '@shop.example', 'p' || id || '@shop.example',
       id %% 3 <> 0, 'Name' || id %% 5000, (ARRAY['en', 'es', 'de', ''])[1 + id %% 4], channel,
       CASE WHEN id %% 5 < 3 THEN starts END, starts
FROM crowd_person WHERE id BETWEEN %(first)s AND %(last)s
"""

IDENTITIES = f"""
INSERT INTO saleor_relacional_identity (profile_id, kind, source, key)
SELECT id, 'account', '{SOURCE}', id::text FROM crowd_person
WHERE id %% 5 < 3 AND id BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT id, 'email', '', 'p' || id || '@shop.example' FROM crowd_person
WHERE id BETWEEN %(first)s AND %(last)s AND (id %% 5 >= 3 OR id %% 3 <> 0)
"""

MERGED = """
INSERT INTO saleor_relacional_profile
    (public_id, arm_key, email, email_key, vouched, first_name, language, channel, joined_at, created_at,
     merged_into_id)
SELECT gen_random_uuid(), gen_random_uuid(), '', '', false, '', '', '', NULL, %(now)s, id
FROM generate_series(100, %(people)s, 100) AS id
"""
"""One in a hundred was a guest once: an empty profile that points at the account's."""

PURCHASES = f"""
INSERT INTO saleor_relacional_purchase
    (profile_id, source, reference, number, state, channel, currency, sold, placed_at, day, learned_at, checkout, codes,
     digest, place)
SELECT person, '{SOURCE}', 'R' || person || '-' || n, 'R' || person || '-' || n,
       CASE WHEN random() < .02 THEN 'withdrawn' ELSE 'counts' END,
       CASE WHEN random() < .08 THEN 'market' ELSE p.channel END,
       CASE WHEN random() < .3 THEN coalesce(p.second, p.currency) ELSE p.currency END,
       round(exp(p.log_value + .5 * crowd_normal())::numeric, 2), at, (at AT TIME ZONE 'UTC')::date, at, '',
       CASE WHEN random() < .05 THEN '["WELCOME"]' ELSE '[]' END::jsonb,
       decode(md5(person::text) || md5(n::text), 'hex'),
       left(md5('home' || person || (n > p.moves_after)), 16)
FROM crowd_bought b JOIN crowd_person p ON p.id = b.person
WHERE at >= %(from)s AND at < %(to)s ORDER BY at
"""

LINES = f"""
INSERT INTO saleor_relacional_purchaseline (purchase_id, profile_id, product_key, name, quantity, total)
SELECT id, profile_id, 'sku-' || product, 'Product ' || product, 1 + (random() * random() * 2.5)::int,
       round(sold / lines, 2)
FROM (
    SELECT b.*, (CASE WHEN random() < .6 THEN p.home ELSE floor({CATEGORIES} * random()) END * {IN_EACH}
                 + floor({IN_EACH} * random() * random()))::int AS product
    FROM (
        SELECT id, profile_id, sold, (1 + floor(-ln(1 - random()) * 2.466))::int AS lines
        FROM saleor_relacional_purchase WHERE id BETWEEN %(first)s AND %(last)s OFFSET 0
    ) b JOIN crowd_person p ON p.id = b.profile_id CROSS JOIN LATERAL generate_series(1, b.lines) ORDER BY b.id
) bought
"""

REFUNDS = """
INSERT INTO saleor_relacional_refund
    (profile_id, source, reference, purchase_id, amount, currency, happened_at, learned_at)
SELECT profile_id, source, 'B' || id, CASE WHEN random() < .97 THEN id END,
       CASE WHEN random() < .5 THEN sold ELSE round(sold * random()::numeric, 2) END, currency, at, at
FROM (
    SELECT *, least(placed_at + 20 * random() * interval '1 day', %(now)s) AS at FROM saleor_relacional_purchase
    WHERE id BETWEEN %(first)s AND %(last)s AND random() < .04 OFFSET 0
) bought
"""

PRODUCTS = f"""
INSERT INTO saleor_relacional_productcategory (source, product_key, category_key, name, learned_at)
SELECT '{SOURCE}', 'sku-' || n, 'category-' || n / {IN_EACH}, 'Category ' || n / {IN_EACH}, %(now)s
FROM generate_series(0, {CATEGORIES * IN_EACH} - 1) AS n
"""

STALE = """
INSERT INTO saleor_relacional_stale (profile_id, since, version)
SELECT id, %(now)s, pg_current_xact_id()::text::bigint FROM saleor_relacional_profile WHERE merged_into_id IS NULL
"""
"""Nobody is scored yet."""
