"""A linear denoiser trained on n Gaussian data in d dimensions: how far from the data what it generates is."""
