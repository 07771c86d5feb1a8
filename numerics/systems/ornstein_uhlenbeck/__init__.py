"""numerics.systems.ornstein_uhlenbeck."""
