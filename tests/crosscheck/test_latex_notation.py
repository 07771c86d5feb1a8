r"""LaTeX in Python notation: what papers print is read, what is ambiguous is refused."""

import pytest
import sympy as sp

from crosscheck.formula_parser import FUNCTIONS, parse
from crosscheck.latex_notation import looks_like_latex, to_python
from crosscheck.usage import FormulaError

NAMES = {
    name: sp.Symbol(name, real=True) for name in ("beta", "h", "m", "T", "tau", "t", "m1", "Delta", "lam", "d_over_n")
}
beta, h, m, T, tau, t, m1, Delta, lam, d_over_n = NAMES.values()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac{1}{2}", sp.Rational(1, 2)),
        (r"\frac12 h", h / 2),
        (r"\dfrac{h}{\beta T}", h / (beta * T)),
        (r"\sqrt{2 T}", sp.sqrt(2 * T)),
        (r"\sqrt[3]{T}", T ** sp.Rational(1, 3)),
        (r"\operatorname{erfc}\left( h \right)", sp.erfc(h)),
        (r"\mathrm{erf}(h)", sp.erf(h)),
        (r"e^{-\tau}", sp.exp(-tau)),
        (r"\exp\left[-2 t\right]", sp.exp(-2 * t)),
        (r"\tanh(h m^*)", sp.tanh(h * m)),
        (r"\tanh h m^*", sp.tanh(h * m)),
        (r"\tanh hm", sp.tanh(h * m)),
        (r"\tanh^2(h)", sp.tanh(h) ** 2),
        (r"\tanh^{-1}(m)", sp.atanh(m)),
        (r"\operatorname{arctanh} m", sp.atanh(m)),
        (r"\cosh 2h \sinh T", sp.cosh(2 * h) * sp.sinh(T)),
        (r"\log\frac{T}{2}", sp.log(T / 2)),
        (r"\ln\sin\beta", sp.log(sp.sin(beta))),
        (r"m^{*2} + {m^*}^2 + m^{*}m_*", 3 * m**2),
        (r"m_1 + m_{1}", 2 * m1),
        (r"\Delta_t + \Delta", 2 * Delta),
        (r"\lambda", lam),
        (r"\mathrm{d_over_n} h", d_over_n * h),
        (r"1 - \left\{ 1 - [m^2] \right\}", m**2),
        (r"|h| + \lvert h \rvert", 2 * sp.Abs(h)),
        (r"2 \cdot h \times T", 2 * h * T),
        (r"h \cdot -T", -h * T),
        (r"h^{2}/T", h**2 / T),
        (r"-\,h\;T\quad", -h * T),
        (r"\textstyle \biggl( h + T \biggr)^2", (h + T) ** 2),
        (r"$h$", h),
        (r"2^{h}", 2**h),
        (r"\pi \mathrm{e}", sp.pi * sp.E),
        (r"\Gamma(h)", sp.gamma(h)),
        (r"\frac{e^{h m^*}}{2\cosh(h m^*)}", sp.exp(h * m) / (2 * sp.cosh(h * m))),
        ("beta^2 h", beta**2 * h),
    ],
)
def test_printed_formulas_are_read(text: str, expected: sp.Expr) -> None:
    assert looks_like_latex(text) or text == "$h$" or "|" in text
    expression = parse(to_python(text, tuple(NAMES), tuple(FUNCTIONS)), NAMES)
    assert (expression - expected).subs({s: sp.Rational(k + 2, 7) for k, s in enumerate(NAMES.values())}).evalf(
        20, chop=True
    ) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        r"m/2 T",
        r"\frac{1}{",
        r"\frac{1}",
        r"\sqrt",
        r"\left( h",
        r"h)",
        r"\input{/etc/passwd}",
        r"\write18{ls}",
        r"\def\x{h}",
        r"\beta_3",
        r"q^2",
        r"h^",
        r"h^-1",
        r"h!",
        r"\int h",
        r"\sum_{i} h",
        r"\tanh",
        r"\operatorname{system}(h)",
        "{" * 200 + "h" + "}" * 200,
        r"\frac{h}{" * 60 + "h" + "}" * 60,
        r"9^{9^{9^{9}}}",
        "\\",
        r"h & T",
    ],
)
def test_what_is_ambiguous_or_unknown_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, NAMES)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_printed_formula_of_sympy_is_read_back() -> None:
    original = sp.exp(h * m) / (2 * sp.cosh(h * m)) + sp.erfc(-m * sp.exp(-tau) / sp.sqrt(2 * T)) * beta**2 / 3
    back = parse(sp.latex(original), NAMES)
    assert sp.simplify(back - original) == 0
