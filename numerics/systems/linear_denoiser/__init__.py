"""A linear denoiser, trained on drawn data, on the data that the paper models, and by its exact reduction."""
