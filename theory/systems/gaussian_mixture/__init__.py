"""theory.systems.gaussian_mixture."""
