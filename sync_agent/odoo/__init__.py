"""The ways to the door in Odoo: JSON-2 with an API key, or odoorpc."""
