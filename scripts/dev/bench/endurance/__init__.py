"""The fault campaign: whatever happens to the agent, Odoo ends equal to the shop."""
