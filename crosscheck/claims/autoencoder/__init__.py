"""crosscheck.claims.autoencoder."""
