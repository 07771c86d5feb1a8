"""Gaussian data in d dimensions: drawn, as Wishart matrices, as bidiagonal ones."""
