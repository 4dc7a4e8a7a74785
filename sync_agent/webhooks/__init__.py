"""Webhooks: verified, remembered, then the truth is fetched and stored in Odoo."""
