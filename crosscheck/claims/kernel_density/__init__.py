"""crosscheck.claims.kernel_density."""
