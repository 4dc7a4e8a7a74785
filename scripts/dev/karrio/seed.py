"""Run in Karrio's own shell: a user with a key, and parcels that it follows.

Parcels are made beside the API, which would ask a carrier for each.
"""

import karrio.server.manager.models as manager
from django.contrib.auth import get_user_model
from karrio.server.user.models import Token

NUMBERS = ("794644790130", "794644790131")
user = get_user_model().objects.create_superuser("admin@example.test", "live")
for number in NUMBERS:
    manager.Tracking.objects.create(
        tracking_number=number,
        status="pending",
        test_mode=False,
        delivered=False,
        events=[],
        created_by=user,
        carrier={
            "carrier_name": "fedex",
            "carrier_id": "fedex_live",
            "carrier_code": "fedex",
            "test_mode": False,
        },
        meta={"carrier": "fedex"},
    )
print(f"TOKEN={Token.objects.create(user=user).key}", flush=True)
