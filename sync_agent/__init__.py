"""Stand-alone agent: pulls from shops and carriers, pushes into the addon crm_sme."""

__version__ = "19.0.1.0.0"
