-- Turns the staged lines of Complete Journey into customers, orders and lines.
INSERT INTO product_category (name, complete_name, create_uid, write_uid)
SELECT department, department, 1, 1
  FROM (SELECT DISTINCT coalesce(department, 'UNKNOWN') AS department
          FROM journey_line) known;
UPDATE product_category SET parent_path = id || '/' WHERE parent_path IS NULL;
INSERT INTO res_partner (name, complete_name, active, is_company, type, lang,
                         autopost_bills, partner_share, color, create_uid, write_uid)
SELECT 'Household ' || household, 'Household ' || household, TRUE, FALSE, 'contact',
       'en_US', 'ask', TRUE, 0, 1, 1
  FROM (SELECT DISTINCT household FROM journey_line) known;
UPDATE res_partner SET commercial_partner_id = id WHERE name LIKE 'Household %';
INSERT INTO sme_source (name, code, company_id, active, create_uid, write_uid)
SELECT 'Complete Journey', 'journey', min(id), TRUE, 1, 1 FROM res_company;
INSERT INTO sme_order (source_id, company_id, partner_id, commercial_partner_id,
                       currency_id, name, kind, external_id, version, state, counted,
                       currency_rate, amount_untaxed, amount_tax, amount_total,
                       revenue, margin, date_order, create_uid, write_uid)
SELECT source.id, source.company_id, p.id, p.id, company.currency_id, basket, 'order',
       basket, '1', 'completed', TRUE, 1, sales, 0, sales, sales,
       round(sales * 0.25, 2), at, 1, 1
  FROM (SELECT basket, household, min(at) AS at, sum(sales) AS sales
          FROM journey_line GROUP BY basket, household) baskets
  JOIN sme_source source ON source.code = 'journey'
  JOIN res_company company ON company.id = source.company_id
  JOIN res_partner p ON p.name = 'Household ' || household;
INSERT INTO sme_order_line (order_id, sequence, line_type, name, product_external_id,
                            external_id, categ_id, quantity, price_unit,
                            discount_amount, price_subtotal, price_tax, price_total,
                            create_uid, write_uid)
SELECT o.id, 1, 'product', 'Product ' || line.product, line.product,
       o.id || '-' || line.number, c.id, line.quantity, line.sales, line.discount,
       line.sales, 0, line.sales, 1, 1
  FROM journey_line line
  JOIN sme_source source ON source.code = 'journey'
  JOIN sme_order o ON o.external_id = line.basket AND o.source_id = source.id
  JOIN product_category c ON c.name = coalesce(line.department, 'UNKNOWN');
ANALYZE res_partner;
ANALYZE sme_order;
ANALYZE sme_order_line;
