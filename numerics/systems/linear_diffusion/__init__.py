"""Linear diffusion models of Gaussian data: drawn covariances, the trained denoiser, its sampler step by step."""
