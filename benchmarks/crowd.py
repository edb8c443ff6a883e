"""A million relationships made where they lie: profiles, purchases, lines, consents, mails, and what follows from them.

Purchases first; the customer summaries are added up from them, so rules that ask both get one answer.
"""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "profiles": """
INSERT INTO saleor_relacional_profile
    (public_id, arm_key, email, email_key, vouched, first_name, language, channel, joined_at, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'p' || n || '@shop.example', 'p' || n || '@shop.example', n %% 3 <> 0,
       'Name' || n %% 5000, (ARRAY['en', 'es', 'de', ''])[1 + n %% 4], (ARRAY['web', 'app', 'eu'])[1 + n %% 3],
       %(now)s::timestamptz - n %% 1500 * interval '1 day', %(now)s::timestamptz - n %% 1500 * interval '1 day'
FROM generate_series(1, %(people)s) AS n""",
    "merged profiles": """
UPDATE saleor_relacional_profile SET merged_into_id = id - 1 WHERE id %% 100 = 50""",
    "accounts": """
INSERT INTO saleor_relacional_identity (profile_id, kind, source, key)
SELECT id, 'account', 'bench', id::text FROM saleor_relacional_profile WHERE id %% 5 < 3""",
    "purchases": """
INSERT INTO saleor_relacional_purchase
    (profile_id, source, reference, number, state, channel, currency, sold, placed_at, day, learned_at, checkout,
     codes, digest)
SELECT id, 'bench', id || '-' || n, '', CASE WHEN random() < .02 THEN 'withdrawn' ELSE 'counts' END,
       (ARRAY['web', 'app', 'eu'])[1 + (id + n) %% 3], CASE WHEN id %% 10 = 0 THEN 'USD' ELSE 'EUR' END,
       round((10 + 60 * random() * random())::numeric, 2), at, at::date, at, '', '[]', ''
FROM saleor_relacional_profile CROSS JOIN LATERAL (
    SELECT n, %(now)s::timestamptz - random() * 1100 * interval '1 day' AS at
    FROM generate_series(1, (-ln(random()) * 2.6 + id * 0)::int) AS n
) bought WHERE merged_into_id IS NULL""",
    "lines": """
INSERT INTO saleor_relacional_purchaseline (purchase_id, profile_id, product_key, name, quantity, total)
SELECT id, profile_id, 'sku-' || floor(5000 * random() * random() + id * 0), 'A product', 1, sold
FROM saleor_relacional_purchase CROSS JOIN generate_series(1, 2) AS n""",
    "customer summaries": """
WITH history AS (
    SELECT profile_id, count(*) AS purchases, count(DISTINCT day) AS days, min(day) AS first, max(day) AS last,
           max(placed_at) AS at, sum(sold) AS sold, max(currency) AS currency
    FROM saleor_relacional_purchase WHERE state = 'counts' GROUP BY 1
), timed AS (
    SELECT p.id, h.*, ln(40.0) + p.id %% 10 / 10.0 AS mean, extract(epoch FROM %(now)s - h.at) / 86400 AS idle
    FROM saleor_relacional_profile p LEFT JOIN history h ON h.profile_id = p.id WHERE p.merged_into_id IS NULL
)
INSERT INTO saleor_relacional_customersummary
    (profile_id, purchases, purchase_days, first_day, last_day, last_at, gap_log_sum, gap_log_squares, last_gap,
     currency, sold, refunded, valued_purchases, sold_squares, rhythm_log_mean, rhythm_log_sd, slips_at, lapses_at,
     lost_at, stage, since, stage_cause, scored_at)
SELECT id, coalesce(purchases, 0), coalesce(days, 0), first, last, at, 0, 0, NULL, coalesce(currency, ''),
       coalesce(sold, 0), 0, coalesce(purchases, 0), 0, CASE WHEN at IS NOT NULL THEN mean END,
       CASE WHEN at IS NOT NULL THEN .6 END, at + exp(mean + .5) * interval '1 day',
       at + exp(mean + .8) * interval '1 day', at + exp(mean + 1.1) * interval '1 day',
       CASE WHEN at IS NULL THEN 'prospect' WHEN idle >= exp(mean + 1.1) THEN 'lost'
            WHEN idle >= exp(mean + .8) THEN 'lapsed' WHEN idle >= exp(mean + .5) THEN 'slipping'
            WHEN days = 1 THEN 'new' WHEN days >= 4 THEN 'loyal' ELSE 'active' END,
       coalesce(at, %(now)s), 'time', %(now)s
FROM timed""",
    "fit": """
INSERT INTO saleor_relacional_fit (as_of, created_at, adopted, customers, parameters, study, converged)
VALUES (%(now)s, %(now)s, true, %(people)s, '{}', '{}', true)""",
    "predictions": """
INSERT INTO saleor_relacional_prediction
    (profile_id, fit_id, as_of, alive, order_30, order_90, order_365, expected_30, expected_90, expected_365,
     order_value, year_value)
SELECT profile_id, (SELECT id FROM saleor_relacional_fit), %(now)s, alive, alive * .2, alive * .5, alive * .9,
       alive * .2, alive * .7, alive * 3, sold / purchases, alive * 3 * sold / purchases
FROM (SELECT *, 1 / (1 + extract(epoch FROM %(now)s - last_at)::float8 / 86400 / 120) * purchase_days
             / (purchase_days + 1.0) AS alive
      FROM saleor_relacional_customersummary WHERE purchases > 0) s""",
    "consents": """
INSERT INTO saleor_relacional_consent
    (profile_id, purpose, medium, basis, source, text, language, happened_at, learned_at)
SELECT id, purpose, 'mail', CASE WHEN n = 2 THEN 'opt_out' WHEN id %% 2 = 0 THEN 'opt_in' ELSE 'stated' END,
       'bench', '', '', %(now)s::timestamptz - (400 - n * 100) * interval '1 day', %(now)s
FROM saleor_relacional_profile CROSS JOIN generate_series(1, 2) AS n
CROSS JOIN (VALUES ('content'), ('offers')) AS told (purpose)
WHERE id %% 20 < 11 AND (n = 1 OR id %% 20 = 0)""",
    "campaign": """
INSERT INTO saleor_relacional_campaign
    (public_id, kind, name, goal, hypothesis, state, salt, window_days, created_at, activated_url)
VALUES (gen_random_uuid(), 'win_back', 'Bench', '', '', 'active', '', 30, %(now)s, '')""",
    "version": """
INSERT INTO saleor_relacional_campaignversion
    (campaign_id, number, stages, channels, daily_capacity, created_at)
SELECT id, 1, '[]', '[]', 0, %(now)s FROM saleor_relacional_campaign""",
    "step": """
INSERT INTO saleor_relacional_campaignstep (version_id, number, wait_days, message, offer_days)
SELECT id, 1, 0, 'win_back', 14 FROM saleor_relacional_campaignversion""",
    "rung": """
INSERT INTO saleor_relacional_rung (step_id, number, kind, amounts, terms)
SELECT id, 1, 'word', '{}', '{}' FROM saleor_relacional_campaignstep""",
    "enrolments": """
INSERT INTO saleor_relacional_enrolment
    (public_id, campaign_id, version_id, profile_id, cycle, arm, state, reason, stage, year_value, channel, currency,
     considered_at, started_at, window_ends_at)
SELECT gen_random_uuid(), c.id, v.id, p.id, 'bench', 'treated', 'started', '', 'lapsed', 0, '', 'EUR', at, at,
       at + interval '30 days'
FROM saleor_relacional_campaign c JOIN saleor_relacional_campaignversion v ON v.campaign_id = c.id
CROSS JOIN LATERAL (
    SELECT id, %(now)s::timestamptz - id %% 90 * interval '1 day' AS at
    FROM saleor_relacional_profile WHERE merged_into_id IS NULL AND id %% 7 = 0
) p""",
    "mails": """
INSERT INTO saleor_relacional_touch
    (public_id, enrolment_id, profile_id, step_id, medium, state, reason, due_at, expires_at, attempts,
     template_version, data_hash, created_at, ended_at)
SELECT gen_random_uuid(), e.id, e.profile_id, s.id, 'mail', 'sent', '', e.started_at, e.window_ends_at, 1, '', '',
       e.started_at, e.started_at
FROM saleor_relacional_enrolment e JOIN saleor_relacional_campaignstep s ON s.version_id = e.version_id""",
}
"""What is made → its statement, in order."""
