r"""LaTeX formulas in Python notation: \frac{e^{-\tau}}{\sqrt{2T}} m^* becomes ((exp(-(tau)))/(sqrt(2*T)))*m.

Only a rewriting of text: the result goes through the whitelist of `formula_parser` like any other input.
What LaTeX leaves ambiguous, such as a/2b, is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from crosscheck.usage import FormulaError

DEEPEST = 60

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d*)?|\.\d+|[A-Za-z]+|\S", re.DOTALL)
_IGNORED = frozenset({
    r"\left", r"\right", r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl",
    r"\biggr", r"\Biggl", r"\Biggr", r"\,", r"\;", r"\:", r"\!", r"\>", r"\ ", "~", "$", r"\quad", r"\qquad",
    r"\displaystyle", r"\textstyle", r"\limits",
})  # fmt: skip
_TIMES = frozenset({"*", r"\cdot", r"\times", r"\ast"})
_STARS = frozenset({"*", r"\ast", r"\star"})
_CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", "|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}
_STOPS = frozenset({")", "]", "}", r"\}", r"\rvert", "+", "-", "/", r"\div", ",", "=", ""}) | _TIMES
_FRACTIONS = frozenset({r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"})
_WORDS = frozenset({r"\operatorname", r"\mathrm", r"\mathit", r"\text", r"\textrm", r"\rm"})
_RENAMED = {
    "lambda": "lam", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arsinh": "asinh", "arcosh": "acosh",
    "artanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "varepsilon": "epsilon",
}  # fmt: skip
_INVERTIBLE = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})


def looks_like_latex(text: str) -> bool:
    """Whether the text holds a backslash, a brace or a circumflex, none of which Python notation uses."""
    return any(character in text for character in "\\{}^")


def to_python(text: str, names: Collection[str], functions: Collection[str]) -> str:
    """The formula in Python notation; letters side by side are products of `names`.  Raises FormulaError."""
    tokens = [token for token in _TOKEN.findall(text.strip()) if token not in _IGNORED]
    reader = _Reader(tokens, frozenset(names), frozenset(functions))
    result = reader.sum()
    if reader.next:
        raise FormulaError(f"formula: unexpected {reader.next} in LaTeX")
    return result


@dataclass
class _Reader:
    """Recursive descent over the tokens; each method consumes what it names and returns Python text."""

    tokens: list[str]
    names: frozenset[str]
    functions: frozenset[str]
    at: int = 0
    depth: int = field(default=0)

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if self.next != token:
            raise FormulaError(f"formula: LaTeX expects {token} and finds {self.next or 'the end'}")
        self.at += 1

    def nested(self, read: Callable[[], str]) -> str:
        """What `read` finds one level further down; every way that leads back to itself passes through here."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("formula: nested too deeply")
        found = read()
        self.depth -= 1
        return found

    def sum(self) -> str:
        return self.nested(self.terms)

    def terms(self) -> str:
        parts = [self.take()] if self.next in ("+", "-") else []
        parts.append(self.product())
        while self.next in ("+", "-"):
            parts += [self.take(), self.product()]
        return "".join(parts)

    def product(self) -> str:
        parts, divided = [self.factor()], False
        while True:
            if self.next in _TIMES:
                self.take()
                parts += ["*", self.signed()]
            elif self.next in ("/", r"\div"):
                self.take()
                parts += ["/", self.signed()]
                divided = True
            elif self.next not in _STOPS and self.next != "|" and self.next != r"\vert":
                if divided:
                    raise FormulaError(r"formula: a/b c is ambiguous; write \frac or parentheses")
                parts += ["*", self.factor()]
            else:
                return "".join(parts)

    def signed(self) -> str:
        if self.next in ("+", "-"):
            return f"({self.take()}{self.factor()})"
        return self.factor()

    def factor(self) -> str:
        """A primary with its powers."""
        base = self.primary()
        if self.next != "^":
            return base
        self.take()
        exponent = self.script()
        if self.next == "^":
            raise FormulaError("formula: two exponents in a row; write {x^a}^b or x^{a^b}")
        return f"exp({exponent})" if base == "E" else f"({base})**({exponent})"

    def primary(self) -> str:
        r"""A bracket, a number, a command with its arguments, or a name."""
        return self.nested(lambda: self.term(self.take()))

    def term(self, token: str) -> str:
        if token in _CLOSING and token != "}":
            inside = self.sum()
            self.expect(_CLOSING[token])
            return f"abs({inside})" if token in ("|", r"\lvert", r"\vert") else f"({inside})"
        if token[:1].isdigit() or (token[:1] == "." and len(token) > 1):
            return token
        if token in _FRACTIONS:
            above, below = self.argument(), self.argument()
            return f"(({above})/({below}))"
        if token == r"\sqrt":
            return self.root()
        if token in _WORDS:
            return self.word(self.raw_group())
        if token.startswith("\\"):
            return self.word(token[1:])
        if token.isalpha() and token.isascii():
            return self.letters(token)
        raise FormulaError(f"formula: LaTeX expects a term and finds {token or 'the end'}")

    def root(self) -> str:
        if self.next != "[":
            return f"sqrt({self.argument()})"
        self.take()
        order = self.sum()
        self.expect("]")
        return f"({self.argument()})**(1/({order}))"

    def argument(self) -> str:
        """A group, or as in \frac12 a single digit or token."""
        if self.next == "{":
            self.take()
            inside = self.sum()
            self.expect("}")
            return inside
        if self.next[:1].isdigit() and len(self.next) > 1:
            digit, rest = self.next[0], self.next[1:]
            self.tokens[self.at] = rest
            return digit
        return self.primary()

    def script(self) -> str:
        if self.next in ("-", "+"):
            raise FormulaError("formula: write an exponent with a sign in braces, x^{-1}")
        return self.argument()

    def raw_group(self) -> str:
        """The letters of {erfc}, without meaning."""
        if self.next != "{":
            return self.take()
        self.take()
        word = ""
        while self.next and self.next != "}":
            word += self.take()
        self.expect("}")
        return word

    def word(self, word: str) -> str:
        """A Greek letter, a function with its argument, or a name in roman type."""
        word = _RENAMED.get(word, word)
        if word in ("pi", "e") and word not in self.names:
            return "pi" if word == "pi" else "E"
        if word == "Gamma" and word not in self.names:
            word = "gamma"
        if word in self.functions and word not in self.names:
            return self.applied(word)
        return self.symbol(word)

    def letters(self, run: str) -> str:
        """abc is one name if known, else a product of known names, the longest first."""
        if run in self.functions or run in self.names or (self.next == "_" and self.known(run, self.peek_script())):
            return self.word(run)
        longest = min(len(run), max(map(len, self.names), default=1))
        for length in range(longest, 0, -1):
            if length < len(run) and (run[:length] in self.names or length == 1):
                self.tokens.insert(self.at, run[length:])
                return self.word(run[:length])
        return self.word(run)

    def symbol(self, name: str) -> str:
        """A name with its subscript and star: t_s, m_1, m^*."""
        subscript = ""
        while True:
            if self.next == "_" and not subscript:
                self.take()
                word = self.raw_group()
                if word not in _STARS:
                    subscript = word.lstrip("\\")
            elif self.next == "^" and self.star():
                pass
            else:
                break
        found = self.known(name, subscript)
        if found is None:
            shown = f"{name}_{subscript}" if subscript else name
            raise FormulaError(f"formula: unknown name {shown[:60]}; known: {', '.join(sorted(self.names))}")
        return found

    def star(self) -> bool:
        """Consumes ^* or ^{*}; of ^{*2} leaves ^{2}."""
        ahead = self.tokens[self.at + 1 : self.at + 4]
        if ahead[:1] and ahead[0] in _STARS:
            self.at += 2
        elif len(ahead) == 3 and ahead[0] == "{" and ahead[1] in _STARS and ahead[2] == "}":
            self.at += 4
        elif len(ahead) == 3 and ahead[0] == "{" and ahead[1] in _STARS:
            del self.tokens[self.at + 2]
            return False
        else:
            return False
        return True

    def peek_script(self) -> str:
        at = self.at
        self.take()
        word = self.raw_group()
        self.at = at
        return word.lstrip("\\")

    def known(self, name: str, subscript: str) -> str | None:
        """The listed name that is meant; the time index of Delta_t may be left out."""
        spellings = (f"{name}_{subscript}", f"{name}{subscript}") if subscript else (name, f"{name}_star")
        spellings += (name,) if subscript == "t" else ()
        return next((spelling for spelling in spellings if spelling in self.names), None)

    def applied(self, function: str) -> str:
        r"""\tanh(x), \tanh^2 x, \tanh^{-1} x, \log \frac{a}{b}, \tanh h m."""
        power = ""
        if self.next == "^":
            self.take()
            power = self.script()
        if power.replace(" ", "") in ("-1", "(-1)") and function in _INVERTIBLE:
            function, power = f"a{function}", ""
        if self.next in _CLOSING:
            argument = self.primary()
        else:
            parts = [self.factor()]
            while self.next not in _STOPS and self.next not in _CLOSING and not self.starts_function():
                parts.append(self.factor())
            argument = "*".join(parts)
        value = f"{function}({argument})"
        return f"({value})**({power})" if power else value

    def starts_function(self) -> bool:
        word = self.next.lstrip("\\")
        return self.next in _WORDS or _RENAMED.get(word, word) in self.functions - self.names
