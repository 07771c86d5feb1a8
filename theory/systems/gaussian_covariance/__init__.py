"""Gaussian data known by n samples: the score of their covariance, what it generates, and how far that is."""
