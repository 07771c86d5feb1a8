"""Claims about the unadjusted Langevin sampler."""
