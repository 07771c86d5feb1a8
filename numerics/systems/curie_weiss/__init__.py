"""numerics.systems.curie_weiss."""
