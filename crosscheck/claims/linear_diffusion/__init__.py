"""Claims about linear diffusion models of Gaussian data."""
