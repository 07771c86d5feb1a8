"""Claims about clones: the datum that they share, by two ways, and when the nearest datum changes last."""

from sympy import exp, log

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.collapse import clones as simulated
from theory.notation import alpha_log, contrast, d, sigma, t
from theory.random_energy import width
from theory.systems.collapse import clones as derived
from theory.systems.collapse.criterion import AT_COLLAPSE

same_datum_probability = Claim(
    theory=derived.same_datum_probability,
    numeric=simulated.same_datum_posterior,
    kind=Kind.TWO_ROUTE,
    correction="exact",
    ladder=(3,),
    parameters=(
        ReferencePoint(
            {"t": "0.35", "n": "6", "sigma": "1.23"}, "two laws have no formula: no mutant differs anywhere"
        ),
    ),
    routes=(
        Route(source=simulated.same_datum_energies),
        Route(source=simulated.same_datum_backward, leg="independent", tier="standard"),
    ),
)

# The lowest of the others' energies scatters by itself, like a Gumbel variable of variance pi^2/6 beside d w.  With the
# data that a machine holds 1/(d w) stays above 0.05: n = exp(alpha_log d), and w < 2 alpha_log.
last_change_width = Claim(
    theory=derived.last_change_width,
    numeric=simulated.last_change_width,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (d * width.subs(contrast, AT_COLLAPSE)),
    ladder=(6, 8, 10),
    path={t: log(1 + sigma**2 / (exp(2 * alpha_log) - 1)) / 2},
    parameters=(
        ReferencePoint(
            {"alpha_log": "0.41", "sigma": "1.23"},
            "all 112 mutants differ by 3.0 % or more, least of them root added at contrast (3.2 %)",
        ),
    ),
    rivals=(Rival("all scatter", derived.TOO_WIDE, "w = contrast"),),
    routes=(Route(source=simulated.last_change_width, ladder=(12, 16, 20), tier="deep", replicas=2**14),),
)
