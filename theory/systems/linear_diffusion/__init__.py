"""Linear diffusion models, MG25: a denoiser that is linear, trained on n Gaussian data, and what it generates."""
