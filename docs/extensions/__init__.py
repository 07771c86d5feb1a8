"""What the site needs beyond Sphinx: formulas without a network, generated tables, figures of verdicts."""
