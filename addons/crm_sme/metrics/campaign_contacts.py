"""Which customer had contact with which campaign: clicks, answers, mailings, care."""

from odoo.tools import SQL


def fill_contacts(env, company):
    """Collect in ``sme_contact`` which customer had contact with which campaign."""
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS sme_contact"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_contact ON COMMIT DROP AS %s UNION ALL %s",
            _mailing_contacts(company),
            _care_contacts(company),
        )
    )
    cr.execute(SQL("ANALYZE sme_contact"))


def _mailing_contacts(company):
    """Clicks and answers; for campaigns that want it, all that were delivered."""
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, c.id AS campaign_id,
               c.attribution_days AS days,
               coalesce(t.links_click_datetime, t.reply_datetime, t.sent_datetime)
                   AS contact_on,
               CASE WHEN coalesce(t.links_click_datetime, t.reply_datetime) IS NULL
                    THEN 'reached' ELSE 'clicked' END AS how
          FROM mailing_trace t
          JOIN utm_campaign c ON c.id = t.campaign_id
          LEFT JOIN crm_lead lead ON t.model = 'crm.lead' AND lead.id = t.res_id
          JOIN res_partner p ON p.id = CASE t.model
               WHEN 'res.partner' THEN t.res_id ELSE lead.partner_id END
         WHERE %(ours)s AND t.is_test_trace IS NOT TRUE
               AND (c.attribution <> 'named'
                    AND coalesce(t.links_click_datetime, t.reply_datetime) IS NOT NULL
                    OR c.attribution = 'reached' AND t.sent_datetime IS NOT NULL
                    AND t.trace_status IN ('sent', 'open', 'reply'))
        """,
        ours=is_ours(company),
    )


def _care_contacts(company):
    """Touches of the campaign's care plans; of mails only clicks and answers."""
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, c.id AS campaign_id,
               c.attribution_days AS days,
               CASE WHEN touch.channel = 'mail' AND c.attribution = 'clicked'
                    THEN coalesce(touch.clicked_on, touch.replied_on)
                    ELSE touch.date END AS contact_on,
               'care' AS how
          FROM sme_care_touch touch
          JOIN sme_care_plan plan ON plan.id = touch.plan_id
          JOIN utm_campaign c ON c.id = plan.campaign_id
          JOIN res_partner p ON p.id = touch.partner_id
         WHERE touch.state = 'done' AND touch.company_id = %(company)s AND %(ours)s
               AND c.attribution <> 'named'
               AND (touch.channel <> 'mail' OR c.attribution = 'reached'
                    OR coalesce(touch.clicked_on, touch.replied_on) IS NOT NULL)
        """,
        company=company.id,
        ours=is_ours(company),
    )


def is_ours(company):
    """Say in SQL whether the campaign ``c`` counts in a company.

    :rtype: SQL
    """
    return SQL("(c.company_id IS NULL OR c.company_id = %s)", company.id)
