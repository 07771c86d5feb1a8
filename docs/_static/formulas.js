// Formulas of a page of the site: shown without MathML too, reached by keyboard, fitted to paper.
"use strict";

without_mathml(document);

// What scrolls can be reached by keyboard; the others are no stops on the way.
const WIDE = { ".formula, span.math": "wide formula", "pre": "long lines", ".table-wrapper": "wide table", "figure.claim": "wide figure" };

function reachable() {
  for (const [kind, name] of Object.entries(WIDE)) for (const box of document.querySelectorAll(kind)) {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    for (const [attribute, value] of [["tabindex", 0], ["role", "group"], ["aria-label", name]])
      if (scrolls) box.setAttribute(attribute, value); else box.removeAttribute(attribute);
  }
}
window.addEventListener("load", reachable);
window.addEventListener("resize", reachable);

// On paper nothing scrolls: a formula wider than the page is set smaller.
const PAPER = 800; // CSS pixels of screen that fit a page, where formulas are set at 0.82 of their size
window.addEventListener("beforeprint", () => {
  for (const box of document.querySelectorAll(".formula")) {
    const widest = Math.max(box.scrollWidth, ...Array.from(box.children, (row) => row.scrollWidth));
    const inner = Math.max(...Array.from(box.querySelectorAll("mrow"), (row) => row.getBoundingClientRect().width), 0);
    const width = Math.max(inner, widest > box.clientWidth ? widest : 0);
    if (width > PAPER) box.style.zoom = PAPER / width;
  }
});
window.addEventListener("afterprint", () => {
  for (const box of document.querySelectorAll(".formula")) box.style.zoom = "";
});
