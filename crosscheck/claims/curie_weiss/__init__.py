"""crosscheck.claims.curie_weiss."""
