"""theory.systems.kernel_density."""
