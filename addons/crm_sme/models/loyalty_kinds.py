"""The seven kinds of loyalty; figures and people speak of the same ones."""

LOYALTY_KINDS = [
    ("monopoly", "Monopoly"),
    ("kinship", "Kinship"),
    ("benefit", "Benefit"),
    ("inertia", "Inertia"),
    ("trust", "Trust"),
    ("latent", "Latent"),
    ("premium", "Premium"),
]
