-- Turns the staging tables of seed.py into rows of Odoo.
-- section: people
CREATE TABLE bench_base AS
SELECT (SELECT max(id) FROM res_partner) + 1000 AS partner_id,
       (SELECT count(*) FROM bench_person) AS customers;
INSERT INTO res_partner (
    id, name, complete_name, email, email_normalized, phone, phone_sanitized, city, zip,
    street, country_id, commercial_partner_id, user_id, active, is_company, type, lang,
    partner_share, autopost_bills, customer_rank, color, create_uid, write_uid,
    create_date, write_date
)
SELECT base.partner_id + p.number, p.name, p.name, p.email, p.email, p.phone, p.e164,
       p.city, p.zip, 'Lake Road ' || p.number, country.id,
       base.partner_id + p.number, users.ids[1 + p.number %% cardinality(users.ids)],
       TRUE, FALSE, 'contact', 'en_US', TRUE, 'ask', 1, 0, 1, 1,
       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  FROM bench_base base
 CROSS JOIN bench_person p
 CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids
               FROM res_users WHERE active AND NOT share) users
  JOIN res_country country ON country.code = p.country
 ORDER BY p.number;
SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner));
-- section: bindings
INSERT INTO sme_source (name, code, company_id, active, create_uid, write_uid,
                        create_date, write_date)
SELECT 'Bench', 'bench', min(id), TRUE, 1, 1, now() AT TIME ZONE 'UTC',
       now() AT TIME ZONE 'UTC'
  FROM res_company;
INSERT INTO sme_binding (source_id, company_id, partner_id, kind, external_id, version,
                         create_uid, write_uid, create_date, write_date)
SELECT source.id, source.company_id, base.partner_id + p.number, 'customer',
       p.number::text, '1', 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  FROM bench_base base
 CROSS JOIN bench_person p
 CROSS JOIN (SELECT id, company_id FROM sme_source WHERE code = 'bench') source
 ORDER BY p.number;
-- section: orders
INSERT INTO sme_order (
    id, source_id, origin_id, company_id, partner_id, commercial_partner_id, user_id,
    country_id, currency_id, create_uid, write_uid, name, kind, external_id, version,
    payload_hash, customer_external_id, buyer_name, buyer_email, buyer_phone, state,
    state_raw, channel, city, zip, payment_method, shipping_address, currency_rate,
    amount_untaxed, amount_tax, amount_total, amount_discount, amount_shipping,
    amount_refunded, revenue, margin, is_guest, counted, date_order, create_date,
    write_date
)
SELECT base.order_id + o.number, source.id,
       CASE WHEN o.origin >= 0 THEN base.order_id + o.origin END,
       source.company_id, p.id, p.id, p.user_id, p.country_id, company.currency_id,
       1, 1, 'B' || o.number, CASE WHEN o.origin < 0 THEN 'order' ELSE 'refund' END,
       o.number::text, '2026-01-01T00:00:00Z', md5(o.number::text), o.customer::text,
       p.name, p.email, p.phone,
       CASE WHEN o.counted THEN 'completed' ELSE 'cancelled' END, 'wc-completed',
       (ARRAY['web', 'app', 'market'])[1 + o.number %% 3], p.city, p.zip, 'card',
       p.street || ', ' || p.zip || ' ' || p.city, 1,
       o.cents / 100.0, round(o.cents * 0.13) / 100, round(o.cents * 1.13) / 100, 0, 0,
       0, o.cents / 100.0, CASE WHEN o.origin < 0 THEN round(o.cents * 0.3) / 100
                                ELSE 0 END,
       FALSE, o.counted, moment.at, moment.at, moment.at
  FROM bench_order o
 CROSS JOIN (SELECT coalesce(max(id), 0) + 1000 AS order_id FROM sme_order) base
 CROSS JOIN bench_base person
 CROSS JOIN (SELECT id, company_id FROM sme_source WHERE code = 'bench') source
  JOIN res_company company ON company.id = source.company_id
  JOIN res_partner p ON p.id = person.partner_id + o.customer
 CROSS JOIN LATERAL (
       SELECT date_trunc('second', now() AT TIME ZONE 'UTC')
              - o.seconds * interval '1 second' AS at
 ) moment
 ORDER BY o.number;
SELECT setval('sme_order_id_seq', (SELECT max(id) FROM sme_order));
-- section: lines
INSERT INTO sme_order_line (
    order_id, sequence, product_id, categ_id, create_uid, write_uid, external_id,
    line_type, name, sku, product_external_id, quantity, price_unit, discount_amount,
    price_subtotal, price_tax, price_total, cost, margin, create_date, write_date
)
SELECT o.id, part.n, goods.id, goods.categ_id, 1, 1, o.id || '-' || part.n, 'product',
       'Product ' || goods.place, 'SKU-' || goods.place, goods.place::text, 1, net, 0,
       net, round(net * 0.13, 2), net + round(net * 0.13, 2), round(net * 0.7, 2),
       net - round(net * 0.7, 2), o.date_order, o.date_order
  FROM sme_order o
 CROSS JOIN generate_series(1, %(lines)s) AS part (n)
 CROSS JOIN (SELECT array_agg(p.id ORDER BY p.id) AS ids FROM product_product p
               JOIN product_template t ON t.id = p.product_tmpl_id
              WHERE p.default_code LIKE 'BENCH-%%') shelf
 CROSS JOIN LATERAL (
       SELECT 1 + (o.partner_id * 31 + o.id * 7 + part.n * 13)
                  %% cardinality(shelf.ids) AS place
 ) picked
  JOIN (SELECT p.id, t.categ_id, row_number() OVER (ORDER BY p.id) AS place
          FROM product_product p
          JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE p.default_code LIKE 'BENCH-%%') goods ON goods.place = picked.place
 CROSS JOIN LATERAL (
       -- The last line takes what division leaves: lines add up to the order.
       SELECT CASE WHEN part.n < %(lines)s
                   THEN trunc(o.amount_untaxed / %(lines)s, 2)
                   ELSE o.amount_untaxed
                        - trunc(o.amount_untaxed / %(lines)s, 2) * (%(lines)s - 1)
              END AS net
 ) money
 WHERE o.external_id ~ '^[0-9]+$';
