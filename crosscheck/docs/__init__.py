"""crosscheck.docs."""
