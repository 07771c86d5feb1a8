r"""LaTeX that may go into a document: formulas made of known mathematics alone, everything else as visible text.

A formula of a user's own file could hold \input or \write18.  What may occur is listed, since what may not has no end.
"""

from __future__ import annotations

import re

_SPECIAL = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": "$<$", ">": "$>$", "≥": r"$\ge$", "≤": r"$\le$",
    "|": "$|$", "±": r"$\pm$", "—": "---", "–": "--", "“": "``", "”": "''", "é": r"\'e",
}  # fmt: skip
_NAMES = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
ell hbar imath jmath Re Im aleph partial nabla infty emptyset forall exists prime sin cos tan cot sec csc sinh
cosh tanh coth arcsin arccos arctan exp log ln lg det dim lim liminf limsup sup inf max min Pr arg ker gcd deg
hom frac dfrac tfrac cfrac sqrt binom sum prod int iint oint bigcup bigcap limits nolimits stackrel overset
underset left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr lvert rvert lVert rVert vert
Vert langle rangle lfloor rfloor lceil rceil lbrace rbrace mid text mathrm mathbf mathit mathsf mathtt mathcal
mathbb boldsymbol operatorname mathop rm bf it bar hat tilde vec dot ddot overline underline widehat widetilde
overbrace underbrace cdot times div pm mp ast star circ bullet oplus otimes to rightarrow leftarrow Rightarrow
Leftrightarrow mapsto le leq ge geq lt gt ne neq equiv approx sim simeq gtrsim lesssim cong propto ll gg in notin subset
subseteq cup cap setminus land lor neg ldots cdots dots vdots ddots quad qquad displaystyle textstyle
scriptstyle begin end substack
"""
_WORDS = frozenset(_NAMES.split())
_ENVIRONMENTS = frozenset({"matrix", "pmatrix", "bmatrix", "vmatrix", "cases", "aligned", "array", "smallmatrix"})
_SIGNS = frozenset("\\,;:!> {}|_%&")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)


def escaped(text: str) -> str:
    """Plain text on one line for LaTeX; letters that its fonts lack become question marks."""
    visible = "".join(character for character in " ".join(text.split()) if character.isprintable())
    found = "".join(_SPECIAL.get(character, character) for character in visible)
    return found.encode("latin-1", "replace").decode("latin-1")


def formula(latex: str) -> str:
    """The formula itself if it is mathematics and nothing else; otherwise its source, as text."""
    line = " ".join(latex.split())
    return line if is_formula(line) else rf"\text{{\ttfamily {escaped(line)}}}"


def is_formula(latex: str) -> bool:
    """Whether the text holds known commands alone, closes what it opens, and cannot leave math mode."""
    if not latex.isprintable() or not latex.isascii() or "^^" in latex:
        return False
    commands = _COMMAND.findall(latex)
    if not all(command in _WORDS or command in _SIGNS for command in commands):
        return False
    environments = re.findall(r"\\(?:begin|end)\b\s*(?:\{([a-z]*)\})?", latex)
    if not all(name in _ENVIRONMENTS for name in environments):
        return False
    bare = _COMMAND.sub(" ", latex)
    return not set(bare) & set("$%#\\~") and ("&" not in bare or bool(environments)) and _closes(bare)


def _closes(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
