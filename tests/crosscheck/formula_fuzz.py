r"""Strings for the parser of typed formulas, and a process that feeds it with them while every door is watched.

`strings(seed)` mixes sentences of a grammar (Python notation and LaTeX), hostile templates, mutations of valid
formulas, towers, and arbitrary Unicode.  `python -m tests.crosscheck.formula_fuzz COUNT SEED` reads COUNT of them
under an audit hook and a limit on memory, and prints what happened as JSON.
"""

import importlib
import json
import random
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sympy as sp

from crosscheck.formula_parser import FUNCTIONS, parse
from crosscheck.usage import FormulaError
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.mathml import mathml
from theory.program import UnsupportedExpression

NAMES = {name: sp.Symbol(name, real=True) for name in ("beta", "h", "m", "T", "tau", "m1", "Delta")}
POINT = {"beta": 1.37, "h": 0.61, "m": 0.798, "T": 0.83, "tau": 0.27, "m1": 0.3, "Delta": 0.4}
VALID = (
    "(1 + tanh(h*m)*erf(m*exp(-tau)/sqrt(2*T)))/2",
    "exp(h*m)/(2*cosh(h*m))",
    "beta*(m**2*tanh(h*m) + 1e-3*h) - log(1 + exp(-2*beta))",
    "gamma(1 + T)*loggamma(2 + h)/atanh(m) - abs(-h)**(1/3)",
    r"\frac{1}{2} \left[ 1 + \tanh(h m^*) \operatorname{erf}\left( \frac{m^* e^{-\tau}}{\sqrt{2T}} \right) \right]",
    r"\frac{e^{h m_1}}{2\cosh h m_1} - \sqrt[3]{T} \cdot \ln\frac{T}{2}",
    r"\Delta_t^{-2} + m^{*2} + |h| \tanh^2(\beta h) - \log(1 + e^{-2\beta})",
)
HOSTILE = (
    "__import__('os').system('touch pwned')", "__import__('os')", "@.__class__", "@.__class__.__bases__[0]", "().@",
    "(lambda: @)()", "(lambda h: h)(@)", "[h for h in (@,)]", "{h: @}", "{@}", "(@, @)", "f'{@}'",
    "f\"{__import__('os')}\"", "(h := @)", "import os", "from os import *", "exec('@')", "eval('@')", "eval(@)",
    "compile(@)", "open('pwned', 'w')", "getattr(@, 'evalf')", "globals()", "breakpoint()", "print(@)",
    "@ if @ else @", "@ and @", "not @", "~@", "@ // @", "@ % @", "@ @ @", "@ << @", "@ | @", "@ < @", "@[0]",
    "@[0:1]", "*@", "**@", "exp(*@)", "exp(**@)", "exp(x=@)", "exp(@, @)", "await @", "yield @", "...", "None",
    "True", "'@'", "b'@'", "'''@", "@ # @", "@; @", "@ = @", "@!", "`@`", "9**9**9", "9**9**9**9", "10**10**8",
    "(@)**(10**9)", "2**(@)**(@)", "factorial(10**9)", "gamma(10**9)", "1/(@ - @)", "gamma(170)**gamma(5)",
    "exp(exp(exp(@)))", "(1.0000001**1000)**1000", "(@ + 1)**999", "(-8)**(1/3)", "0**(@)", "1e308*10", "1e-320",
    "1e999999999", "0." + "1" * 70, "1" * 301, "0x" + "f" * 60, "1_0", "1j", "1.", ".5", "1..2",
    r"\input{/etc/passwd}", r"\include{@}", r"\write18{touch pwned}", r"\immediate\write18{@}", r"\def\x{@}\x",
    r"\x{@}", r"\csname input\endcsname", r"\catcode`\@=0", r"\openin5=@", r"\read5 to @", r"\newcommand{\x}{@}",
    r"\loop\repeat", r"\begin{matrix}@\end{matrix}", r"\href{javascript:alert(1)}{@}", r"\unicode{x41}",
    r"^^5cinput{x}", r"\\@", "\\", r"9^{9^{9^{9}}}", r"10^{10^{8}}", r"{@}^{@^{@}}", r"e^{e^{e^{@}}}", r"\sqrt[@]{@}",
    r"\sqrt[10^9]{@}", r"\frac@@", r"\frac{@", r"\left( @ \right.", r"\operatorname{__import__}(@)",
    r"\mathrm{eval}(@)", r"\text{os.system}", r"\tanh^{@}(@)", r"|@||@|", r"\Gamma(10^9)", r"\binom{@}{@}",
    r"\sum_{i=0}^{10^9} @", r"\int_0^1 @", r"m^{*@}", r"@_{@}", r"@^@^@", "</script><img src=x onerror=alert(1)>",
    "]]>", "$(touch pwned)", "\x1b[2J@", "@\x00@", "\u202e@", "{{7*7}}", "%s%n", "../@",
)  # fmt: skip
ATOMS = ("0", "1", "2", "3.5", "1/2", "0.1", "1e-3", "1e300", "9" * 50, "pi", "E", *NAMES)
SCRIPTS = ((32, 127), (0, 32), (127, 700), (0x370, 0x400), (0x590, 0x700), (0x2000, 0x2400), (0xD800, 0xE000),
           (0xFE00, 0x10000), (0x1D400, 0x1D800), (0x1F300, 0x1F700), (0, 0x110000))  # fmt: skip
