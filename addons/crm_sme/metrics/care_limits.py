"""Which planned touches may go out now: each that may not is told why.

One chain of reasons for the run and for the dry run. It works on the temporary table
``sme_care_due`` (key, partner_id, step_id, plan_id, channel) and fills its column
``reason``; whoever must not be disturbed now gets ``quiet_until`` instead.
"""

from odoo.tools import SQL

from ..tools.quiet_hours import allowed_from
from . import care_tables, consent

# Channels that reach a customer at any hour by themselves.
LOUD = ("mail", "sms", "coupon")
MAILED = ("mail", "coupon")


def fill_due(env, company, as_of):
    """Put the planned touches that are due into ``sme_care_due``.

    :param company: record of ``res.company``
    :param AsOf as_of: now
    """
    make_due(env.cr)
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_care_due (key, partner_id, step_id, plan_id, channel)
            SELECT touch.id, touch.partner_id, touch.step_id, touch.plan_id,
                   touch.channel
              FROM sme_care_touch touch
              JOIN sme_care_plan plan ON plan.id = touch.plan_id
             WHERE touch.company_id = %s AND touch.state = 'planned'
                   AND touch.date <= %s AND plan.state = 'running' AND plan.active
            """,
            company.id,
            as_of.now,
        )
    )
    env.cr.execute(SQL("ANALYZE sme_care_due"))


def make_due(cr):
    """Give the table ``sme_care_due``, empty."""
    care_tables.fresh(
        cr,
        "sme_care_due",
        "key int, partner_id int, step_id int, plan_id int, channel varchar, "
        "reason varchar, quiet_until timestamp",
    )


def judge(env, company, as_of):
    """Find for each row of ``sme_care_due`` why it may not go out, if so.

    :param company: record of ``res.company``
    :param AsOf as_of: now
    """
    cr = env.cr
    cr.execute(
        SQL(
            """
            UPDATE sme_care_due due
               SET reason = judged.reason, quiet_until = quiet.until
              FROM (
                   SELECT due.key, %(reason)s AS reason,
                          CASE WHEN due.channel = ANY(%(loud)s)
                               THEN coalesce(p.tz, %(zone)s) END AS zone
                     FROM sme_care_due due
                     JOIN res_partner p ON p.id = due.partner_id
                     JOIN sme_care_plan plan ON plan.id = due.plan_id
              ) judged
              LEFT JOIN (VALUES %(quiet)s) quiet (zone, until)
                     ON quiet.zone = judged.zone
             WHERE judged.key = due.key
                   AND (judged.reason IS NOT NULL OR quiet.until IS NOT NULL)
            """,
            reason=_reason(env, company, as_of),
            loud=list(LOUD),
            zone=as_of.timezone,
            quiet=_quiet_zones(env, company, as_of),
        )
    )
    _skip_doubles(cr)
    _apply_cap(cr, company, as_of)


def settle(env, company, as_of):
    """Write into the touches what ``judge`` found.

    :param company: record of ``res.company``
    :param AsOf as_of: now
    :return: number of touches that were skipped or put off
    :rtype: int
    """
    fill_due(env, company, as_of)
    judge(env, company, as_of)
    env.cr.execute(
        SQL(
            """
            UPDATE sme_care_touch touch
               SET state = CASE WHEN due.reason IS NULL THEN 'planned'
                                ELSE 'skipped' END,
                   skip_reason = due.reason,
                   date = CASE WHEN due.reason IS NULL THEN due.quiet_until
                               ELSE %s END
              FROM sme_care_due due
             WHERE due.key = touch.id
                   AND (due.reason IS NOT NULL OR due.quiet_until IS NOT NULL)
            """,
            as_of.now,
        )
    )
    return env.cr.rowcount


def _reason(env, company, as_of):
    """The first reason in this order why a customer gets nothing, as SQL."""
    channel = SQL("due.channel")
    is_mail = SQL("%s = ANY(%s)", channel, list(MAILED))
    policy = company.sme_consent_policy
    blocked = {"mail": _mail_blocked(), "phone": _phone_blocked()}
    granted = {name: consent.may_reach(name, policy) for name in consent_channels()}
    return SQL(
        """
        CASE
        WHEN NOT p.active THEN 'archived'
        WHEN %(complaint)s THEN 'complaint'
        WHEN %(dunning)s THEN 'dunning'
        WHEN %(no_module)s THEN 'no_module'
        WHEN %(no_text)s THEN 'no_text'
        WHEN due.channel = 'activity' AND coalesce(p.user_id, plan.user_id) IS NULL
            THEN 'no_user'
        WHEN %(is_mail)s AND coalesce(p.email_normalized, '') = ''
            THEN 'no_address'
        WHEN due.channel = 'sms' AND coalesce(p.phone_sanitized, '') = ''
            THEN 'no_address'
        WHEN due.channel = 'call' AND coalesce(p.phone, '') = '' THEN 'no_address'
        WHEN %(is_mail)s AND %(mail_blocked)s THEN 'blacklist'
        WHEN due.channel IN ('sms', 'call') AND %(phone_blocked)s THEN 'blacklist'
        WHEN due.channel = 'activity' AND %(mail_blocked)s AND %(phone_blocked)s
            THEN 'blacklist'
        WHEN %(is_mail)s AND NOT %(mail_granted)s THEN 'consent'
        WHEN due.channel = 'sms' AND NOT %(sms_granted)s THEN 'consent'
        WHEN due.channel = 'call' AND NOT %(phone_granted)s THEN 'consent'
        WHEN due.channel = 'activity'
             AND NOT (%(mail_granted)s AND NOT %(mail_blocked)s
                      OR %(phone_granted)s AND NOT %(phone_blocked)s)
            THEN 'consent'
        END
        """,
        complaint=_has_open_complaint(company),
        dunning=_has_overdue_invoice(company, as_of),
        no_module=_lacks_module(env),
        no_text=_lacks_text(),
        is_mail=is_mail,
        mail_blocked=blocked["mail"],
        phone_blocked=blocked["phone"],
        mail_granted=granted["mail"],
        sms_granted=granted["sms"],
        phone_granted=granted["phone"],
    )


def consent_channels():
    """Channels for which consent is asked.

    :rtype: tuple[str]
    """
    return ("mail", "sms", "phone")


def _mail_blocked():
    """Blacklisted, or opted out of whatever list the address is on."""
    return SQL(
        """
        coalesce(p.email_normalized IN (
            SELECT email FROM mail_blacklist WHERE active
             UNION
            SELECT known.email_normalized
              FROM mailing_contact known
              JOIN mailing_subscription list ON list.contact_id = known.id
             WHERE known.email_normalized IS NOT NULL
             GROUP BY known.email_normalized
            HAVING bool_and(coalesce(list.opt_out, FALSE))
        ), FALSE)
        """
    )


def _phone_blocked():
    return SQL(
        "coalesce(p.phone_sanitized IN "
        "(SELECT number FROM phone_blacklist WHERE active), FALSE)"
    )


def _has_open_complaint(company):
    return SQL(
        """
        due.partner_id IN (
            SELECT c.commercial_partner_id
              FROM sme_feedback w JOIN res_partner c ON c.id = w.partner_id
             WHERE w.company_id = %s AND w.kind = 'complaint' AND w.is_open
        )
        """,
        company.id,
    )


def _has_overdue_invoice(company, as_of):
    return SQL(
        """
        due.partner_id IN (
            SELECT bill.commercial_partner_id FROM account_move bill
             WHERE bill.company_id = %s AND bill.state = 'posted'
                   AND bill.move_type = 'out_invoice' AND bill.amount_residual > 0
                   AND bill.invoice_date_due < %s
                   AND bill.commercial_partner_id IS NOT NULL
        )
        """,
        company.id,
        as_of.today,
    )


def _lacks_module(env):
    """Condition that the channel needs a module that is not installed."""
    missing = env["sme.care.step"]._missing_channels()
    return SQL("due.channel = ANY(%s)", missing) if missing else SQL("FALSE")


def _lacks_text():
    """Condition that a step that is written has no words for such a customer.

    Nearly all steps have words for everybody, which is cheaper to ask.
    """
    return SQL(
        """
        due.channel IN ('mail', 'sms', 'coupon')
        AND due.step_id NOT IN (
            SELECT step_id FROM sme_care_content WHERE customer_kind_id IS NULL)
        AND NOT EXISTS (
            SELECT FROM sme_care_content words
             WHERE words.step_id = due.step_id
                   AND words.customer_kind_id = p.customer_kind_id
        )
        """
    )


def _quiet_zones(env, company, as_of):
    """For each time zone of the rows until when it is quiet there, if it is."""
    env.cr.execute(
        SQL(
            """
            SELECT DISTINCT coalesce(p.tz, %s)
              FROM sme_care_due due JOIN res_partner p ON p.id = due.partner_id
            """,
            as_of.timezone,
        )
    )
    rows = [(as_of.timezone, None)]
    for (zone,) in env.cr.fetchall():
        until = _quiet_until(company, as_of, zone)
        rows.append((zone, until if until > as_of.now else None))
    return SQL(", ").join(
        SQL("(%s, %s::timestamp)", zone, until) for zone, until in dict(rows).items()
    )


def _quiet_until(company, as_of, zone):
    hours = (company.sme_quiet_from, company.sme_quiet_to)
    try:
        return allowed_from(as_of.now, zone, *hours)
    except KeyError:
        # A name that Odoo knows and this machine does not: as at home.
        return allowed_from(as_of.now, as_of.timezone, *hours)


def _skip_doubles(cr):
    """Let a step reach an address once, although two customers share it."""
    for channels, column in (
        (MAILED, SQL("p.email_normalized")),
        (("sms",), SQL("p.phone_sanitized")),
    ):
        cr.execute(
            SQL(
                """
                UPDATE sme_care_due due SET reason = 'duplicate'
                  FROM (
                       SELECT due.key, row_number() OVER (
                                  PARTITION BY due.step_id, %(address)s
                                  ORDER BY due.partner_id, due.key
                              ) AS place
                         FROM sme_care_due due
                         JOIN res_partner p ON p.id = due.partner_id
                        WHERE due.reason IS NULL AND due.channel = ANY(%(channels)s)
                  ) ranked
                 WHERE ranked.key = due.key AND ranked.place > 1
                """,
                address=column,
                channels=list(channels),
            )
        )


def _apply_cap(cr, company, as_of):
    """Skip what is more than a customer may get in so many days, over all plans."""
    if not company.sme_care_cap:
        return
    cr.execute(
        SQL(
            """
            UPDATE sme_care_due due SET reason = 'cap'
              FROM (
                   SELECT due.key, row_number() OVER (
                              PARTITION BY due.partner_id
                              ORDER BY plan.sequence, plan.id, step.sequence, due.key
                          ) + coalesce(had.touches, 0) AS place
                     FROM sme_care_due due
                     JOIN sme_care_plan plan ON plan.id = due.plan_id
                     JOIN sme_care_step step ON step.id = due.step_id
                     LEFT JOIN (
                          SELECT done.partner_id, count(*) AS touches
                            FROM sme_care_touch done
                           WHERE done.company_id = %(company)s AND done.state = 'done'
                                 AND done.date > %(now)s::timestamp
                                     - make_interval(days => %(days)s)
                           GROUP BY done.partner_id
                     ) had ON had.partner_id = due.partner_id
                    WHERE due.reason IS NULL AND due.quiet_until IS NULL
              ) ranked
             WHERE ranked.key = due.key AND ranked.place > %(cap)s
            """,
            company=company.id,
            now=as_of.now,
            days=company.sme_care_cap_days,
            cap=company.sme_care_cap,
        )
    )
