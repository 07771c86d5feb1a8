"""numerics.systems.autoencoder."""
