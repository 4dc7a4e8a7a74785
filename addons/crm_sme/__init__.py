from . import ingest, metrics, models, report, wizard
