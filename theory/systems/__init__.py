"""theory.systems."""
