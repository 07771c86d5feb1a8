"""Claims about the noise in the weights of the linear denoiser, in both models of the paper: (3.8) and (B.1)."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_denoiser import residual as simulated
from theory.notation import d, n
from theory.systems.linear_denoiser import residual as derived

DIMENSIONS = (16, 24)

residual_trace = Claim(
    theory=derived.residual_trace,
    numeric=simulated.residual_trace,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, *DIMENSIONS, 40),
    parameters=(
        ReferencePoint(
            {"n": "60"},
            "all 41 mutants differ by 3.0 % or more, least of them integer + 1 at -2 (5.3 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.residual_trace.published[0].formula, "alpha d: without 1/(1 - alpha)"),
        Rival("mean known", d**2 / (n - d - 1), "n degrees of freedom, though the mean of the data is subtracted"),
        Rival("limit", d**2 / (n - d), "of large n and d"),
    ),
    routes=(
        Route(source=simulated.residual_trace_data, ladder=DIMENSIONS, tier="standard"),
        Route(source=simulated.residual_trace_modelled, ladder=DIMENSIONS, tier="standard"),
        Route(source=simulated.residual_trace_reduced, ladder=DIMENSIONS, tier="standard"),
    ),
)

residual_trace_square = Claim(
    theory=derived.residual_trace_square,
    numeric=simulated.residual_trace_square,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, *DIMENSIONS, 40),
    parameters=(
        ReferencePoint(
            {"n": "60"},
            "142 of 144 mutants differ by 3.0 % or more, least of them dropped term at -1 (5.0 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.residual_trace_square.published[0].formula, "alpha^2 d"),
        Rival(
            "one contraction", derived.ONE_CONTRACTION,
            "with all of 1/(1 - alpha)^3, but without the term that (B.14) calls sub-leading",
        ),
    ),
    routes=(
        Route(source=simulated.residual_trace_square_data, ladder=(24,), tier="standard"),
        Route(source=simulated.residual_trace_square_modelled, ladder=(24,), tier="deep"),
        Route(source=simulated.residual_trace_square_reduced, ladder=DIMENSIONS, tier="standard"),
    ),
)  # fmt: skip
