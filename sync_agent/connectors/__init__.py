"""Connectors: one folder a platform, none knows another."""
