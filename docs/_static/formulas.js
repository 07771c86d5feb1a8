// A browser that cannot show MathML gets each formula as its LaTeX source, in a typewriter font.
document.addEventListener("DOMContentLoaded", () => {
  const probe = document.createElement("div");
  probe.innerHTML = '<math><mspace width="77px" height="23px"></mspace></math>';
  probe.style.position = "absolute";
  document.body.appendChild(probe);
  const box = probe.querySelector("mspace").getBoundingClientRect();
  probe.remove();
  if (Math.abs(box.width - 77) <= 1) return;
  for (const formula of document.querySelectorAll("math[alttext]")) {
    const source = document.createElement("code");
    source.textContent = formula.getAttribute("alttext");
    formula.replaceWith(source);
  }
});
