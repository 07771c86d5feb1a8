"""Claims about the distances of a generated density from kernels on samples, for the samples of a file."""

from crosscheck.claim import Claim, ReferencePoint, Rival
from crosscheck.verdict import Kind
from numerics.systems.kernel_density import distance as simulated
from theory.systems.kernel_density import distance as derived

training_distance = Claim(
    theory=derived.training_distance,
    numeric=simulated.training_distance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"data": "four"},
            "all 245 mutants differ by 3.0 % or more, least of them dropped factor at apart[i, j] (5.3 %)",
        ),
    ),
    rivals=(Rival("transposed", derived.TRAINING_TRANSPOSED, "theta^T theta, as printed in (3.3) and (3.7)"),),
)

original_distance = Claim(
    theory=derived.original_distance,
    numeric=simulated.original_distance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"data": "four"},
            "all 245 mutants differ by 3.0 % or more, least of them exponent + 1 at apart[i, j] (4.6 %)",
        ),
    ),
    rivals=(Rival("transposed", derived.ORIGINAL_TRANSPOSED, "theta^T theta, as printed in (3.3) and (3.7)"),),
)
