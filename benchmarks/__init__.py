"""Ratios to rivals, growth exponents and peak memory, measured in one run: `python -m benchmarks [NAME ...]`."""
