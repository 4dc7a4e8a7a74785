"""What one may choose in a care plan; shared by plans, steps, enrollments, touches."""

PLAN_STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("done", "Stopped"),
]
TRIGGERS = [
    ("first_order", "After the first order"),
    ("after_order", "After the last order"),
    ("after_delivery", "After a delivery"),
    ("late_parcel", "A parcel is late"),
    ("after_complaint", "After a complaint was closed"),
    ("enter_segment", "Enters a segment"),
    ("enter_fade_state", "Becomes silent"),
    ("enter_stage", "Enters a lifecycle stage"),
    ("birthday", "Birthday"),
    ("contract_day", "Contract day"),
    ("calendar", "A day of the calendar"),
    ("every_n_days", "Every so many days"),
    ("visitor", "Asked but did not buy"),
    ("abandoned_cart", "Left a cart"),
    ("data_gap", "File is incomplete"),
    ("new_customer", "New in the file"),
]
# Who is in such a state stays in it: those who were there before may be meant, too.
STATE_TRIGGERS = ("enter_segment", "enter_fade_state", "enter_stage", "data_gap")
# Days that return each year; a negative number of days means before.
YEARLY_TRIGGERS = ("birthday", "contract_day", "calendar")
FADE_AUDIENCE = [
    ("steady", "Steady"),
    ("watch", "Watch"),
    ("fading", "Fading"),
    ("lapsed", "Lapsed"),
    ("lost", "Lost"),
    ("buying", "Steady or watch"),
    ("silent", "Watch, fading or lapsed"),
    ("gone", "Lapsed or lost"),
]
CHANNELS = [
    ("mail", "E-mail"),
    ("sms", "SMS"),
    ("activity", "Activity"),
    ("call", "Call suggestion"),
    ("coupon", "Coupon by e-mail"),
]
WRITTEN_CHANNELS = ("mail", "sms", "coupon")
CONDITIONS = [
    ("always", "Always"),
    ("no_order", "Has not ordered since"),
    ("not_opened", "Has not opened the step before"),
    ("not_clicked", "Has not clicked in the step before"),
    ("not_answered", "Has not answered since"),
]
ENROLLMENT_STATES = [
    ("active", "In the plan"),
    ("done", "Went through"),
    ("left", "Left"),
]
LEAVE_REASONS = [
    ("ordered", "Bought"),
    ("gone", "Customer is archived"),
    ("stopped", "Plan was stopped"),
    ("by_hand", "Taken out by hand"),
]
TOUCH_STATES = [("planned", "Planned"), ("done", "Done"), ("skipped", "Skipped")]
SKIP_REASONS = [
    ("condition", "Condition of the step not met"),
    ("left", "Customer left the plan before"),
    ("archived", "Customer is archived"),
    ("complaint", "Has an open complaint"),
    ("dunning", "Has overdue invoices"),
    ("no_address", "No e-mail address or phone number"),
    ("blacklist", "Is on the blacklist"),
    ("consent", "No consent for this channel"),
    ("cap", "Had enough touches lately"),
    ("duplicate", "Same address was just written to"),
    ("no_text", "No text for this customer"),
    ("no_module", "Channel is not installed"),
    ("no_user", "Nobody is responsible"),
    ("failed", "Could not be done"),
]
