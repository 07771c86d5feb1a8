"""numerics.systems."""
