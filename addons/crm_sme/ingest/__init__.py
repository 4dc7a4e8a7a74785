from . import (
    sme_ingest,
    sme_ingest_arguments,
    sme_ingest_key,
    sme_ingest_parcels,
    sme_ingest_reconcile,
)
