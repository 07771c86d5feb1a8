"""crosscheck.claims."""
