"""What `scripts/up`, `scripts/test` and `scripts/bench` share.

Everything here that runs before the virtual environments exist uses the standard
library only.
"""
