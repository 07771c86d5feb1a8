"""Claims about Gaussian data known by n samples."""
