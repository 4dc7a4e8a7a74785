from . import base_partner_merge, sme_agent_key, sme_offer, sme_segment_find
