"""Claims about the collapse of the exact empirical score on the training data."""
