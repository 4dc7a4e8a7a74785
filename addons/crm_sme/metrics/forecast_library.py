"""The sums of the forecast need numpy and scipy, which Odoo itself does not bring."""

import importlib
import logging

_logger = logging.getLogger(__name__)


def load():
    """Load the functions of the forecast, or say once more that they cannot be had.

    :return: module ``tools.customer_forecast``; None without numpy or scipy
    """
    try:
        importlib.import_module("numpy")
        importlib.import_module("scipy")
        return importlib.import_module("..tools.customer_forecast", __package__)
    except ImportError as error:
        _logger.info("No forecast: %s", error)
        return None
