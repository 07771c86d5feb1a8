"""crosscheck.claims.gaussian_mixture."""