ALLOWED = (*NAMES.values(), sp.pi, sp.E)
QUIET = {"compile", "builtins.id", "object.__getattr__", "sys._getframe", "gc.get_objects"}


def strings(seed: int) -> Iterator[str]:
    """Endless, and the same for the same seed."""
    dice = random.Random(seed)
    kinds = (_python, _latex, _hostile, _mutated, _mutated, _mutated, _tower, _unicode)
    while True:
        yield dice.choice(kinds)(dice)


def _python(dice: random.Random, depth: int = 0) -> str:
    if depth > dice.randint(1, 5):
        return dice.choice(ATOMS)
    one, two = (lambda: _python(dice, depth + 1)), f"({_python(dice, depth + 1)})"
    return dice.choice((
        lambda: one() + dice.choice("+-*/") + one(), lambda: f"{two}{dice.choice('*/-')}{two}", lambda: f"-{one()}",
        lambda: f"{dice.choice(tuple(FUNCTIONS))}({one()})",
        lambda: f"({one()})**{dice.choice(('2', '0.5', '-1', two))}",
        lambda: dice.choice(("+", " * ", "-")).join(one() for _ in range(dice.randint(2, 5))),
    ))()  # fmt: skip


def _latex(dice: random.Random, depth: int = 0) -> str:
    if depth > dice.randint(1, 4):
        return dice.choice((*ATOMS, r"\beta", r"\tau", r"\Delta_t", "m^*", "m_1", "m^{*}", "hm", r"\pi", r"\mathrm{e}"))
    one = lambda: _latex(dice, depth + 1)  # noqa: E731
    return dice.choice((
        lambda: rf"\frac{{{one()}}}{{{one()}}}", lambda: rf"\sqrt{{{one()}}}", lambda: rf"e^{{{one()}}}",
        lambda: rf"\left( {one()} \right)", lambda: rf"\{dice.choice(tuple(FUNCTIONS))}({one()})",
        lambda: rf"{{{one()}}}^{{{one()}}}", lambda: rf"{one()} + {one()}", lambda: rf"{one()} \cdot {one()}",
        lambda: rf"\tanh^2 {one()}", lambda: rf"|{one()}|", lambda: rf"{one()} {one()}", lambda: rf"-{one()}",
        lambda: rf"\operatorname{{{dice.choice(tuple(FUNCTIONS))}}}\left[ {one()} \right]",
    ))()  # fmt: skip


def _hostile(dice: random.Random) -> str:
    text = dice.choice(HOSTILE)
    if dice.random() < 0.5:
        text = dice.choice(VALID).replace(dice.choice(("h", "T", "2", r"\beta")), text, 1)
    while "@" in text and len(text) < 3000:
        text = text.replace("@", dice.choice((*ATOMS, *VALID, "@")) if dice.random() < 0.9 else "h", 1)
    return text


def _mutated(dice: random.Random) -> str:
    text = dice.choice((dice.choice(VALID), _python(dice), _latex(dice)))
    for _ in range(dice.randint(1, 5)):
        low, high = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
        high = min(high, low + dice.randint(0, 12))
        piece = text[low:high]
        new = dice.choice((
            "", piece * dice.randint(2, 3), piece[::-1],
            dice.choice("0123456789.+-*/()[]{}^_\\,;:'\"!=%&|~@#$? \t\n"), dice.choice(ATOMS),
            dice.choice(tuple(FUNCTIONS)), "**", f"({piece})", f"{{{piece}}}", "__", ".", "e", "1e9",
            chr(dice.randrange(0x110000)), piece.swapcase(), dice.choice(HOSTILE)[:9],
        ))  # fmt: skip
        text = text[:low] + new + text[high:]
    return text


