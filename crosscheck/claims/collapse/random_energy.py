"""Claims about the sum over the other data: its free energy in liquid and glass, and the temperature of freezing."""

from sympy import Integer

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.collapse import random_energy as simulated
from theory.random_energy import at, excess, per_temperature
from theory.systems.collapse import random_energy as derived

LEVELS = (64, 256, 1024, 4096, 16384)
DRAWN = (256, 1024, 4096)

# The logarithm of a sum of terms of density exp(beta_c E) lacks log(beta_c sqrt(2 pi zeta'' d))/beta_c: the number of
# levels at the lowest energy counts with its own prefactor, and that is a power of d.
free_energy = Claim(
    theory=derived.free_energy,
    numeric=simulated.free_energy,
    kind=Kind.ASYMPTOTIC,
    correction=derived.LEVEL_CORRECTION,
    ladder=LEVELS,
    parameters=(
        ReferencePoint(
            {"t": "0.54", "sigma": "1.88", "alpha_log": "0.34"},
            "214 of 257 mutants differ by 3.0 % or more"
            ", least of them integer + 1 at 1 in the equation of beta (2) (3.2 %)"
            "; in the liquid, where psi_+ = f - 1/2, more of them do, but not the annealed rival",
        ),
        ReferencePoint(
            {"t": "0.21", "sigma": "1.23", "alpha_log": "0.41"},
            "4 more of 257 mutants differ by 3.0 % or more"
            ", least of them root added at beta*contrast*(1 -... in the equation of beta (4.0 %)",
        ),
    ),
    rivals=(
        Rival("annealed", at(1, per_temperature), "log of the mean, as in the liquid, also below the collapse time"),
        Rival("excess entropy", excess, "psi_+ less the energy of the own datum, -1/2"),
        Rival("energy as printed", derived.free_energy.published[1].formula, "1/2 twice, after (9)"),
    ),
    routes=(Route(source=simulated.free_energy_levels, ladder=DRAWN, tier="standard", replicas=2**15),),
)

# The lowest energies lie where one level is expected, above where their exponent is beta_c, by the same logarithm: the
# exponent moves by log(beta_c sqrt(2 pi zeta'' d))/(beta_c zeta'' d), and the shares by more the closer it is to 1.
condensation = Claim(
    theory=derived.condensation,
    numeric=simulated.condensation,
    kind=Kind.ASYMPTOTIC,
    correction=derived.GLASS_CORRECTION,
    ladder=LEVELS,
    parameters=(
        ReferencePoint(
            {},
            "all 125 mutants differ by 3.0 % or more"
            ", least of them root added at beta*contrast in the equation (2) (4.5 %)",
        ),
    ),
    rivals=(Rival("liquid", Integer(1), "no freezing"),),
    routes=(Route(source=simulated.condensation_levels, ladder=DRAWN, tier="standard", replicas=2**15),),
)
