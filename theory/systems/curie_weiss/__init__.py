"""theory.systems.curie_weiss."""
