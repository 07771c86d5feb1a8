"""Finite numbers of training data around a noised one: drawn, as levels of energy, and as integrals over levels."""
