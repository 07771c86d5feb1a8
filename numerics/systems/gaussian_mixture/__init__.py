"""numerics.systems.gaussian_mixture."""
