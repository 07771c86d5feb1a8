// Beside the curve: its legend, the simulated points over the size of the simulation, the numbers as tables and CSV.
"use strict";

// A line of the legend with what it looks like.
function sample(text, style) {
  const svg = drawn("svg", { viewBox: "0 0 34 14", class: "sample", "aria-hidden": "true" });
  if (style === "outside") drawn("rect", { width: 34, height: 14, fill: "url(#figure-hatch)" }, svg);
  else if (LEGS.includes(style)) marker(svg, { leg: style, y: 7, error: 0 }, 17, (v) => v, { bottom: 14 });
  else drawn("path", { d: "M0 7H34", class: `curve ${style}` }, svg);
  return element("li", {}, svg, ` ${text}`);
}

// The points at this place over the size of the simulation, where there are several sizes.
function approach(points) {
  const { claim, texts, over } = state, here = points.filter((p) => p.number !== null && matches(p.at, texts));
  const sizes = [...new Set(here.map((p) => p.number))].sort((a, b) => a - b), low = sizes[0], high = sizes[sizes.length - 1];
  $("approach").hidden = sizes.length < 2 || over === claim.size;
  if ($("approach").hidden) return;
  const name = claim.size || "size", log = low > 0 && high > 5 * low;
  const limits = points.filter((p) => p.limit && matches(p.at, texts)), edge = log ? high * (high / low) ** 0.12 : high + 0.12 * (high - low);
  const shown = [...here.map((p) => ({ ...p, x: p.number, faint: false })), ...limits.map((p) => ({ ...p, x: edge }))];
  const theory = [...new Map(here.map((p) => [p.number, p.theory]))].sort((a, b) => a[0] - b[0]);
  if (limits.length) theory.push([edge, limits[0].theory]);
  const right = limits.length ? edge : high, room = log ? (right / low) ** 0.05 : 0.05 * (right - low);
  const ends = log ? { low: low / room, high: right * room } : { low: low - room, high: right + room };
  plot($("sizes"), { share: 0.75, x: { ...ends, log, name, label: limits.length ? `${name}; at the right end what the judge extrapolates` : name },
    y: { log: false }, curves: [{ points: theory, style: "theory" }], shaded: [], points: shown, at: null,
    description: `${shown.length} simulated points of ${claim.id} over ${name}, with one standard error.` });
}

function tables(main, points, view) {
  const few = main.points.filter((_, i) => i % Math.max(1, Math.ceil(main.points.length / 24)) === 0);
  const name = state.over, place = (at) => (view.words ? view.words[at] : at);
  const row = (cells, words, head) => element("tr", {}, ...cells.map((text, i) => element(head ? "th" : "td",
    { ...(i < words ? {} : { class: "right" }), ...(head ? { scope: "col" } : {}) }, String(text))));
  const value = ([at, y, off]) => [view.words ? place(at) : written(at), Number.isFinite(y) ? y.toPrecision(10) : off ? "outside the domain" : "—"];
  $("curve-table").replaceChildren(element("thead", {}, row([name, "theory"], 0, true)), element("tbody", {}, ...few.map((p) => row(value(p), 0))));
  $("point-table").replaceChildren(
    element("thead", {}, row(["leg", "route", "size", name, "simulation", "one error", "theory", "replicas"], 3, true)),
    element("tbody", {}, ...points.map((p) => row([p.leg, p.route, p.size, place(p.x), p.y.toPrecision(8), p.error.toPrecision(2),
      p.theory.toPrecision(8), p.samples ?? "—"], 3))));
  const lines = [`${name},theory`, ...main.points.map(([at, y]) => `${place(at)},${Number.isFinite(y) ? y : ""}`)];
  $("csv").href = `data:text/csv;charset=utf-8,${encodeURIComponent(lines.join("\n"))}`;
  $("csv").download = `${state.claim.id}.csv`;
}
