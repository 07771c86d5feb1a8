"""Claims about the latent process: equality path by path, and the variance along the weights of a linear network."""

from sympy import Integer

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import latent as simulated
from theory.notation import Q, b, t, x
from theory.systems.autoencoder import latent as derived
from theory.systems.autoencoder.denoiser import BULK

latent_process = Claim(
    theory=derived.latent_process,
    numeric=simulated.latent_process,
    kind=Kind.PATHWISE,
    correction="exact",
    ladder=(8, 64, 512),
    parameters=(
        ReferencePoint(
            {"seed": "3"},
            "all 2 mutants differ by < 0.0001 % or more, least of them integer + 1 at 0 (100 %)"
            "; four independent hidden units, trigonometric schedule",
        ),
        ReferencePoint(
            {"seed": "6"},
            "no mutant needs it: 2 of 2 differ by < 0.0001 % or more here too"
            "; three hidden units of which two depend on each other, linear schedule",
        ),
        ReferencePoint(
            {"seed": "4"},
            "no mutant needs it: 2 of 2 differ by < 0.0001 % or more here too; a single hidden unit",
        ),
    ),
    scale=Integer(1),  # the differences are relative
    resolution=1e-10,  # rounding alone may part the two
)

signal_variance = Claim(
    theory=derived.signal_variance,
    numeric=simulated.signal_variance_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 12),
    parameters=(
        ReferencePoint(
            {"t": "0.58", "b": "0.32", "Q": "0.29", "epsilon": "0.5"},
            "all 516 mutants differ by 3.0 % or more, least of them factor 1/2 at Q (3.9 %)",
        ),
    ),
    rivals=(
        Rival("(89)", derived.PRINTED, "as printed in CPL25 (89), without the noise on the way"),
        Rival("noise of variance 1", BULK.subs(b, b + Q), "a start and a noise of variance 1, not Q"),
        Rival("across the weights", Q * BULK, "the network left out: the decay of (13)"),
    ),
    routes=(Route(source=simulated.signal_variance, ladder=(2, 6), steps={"dt": 1 / 16}, tier="standard"),),
)

signal_growth = Claim(
    theory=derived.signal_growth,
    numeric=simulated.signal_growth,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 12),
    parameters=(
        ReferencePoint(
            {"t": "0.62", "b": "0.29", "Q": "0.26"},
            "all 50 mutants differ by 3.0 % or more, least of them root added at 2*b (18 %)",
        ),
    ),
    scale=1 / (1 - t),  # the rate vanishes where b + Q = 1
    rivals=(Rival("always grows", derived.signal_growth.published[0].formula, "as the text after (89) has it"),),
)

projected_law = Claim(
    theory=derived.projected_law,
    numeric=simulated.projected_law,
    kind=Kind.EXACT,
    correction="exact",
    law=x,
    ladder=(3,),
    parameters=(
        ReferencePoint(
            {"model": "dependent"},
            "83 of 98 mutants differ by 3.0 % or more, least of them sign at -captured (3.0 %)",
        ),
        ReferencePoint(
            {"model": "trained"},
            "no mutant needs it: 78 of 98 differ by 3.0 % or more here too",
        ),
    ),
    rivals=(
        Rival("(106)-(107)", derived.WITHOUT_NOISE, "as printed in CPL25 (106)-(107), without the noise on the way"),
        Rival("variance across for all", derived.NO_WEIGHTS, "V I for V (I - G^T Q^+ G)"),
    ),
    routes=(Route(source=simulated.projected_law, ladder=(12, 48), tier="standard"),),
)
