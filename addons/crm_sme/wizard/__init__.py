from . import (
    base_partner_merge,
    base_partner_merge_consent,
    base_partner_merge_worth,
    mail_activity_schedule,
    sme_agent_key,
    sme_care_preview,
    sme_offer,
    sme_segment_find,
)