def _tower(dice: random.Random) -> str:
    """One thing inside itself, or beside itself, up to and beyond the longest that is read."""
    levels = dice.choice((3, 10, 20, 24, 30, 60, 200, 700))
    before, after = dice.choice((
        *((f"{name}(", ")") for name in FUNCTIONS), ("(", ")"), ("-", ""), ("h**(", ")"), ("", "**h"), ("", "**2"),
        ("1/(1+", ")"), ("0.1*cosh(", ")"), ("h/(1+", ")"), ("log(1+exp(-", "))"), ("h*(1-", ")"), ("sqrt(1+", ")"),
        ("", "+h"), ("", "*h"), ("", "/T"), (r"\frac{1}{", "}"), (r"\frac1", ""), (r"\sqrt{", "}"), (r"\sqrt", ""),
        ("{", "}"), (r"\left(", r"\right)"), ("e^{", "}"), ("", "^2"), ("", "^{h}"), (r"\tanh", ""), (r"\tanh ", ""),
        ("|", "|"), ("[", "]"), ("h", ""), ("9", ""), ("0.", ""), ("\\", ""), ("exp(h)*", ""), ("exp(h", ")-1"),
        ("sech(", ")"), ("(", "-1)/9"), ("gamma(1+", ")"), ("m^*", ""), ("_", ""), ("'", "'"), ("f(", ")"),
    ))  # fmt: skip
    return before * levels + dice.choice((*ATOMS, dice.choice(VALID))) + after * levels


def _unicode(dice: random.Random) -> str:
    return "".join(chr(dice.randrange(*dice.choice(SCRIPTS))) for _ in range(dice.choice((1, 3, 10, 40, 300, 2500))))


class _TooSlow(BaseException):
    """Raised by the alarm clock."""


def read(text: str, *, pursue: bool) -> str:
    """How one string is met: read, or refused in one line; what is read is also shown and evaluated if `pursue`."""
    try:
        expression = parse(text, NAMES, points=[POINT])
    except FormulaError as error:
        message = str(error)
        assert message.startswith("formula: ")
        assert message.isprintable()
        assert len(message) < 500
        return "refused"
    assert all(atom.is_Number or atom in ALLOWED for atom in expression.atoms())
    if not pursue:
        return "read"
    mathml(sp.latex(expression))
    str(expression)
    try:
        found = float(as_array(Explicit(expression), {NAMES[name]: value for name, value in POINT.items()}))
    except UnsupportedExpression:
        return "read, but SymPy sees a pole"
    return "evaluated" if abs(found) < float("inf") else "evaluated, not finite"


def main(count: int, seed: int) -> dict[str, Any]:
    """Reads `count` strings; what it returns names every crash, every event and the slowest string."""
    for module in ("sympy.assumptions.wrapper", "sympy.physics.units"):  # SymPy loads them late
        importlib.import_module(module)
    for text in (*VALID, *(f"{name}(0.5)" for name in FUNCTIONS), "(", "h.real", "1" * 400):
        for warm in (text, text + " + h/beta", text + "*betta"):  # what is imported late is imported now
            try:
                read(warm, pursue=True)
            except FormulaError:
                continue
    warnings.simplefilter("ignore", RuntimeWarning)  # of a power that is not real; to show its line opens a file
    resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
    events: Counter[str] = Counter()
    watching = [False]

    def watch(event: str, about: tuple[Any, ...]) -> None:
        if watching[0] and event not in QUIET:
            caller = sys._getframe(1).f_code.co_filename.replace("\\", "/")
            # SymPy writes a function for a number of generators and executes it: no part of a typed text
            harmless = event == "exec" and caller.endswith("sympy/polys/monomials.py")
            events["monomials" if harmless else f"{event} {about[0]}" if event == "open" else event] += 1

    def late(*_: Any) -> None:
        raise _TooSlow

    sys.addaudithook(watch)
    signal.signal(signal.SIGVTALRM, late)
    outcomes: Counter[str] = Counter()
    faults: list[tuple[str, str]] = []
    slowest, longest = "", 0.0
    for number, text in zip(range(count), strings(seed), strict=False):
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 2.0)
        watching[0] = True
        try:
            outcomes[read(text, pursue=number % 2 == 0)] += 1
        except (_TooSlow, Exception) as error:
            faults.append((text[:300], f"{type(error).__name__}: {error}"[:300]))
        watching[0] = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - began
        if took > longest:
            longest, slowest = took, text
    return {
        "count": count, "outcomes": dict(outcomes), "faults": faults[:20], "events": dict(events), "longest": longest,
        "slowest": slowest,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 - its report to the test
