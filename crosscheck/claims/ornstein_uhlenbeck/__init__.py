"""crosscheck.claims.ornstein_uhlenbeck."""
