"""Collapse on the training data: the random energy model around a noised datum, and when its own datum takes over."""
