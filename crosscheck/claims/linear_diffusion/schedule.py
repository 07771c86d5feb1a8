"""Claims about the schedule of noise, and about the variance that the sampler makes of it step by step."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_diffusion import schedule as simulated
from theory.systems.linear_diffusion import schedule as derived

noise_schedule = Claim(
    theory=derived.noise_schedule,
    numeric=simulated.noise_schedule,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"steps": "15", "first": "0.03", "last": "0.3"},
            "all 64 mutants differ by 3.0 % or more, least of them limit - 1 at 1 (3.0 %)",
        ),
    ),
    rivals=(
        Rival("end of DDPM", derived.DDPM_SCHEDULE, "Ho, Jain and Abbeel (2020): twice the last rate"),
        Rival("first step at `first`", derived.FROM_FIRST, "(s - 1)/(steps - 1) for s/steps"),
    ),
    routes=(Route(source=simulated.noise_schedule_of_variances),),
)

generated_variance = Claim(
    theory=derived.generated_variance,
    numeric=simulated.generated_variance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 3, 6),
    parameters=(
        ReferencePoint(
            {"steps": "11", "lam": "0.012"},
            "188 of 212 mutants differ by 3.0 % or more, least of them dropped factor at 1/steps (6) (3.1 %)"
            "; of more variance the noise that is added at the last step, and of what is lost, is less than 1 %",
        ),
    ),
    rivals=(
        Rival("a constant more", derived.ADDED_CONSTANT, "rho_N = N(mu_0, Sigma_0 + c) at every eigenvalue"),
        Rival("silent last step", derived.SILENT_LAST_STEP, "no noise at s = 1, as in DDPM"),
        Rival("small steps", derived.FINE_STEPS, "the sum over the steps taken as an integral"),
    ),
    routes=(Route(source=simulated.generated_variance_sampled, ladder=(1, 3), tier="standard"),),
)
