from . import ingest, metrics, models, report, wizard
from .metrics.partner_search import drop_function


def uninstall_hook(env):
    """Take away what Odoo does not know of: the function of the search's index."""
    drop_function(env.cr)
