"""What care did stands among the interactions of the customer."""

from odoo.tools import SQL


def log_interactions(env, touch_ids):
    """Add an interaction for each touch that reached the customer itself.

    Calls and activities are interactions when a colleague has done them.

    :param list touch_ids: ids of ``sme.care.touch`` that were done just now
    :return: number of rows added
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_interaction
                   (partner_id, company_id, date, kind, direction, channel, summary,
                    user_id, res_model, res_id, currency_id, create_uid, create_date,
                    write_uid, write_date)
            SELECT touch.partner_id, touch.company_id, touch.date, 'care', 'out',
                   CASE touch.channel WHEN 'sms' THEN 'sms' ELSE 'email' END,
                   concat_ws(': ', coalesce(plan.name->>who.lang, plan.name->>'en_US'),
                             coalesce(step.name->>who.lang, step.name->>'en_US')),
                   plan.user_id, 'sme.care.touch', touch.id, company.currency_id,
                   %(uid)s, touch.date, %(uid)s, touch.date
              FROM sme_care_touch touch
              JOIN sme_care_plan plan ON plan.id = touch.plan_id
              JOIN sme_care_step step ON step.id = touch.step_id
              JOIN res_company company ON company.id = touch.company_id
              JOIN res_partner who ON who.id = company.partner_id
             WHERE touch.id = ANY(%(ids)s)
                   AND touch.channel IN ('mail', 'sms', 'coupon')
            """,
            uid=env.uid,
            ids=list(touch_ids),
        )
    )
    if env.cr.rowcount:
        env["sme.interaction"].invalidate_model()
    return env.cr.rowcount
