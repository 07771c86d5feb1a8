"""A page on which a reader moves the parameters of a closed form and sees the curve beside what was simulated."""
