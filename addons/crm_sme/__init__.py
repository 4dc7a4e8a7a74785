from . import controllers, ingest, metrics, models, report, wizard
from .metrics import kept_state, kept_sums, marks
from .metrics.partner_search import drop_function


def uninstall_hook(env):
    """Take away what Odoo does not know of: functions, triggers and the kept sums."""
    drop_function(env.cr)
    marks.unwatch(env.cr)
    kept_state.drop_table(env.cr)
    kept_sums.drop_table(env.cr)
