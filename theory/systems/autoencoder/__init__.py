"""theory.systems.autoencoder."""
