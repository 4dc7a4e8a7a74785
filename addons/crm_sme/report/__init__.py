from . import (
    sale_report,
    sale_report_classes,
    sme_acquisition_report,
    sme_cohort,
    sme_customer_move_report,
    sme_customer_stock_report,
    sme_portrait,
    sme_satisfaction_report,
    sme_segment_move_report,
    sme_stage_stay,
    sme_visitor_report,
)
