// A browser that does not lay out MathML shows the LaTeX of a formula, not a heap of letters.
"use strict";

const LAYS_OUT_MATHML = (() => {
  const probe = document.createElement("div");
  probe.innerHTML = '<math><mspace width="77px" height="23px"></mspace></math>';
  probe.style.position = "absolute";
  document.body.append(probe);
  const { width, height } = probe.firstChild.firstChild.getBoundingClientRect();
  probe.remove();
  return Math.abs(width - 77) < 2 && Math.abs(height - 23) < 2;
})();

function without_mathml(within) {
  if (LAYS_OUT_MATHML) return;
  for (const formula of within.querySelectorAll("math")) {
    const shown = document.createElement("code");
    shown.textContent = formula.getAttribute("alttext") || formula.textContent;
    formula.replaceWith(shown);
  }
}
