// Which verdicts a report shows: by outcome, by system, by a word.  The choice is the address, so it can be sent.
"use strict";

without_mathml(document.body);
const FORM = document.getElementById("filters");
const ENTRIES = [...document.querySelectorAll("[data-outcome]")];

function chosen() {
  const outcomes = [...FORM.querySelectorAll("input[name=outcome]:checked")].map((box) => box.value);
  return { outcomes, system: FORM.elements.system.value, word: FORM.elements.word.value.trim().toLowerCase() };
}

function show() {
  const { outcomes, system, word } = chosen(), all = FORM.querySelectorAll("input[name=outcome]").length;
  let shown = 0, rows = 0;
  for (const entry of ENTRIES) {
    const { outcome, system: own, id } = entry.dataset;
    entry.hidden = !(outcomes.includes(outcome) && (!system || own === system) && id.toLowerCase().includes(word));
    if (entry.tagName === "TR") { rows += 1; shown += entry.hidden ? 0 : 1; }
  }
  document.getElementById("shown").textContent = `${shown} of ${rows} verdicts shown`;
  const parts = [...(outcomes.length < all ? [["outcome", outcomes.join(",")]] : []), ...(system ? [["system", system]] : []), ...(word ? [["word", word]] : [])];
  const text = new URLSearchParams(parts).toString();
  if (text || location.hash.includes("=")) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function read() {
  if (!location.hash.includes("=")) return;
  const given = new URLSearchParams(location.hash.slice(1)), outcomes = given.get("outcome");
  for (const box of FORM.querySelectorAll("input[name=outcome]")) box.checked = outcomes === null || outcomes.split(",").includes(box.value);
  FORM.elements.system.value = given.get("system") || "";
  if (FORM.elements.system.selectedIndex < 0) FORM.elements.system.value = "";
  FORM.elements.word.value = given.get("word") || "";
}

async function data() {
  const bytes = Uint8Array.from(atob(document.getElementById("run").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

FORM.hidden = false;
FORM.addEventListener("input", show);
FORM.addEventListener("submit", (event) => event.preventDefault());
FORM.addEventListener("reset", () => setTimeout(show));
window.addEventListener("hashchange", () => { read(); show(); });
for (const link of document.querySelectorAll("a[data-filter]")) link.addEventListener("click", () => document.getElementById("verdicts").scrollIntoView());
document.getElementById("save").hidden = false;
document.getElementById("save").addEventListener("click", async () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await data()], { type: "application/json" }));
  link.download = "run.json";
  link.click();
});
read();
show();
