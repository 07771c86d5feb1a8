"""Claims about the linear denoiser: what it learns from n data in d dimensions, and how far that is from the data."""
