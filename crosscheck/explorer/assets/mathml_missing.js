// A browser that does not lay out MathML shows the LaTeX of a formula, not a heap of letters.
"use strict";

const LAYS_OUT_MATHML = (() => {
  const probe = document.createElement("div");
  probe.innerHTML = '<math><mfrac><mi>x</mi><mi>y</mi></mfrac></math><math><mi>x</mi></math>';
  probe.style.position = "absolute";
  document.body.append(probe);
  const [fraction, letter] = [...probe.children].map((made) => made.getBoundingClientRect().height);
  probe.remove();
  return fraction > 1.4 * letter;
})();

function without_mathml(within) {
  if (LAYS_OUT_MATHML) return;
  for (const formula of within.querySelectorAll("math")) {
    const shown = document.createElement("code");
    shown.textContent = formula.getAttribute("alttext") || formula.textContent;
    formula.replaceWith(shown);
  }
}
