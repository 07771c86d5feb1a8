"""P(Delta > 0) of H24 Fig. 4: two ways to it have one law; there is no closed form."""

from __future__ import annotations

from sympy import Integer

from theory.closed_form import ClosedForm
from theory.domain import Domain, positive, whole
from theory.formula import Explicit
from theory.notation import N_original, d, horizon, lam, n

DOMAIN = Domain(
    (
        whole(n, 2, default=6, explored=(5, 12)),
        whole(d, 1, default=2, explored=(1, 3)),
        whole(N_original, 2, default=14, explored=(13, 30)),
        positive(horizon, default="0.7", explored=("0.3", "2")),
        positive(lam, default="0.3", explored=("0.1", "1")),
    ),
    (N_original >= n,),
)

generalisation_probability = ClosedForm(
    name="kernel_density.generalisation_probability",
    statement="share of training sets for which what is generated is nearer to independent samples, Delta > 0: the "
    "distance of its laws by (3.7) term by term and by the logarithms of what does not cancel",
    source="H24 Fig. 4, (3.6)-(3.8)",
    formula=Explicit(Integer(0)),
    parameters=(n, d, N_original, horizon, lam),
    size=n,
    domain=DOMAIN,
)
