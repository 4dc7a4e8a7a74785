from . import controllers, ingest, metrics, models, report, wizard
from .metrics.kept_sums import drop_table
from .metrics.partner_search import drop_function


def uninstall_hook(env):
    """Take away what Odoo does not know of: the search's function, the kept sums."""
    drop_function(env.cr)
    drop_table(env.cr)
