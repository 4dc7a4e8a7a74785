"""Measures how fast data gets into Odoo, side by side with what others do."""
