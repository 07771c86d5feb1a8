"""Claims about the linear denoiser: the least loss, the loss on new data, and what directions without data cost."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_diffusion import denoiser as simulated
from theory.systems.linear_diffusion import denoiser as derived

LADDER = (6, 8)

optimal_denoiser = Claim(
    theory=derived.optimal_denoiser,
    numeric=simulated.optimal_denoiser,
    kind=Kind.BOUND,
    correction="exact",
    ladder=LADDER,
    parameters=(
        ReferencePoint(
            {"c": "0.11", "spectrum": "three-level"},
            "all 46 mutants differ by 3.0 % or more, least of them limit - 1 at modes (14 %)",
        ),
    ),
    rivals=(
        Rival("loss without data", derived.NO_DENOISER, "of W = 0, which is no bound but an instance"),
        Rival("noise alone", derived.NOISE_ALONE, "of W that divides by the noise, as if the data had no variance"),
    ),
    routes=(Route(source=simulated.optimal_denoiser_fitted, tier="standard", replicas=2**14),),
)

test_loss = Claim(
    theory=derived.test_loss,
    numeric=simulated.test_loss,
    kind=Kind.EXACT,
    correction="exact",
    ladder=LADDER,
    parameters=(
        ReferencePoint(
            {"c": "0.17", "n": "3", "spectrum": "three-level"},
            "256 of 264 mutants differ by 3.0 % or more, least of them factor 2 at n (2) (3.9 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.test_loss.published[0].formula, "MG25 test loss, without the factor c"),
        Rival("mean known", derived.WITHOUT_MEAN, "without the term of the mean"),
        Rival("training loss", derived.TRAINING_LOSS, "tr Sigma_0 R alone"),
    ),
    routes=(Route(source=simulated.test_loss_drawn, tier="standard", replicas=2**19),),
)

null_direction_bound = Claim(
    theory=derived.null_direction_bound,
    numeric=simulated.null_direction_bound,
    kind=Kind.BOUND,
    correction="exact",
    ladder=LADDER,
    parameters=(
        ReferencePoint(
            {"c": "0.01", "n": "2", "spectrum": "power-law"},
            "60 of 62 mutants differ by 3.0 % or more, least of them sign at -j + n (3.4 %)"
            "; attained up to c times what the learned directions lose, which is little here",
        ),
    ),
    rivals=(Rival("as printed", derived.null_direction_bound.published[0].formula, "MG25 bound, 1/c^2 for 1/c"),),
    routes=(Route(source=simulated.null_direction_bound_drawn, tier="standard", replicas=2**18),),
)
