from . import test_ingest
from . import test_ingest_order
from . import test_identity
from . import test_i18n
from . import test_ui
from . import test_views
from . import (
    test_interaction,
    test_lifecycle,
    test_metrics,
    test_metrics_native,
    test_metrics_partner,
    test_metrics_refresh,
    test_rfm,
    test_rhythm,
    test_sale_report,
)
from . import test_access
from . import test_performance
from . import test_wire
