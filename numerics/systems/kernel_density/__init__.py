"""numerics.systems.kernel_density."""
