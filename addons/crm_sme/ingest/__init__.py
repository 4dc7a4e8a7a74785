from . import sme_ingest
