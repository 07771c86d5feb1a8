"""theory.systems.ornstein_uhlenbeck."""
