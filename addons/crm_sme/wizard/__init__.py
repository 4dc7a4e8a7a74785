from . import base_partner_merge, base_partner_merge_figures, sme_agent_key
