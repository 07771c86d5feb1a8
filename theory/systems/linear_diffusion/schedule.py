"""The schedule of noise and what the sampler makes of it: one eigenvalue of the training covariance, step by step.

Noise rates beta_s = first + (last - first) s/steps, s = 1 .. steps; abar_s is the product of 1 - beta up to s.  The
sampler goes down from s = steps with the denoiser of the training data, and adds noise of variance beta_s after every
step, the last included.  Along a direction in which the training data have the variance lam, V_s = abar_s lam + 1 -
abar_s is that of the noised data, and a step shrinks by sqrt(1 - beta_s) V_{s-1}/V_s: the product telescopes.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Product, Rational, Sum, sqrt

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, exact, oo, whole
from theory.formula import Explicit
from theory.notation import c, first, i, j, lam, last, steps
from theory.published import Published

DOMAIN = Domain(
    (
        whole(steps, 1, default=12, explored=(4, 12)),
        between(first, 0, 1, default="0.013", explored=("0.005", "0.03")),
        between(last, 0, 1, default="0.17", explored=("0.06", "0.3")),
        Range(lam, Integer(0), oo, exact("3.7"), (exact("0.01"), exact(6)), low_open=False),
    ),
    (last >= first,),
)
FIRST, LAST, DDPM_LAST = Rational(1, 10_000), Rational(1, 100), Rational(1, 50)


def rate(step: Expr, low: Expr = FIRST, high: Expr = LAST) -> Expr:
    """beta of a step."""
    return low + (high - low) * step / steps


def kept(step: Expr, low: Expr = FIRST, high: Expr = LAST) -> Expr:
    """abar after a number of steps."""
    return Product(1 - rate(i, low, high), (i, 1, step))


def noised(share: Expr) -> Expr:
    """V, the variance of noised data of which `share` = abar is kept."""
    return 1 + share * (lam - 1)


def generated(low: Expr, high: Expr) -> Expr:
    """The variance that comes out: what is left of the start, the noise of the last step, and that of those before."""
    start = kept(steps, low, high) * lam**2 / noised(kept(steps, low, high)) ** 2
    noise = rate(j, low, high) * kept(j - 1, low, high) * lam**2 / noised(kept(j - 1, low, high)) ** 2
    return start + rate(Integer(1), low, high) + Sum(noise, (j, 2, steps))


_BETA, _KEPT, _VARIANCE, _MORE = (Dummy(name, positive=True) for name in ("beta", "abar", "v", "sigma2"))
STEPS = Domain((
    between(_BETA, 0, 1, default="0.1", explored=("0.01", "0.3")),
    between(_KEPT, 0, 1, default="0.6", explored=("0.1", "0.9")),
    Range(_VARIANCE, Integer(0), oo, exact(1), (exact("0.1"), exact(3))),
    Range(_MORE, Integer(0), oo, exact("0.1"), (exact("0.05"), exact("0.5"))),
    Range(c, Integer(0), oo, exact("0.4"), (exact("0.1"), exact(2))),
    *DOMAIN.ranges,
))  # fmt: skip
BEFORE, AFTER = noised(_KEPT), noised((1 - _BETA) * _KEPT)
WEIGHT = sqrt(1 - (1 - _BETA) * _KEPT) / AFTER  # W_s, of optimal_denoiser
SHRINK = 1 - _BETA / sqrt(1 - (1 - _BETA) * _KEPT) * WEIGHT
TELESCOPE = (
    Step(SHRINK, 1 - _BETA / AFTER, "a step, but for 1/sqrt(1 - beta): u -> u - beta W u/sqrt(1 - abar)"),
    Step(AFTER - _BETA, (1 - _BETA) * BEFORE, "so that it shrinks by sqrt(1 - beta_s) V_{s-1}/V_s"),
    Step(
        (1 - _BETA) * BEFORE**2 / AFTER**2 * (_KEPT * lam**2 / BEFORE**2), (1 - _BETA) * _KEPT * lam**2 / AFTER**2,
        "and the steps s, s - 1, .. 1 together multiply a variance by abar_s lam^2/V_s^2",
    ),
    Step(
        generated(first, last),
        (1 - last) * lam**2 / noised(1 - last) ** 2 + last,
        "one step: what is left of N(0, 1), and the noise of that step", where={steps: Integer(1)},
    ),
)  # fmt: skip

noise_schedule = ClosedForm(
    name="linear_diffusion.noise_schedule",
    statement="abar after all steps, what is left of the variance of a datum, of the schedule "
    "beta_s = first + (last - first) s/steps",
    source="MG25 schedule",
    formula=Explicit(kept(steps, first, last)),
    parameters=(steps, first, last),
    domain=DOMAIN,
    derivation=Derivation((
        Step(
            (1 - _BETA) * _KEPT * lam + (1 - _BETA) * (1 - _KEPT) + _BETA, noised((1 - _BETA) * _KEPT),
            "a step shrinks by sqrt(1 - beta) and adds noise of variance beta: abar falls by 1 - beta",
        ),
        Step(kept(steps, first, last) / kept(steps - 1, first, last), 1 - last, "the last rate is `last`"),
    ), STEPS),
    published=(
        Published(
            "MG25", "schedule", Product(1 - (last - first) / steps * i - first, (i, 1, steps)),
            r"\beta_t = \frac{10^{-2} - 10^{-4}}{T} t + 10^{-4}, \quad \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)",
            note="DDPM ends at 0.02, not at 0.01: a thousand steps then keep 4.0e-5 of the variance, and not 6.3e-3",
        ),
    ),
)  # fmt: skip

generated_variance = ClosedForm(
    name="linear_diffusion.generated_variance",
    statement="variance that the sampler with the linear denoiser generates from N(0, 1) along a direction of variance "
    "lam of the training data; printed schedule, noise of variance beta_s after every step",
    source="MG25 sampler, derived here",
    formula=Explicit(generated(FIRST, LAST)),
    parameters=(lam, steps),
    domain=DOMAIN,
    derivation=Derivation(TELESCOPE, STEPS),
)

# What is printed of the generated law: N(mu_0, Sigma_0 + c), the same constant along every direction.
ADDED_CONSTANT = lam + rate(Integer(1))
SILENT_LAST_STEP = generated(FIRST, LAST) - rate(Integer(1))
FINE_STEPS = kept(steps) * lam**2 / noised(kept(steps)) ** 2 + lam * (1 - kept(steps)) / noised(kept(steps))
DDPM_SCHEDULE = kept(steps, first, 2 * last)
FROM_FIRST = Product(1 - first - (last - first) * (i - 1) / (steps - 1), (i, 1, steps))
