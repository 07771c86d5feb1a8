"""The binary channel against values to 46 digits, its own series and limits, and balls."""

import math

import mpmath
import numpy as np
import pytest
import torch
from sympy import Integer, Rational, exp

from theory import binary_channel as channel
from theory.arithmetic import NoBall
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Evidence, Step
from theory.evaluate import as_digits
from theory.formula import Quadrature
from theory.notation import snr, z

QUICK = (*channel.POSTERIOR_STEPS, *channel.AGREEMENT_STEPS, channel.MOMENT_STEP)


def form(formula, complement=None):
    return ClosedForm(
        name="channel.value",
        statement="",
        source="",
        formula=formula,
        complement=complement,
        parameters=(snr,),
        domain=channel.CHANNEL,
    )


PHI = form(channel.agreement(), channel.disagreement())
MISS = form(channel.disagreement())
INFORMATION, EQUIVOCATION = form(channel.information()), form(channel.equivocation())


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        # sech quadrature and alternating Mills series; then I at v = 0.7, split by |Y| and directly.
        ((channel.agreement(), Integer(1)), "0.77520024539666358514415974941091"),
        ((channel.information(), Rational(7, 10)), "0.26160291379440570438250561970619"),
    ],
    ids=["phi", "information"],
)
def test_reference_values_hold_to_thirty_digits(value, reference):
    formula, at = value
    with mpmath.workdps(40):
        assert abs(as_digits(formula, {snr: at}, 30) / mpmath.mpf(reference) - 1) < mpmath.mpf(10) ** -29


@pytest.mark.parametrize("step", QUICK, ids=lambda step: step.because[:40])
def test_identities_at_every_point_of_the_line_are_exact(step):
    assert Derivation((step,), channel.CHANNEL).evidence is Evidence.EXACT


@pytest.mark.slow
@pytest.mark.parametrize(
    "step",
    [channel.PHI_STEP, *channel.MEAN_STEPS, *channel.INFORMATION_STEPS, *channel.LIMIT_STEPS, *channel.mills_steps(3)],
    ids=lambda step: step.because[:40],
)
def test_identities_of_integrals_hold_to_thirty_digits(step):
    assert Derivation((step,), channel.CHANNEL).evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(
    "wrong",
    [
        Step(channel.POSTERIOR_STEPS[0].left, channel.POSTERIOR_MEAN**2, "the square"),
        Step(channel.AGREEMENT_STEPS[1].left, 2 * channel.DISAGREEMENT, "twice"),
        Step(channel.AGREEMENT_STEPS[2].left, channel.SLOPE * exp(snr / 9), "another signal"),
    ],
    ids=["square", "twice", "signal"],
)
def test_a_wrong_identity_is_refuted(wrong):
    assert Derivation((wrong,), channel.CHANNEL).evidence is Evidence.REFUTED


def sech_integral(ratio: float) -> mpmath.mpf:
    """1 - phi in units where sech has width one, at 30 digits: no step of it in common with the formula's nodes."""
    with mpmath.workdps(30):
        v = mpmath.mpf(ratio)
        width = mpmath.sqrt(v)
        edges = [k * min(1, width) for k in (-60, -20, -5, 0, 5, 20, 60)]
        total = mpmath.quad(lambda u: mpmath.exp(-(u**2) / (2 * v)) / mpmath.cosh(u), edges)
        return mpmath.exp(-v / 2) * total / (2 * mpmath.sqrt(2 * mpmath.pi * v))


@pytest.mark.parametrize("ratio", [1e-6, 0.01, 0.7, 3.0, 30.0, 300.0, 1300.0])
def test_phi_and_its_complement_keep_full_relative_precision(ratio):
    expected = sech_integral(ratio)
    assert abs(PHI.complementary(snr=ratio) / expected - 1) < 4e-13
    assert abs(PHI(snr=ratio) / (1 - expected) - 1) < 4e-13


def test_a_loud_signal_underflows_quietly():
    assert PHI(snr=1e5) == pytest.approx(1, abs=1e-13)
    assert PHI.complementary(snr=1e5) == 0.0


@pytest.mark.parametrize("ratio", [1e-5, 0.3, 4.0, 60.0, 900.0])
def test_information_and_equivocation_add_up_to_one_bit(ratio):
    information, rest = INFORMATION(snr=ratio), EQUIVOCATION(snr=ratio)
    assert information + rest == pytest.approx(math.log(2), rel=1e-13)
    if ratio < 1e-4:
        assert information == pytest.approx(ratio / 2 - ratio**2 / 4, rel=1e-9)
    if ratio > 50:  # log(2) - I falls like (pi/2) sqrt(pi/(2 v)) exp(-v/2): int_v^oo of what 1 - phi tends to, to 1/v
        leading = math.sqrt(math.pi / 2 / ratio) * math.exp(-ratio / 2)
        assert rest == pytest.approx(leading, rel=4 / ratio)


def test_the_slope_of_phi_is_the_difference_of_its_values():
    slope = form(channel.slope(Integer(3)))
    assert slope(snr=1) == pytest.approx(3 * (PHI(snr=1.001) - PHI(snr=0.999)) / 0.002, rel=1e-6)


@pytest.mark.parametrize("ratio", [1.0, 2.5])
def test_partial_sums_of_the_series_close_in_on_the_complement(ratio):
    terms = [float(channel.mills_term(k).subs(snr, Rational(ratio)).evalf(30)) for k in range(1, 12)]
    partial = np.cumsum(terms)
    expected = PHI.complementary(snr=ratio)
    assert (np.sign(partial - expected) == [(-1) ** k for k in range(len(terms))]).all()
    assert (np.abs(partial - expected) < np.abs(terms)).all()


def test_the_complement_is_the_limit_law_far_out():
    found = PHI.complementary(snr=800)
    assert found == pytest.approx(float(channel.LOUD.subs(snr, 800).evalf()), rel=0.005)


@pytest.mark.parametrize("ratio", ["0.001", "1", "40"])
def test_balls_over_the_whole_line_enclose_the_digits(ratio):
    for found, expected in ((PHI.ball(120, snr=ratio), PHI(snr=ratio)), (MISS.ball(120, snr=ratio), MISS(snr=ratio))):
        assert float(found.rad()) < 1e-30
        assert float(found.mid()) == pytest.approx(expected, rel=4e-13)


def test_what_is_cut_off_widens_the_ball():
    loose = form(Quadrature(channel.AGREEMENT, z, bound=Integer(10) ** 60))
    assert 1e-6 < float(loose.ball(120, snr=1).rad()) < 1  # 2 bound exp(-17^2/2)/17
    with pytest.raises(NoBall, match="infinite"):
        form(Quadrature(channel.AGREEMENT, z)).ball(snr=1)


@pytest.mark.parametrize("ratio", [0.02, 3.0, 500.0])
def test_the_unit_of_the_nodes_changes_no_value(ratio):
    plain = form(Quadrature(channel.AGREEMENT, z))
    assert PHI(snr=ratio) == pytest.approx(plain(snr=ratio), rel=1e-13)
    tensor = PHI.torch(snr=torch.tensor([ratio, 1.0], dtype=torch.float64))
    assert tensor.tolist() == pytest.approx([PHI(snr=ratio), PHI(snr=1)], rel=1e-13)
