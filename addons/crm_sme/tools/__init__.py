"""Pure, typed calculations and keys of crm_sme; importable without Odoo."""
