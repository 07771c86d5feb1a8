// One figure: curves, the domain, simulated points with their error bars.  Colours come from the style sheet.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes, parent, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

// spec: {x: {low, high, log, name, label, categories}, y: {log}, curves: [{points, style}], shaded: [[from, to]],
//        points: [{x, y, error, leg, faint, limit}], at: {x, y} or null, name, description}
function plot(svg, spec) {
  const width = Math.max(300, svg.parentNode.clientWidth), height = Math.min(460, Math.max(270, 0.6 * width)) * (spec.share || 1);
  const box = { left: 66, right: width - 12, top: 10, bottom: height - 46 };
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-label", spec.description);
  const [low, high] = held(limits(spec), spec.y);
  const x = scale(spec.x.low, spec.x.high, box.left, box.right, spec.x.log);
  const y = scale(low, high, box.bottom, box.top, spec.y.log);
  frame(svg, spec, box, x, y, [low, high]);
  const inside = drawn("g", { "clip-path": `url(#${svg.id}-inside)` }, svg);
  for (const [from, to] of spec.shaded)
    drawn("rect", { x: x(from), y: box.top, width: Math.max(1, x(to) - x(from)), height: box.bottom - box.top,
      fill: `url(#${svg.id}-hatch)`, class: "outside" }, inside);
  for (const curve of [...spec.curves].reverse()) {
    drawn("path", { d: path(curve.points, x, y, box), class: `curve ${curve.style}${spec.x.categories ? " apart" : ""}` }, inside);
    if (curve.dots) for (const [at, value] of curve.points)
      if (Number.isFinite(value)) drawn("circle", { cx: x(at), cy: y(value), r: spec.x.categories ? 4.5 : 2.2, class: "dot" }, inside);
  }
  if (spec.at) {
    drawn("line", { x1: x(spec.at.x), x2: x(spec.at.x), y1: box.top, y2: box.bottom, class: "cursor" }, inside);
    if (Number.isFinite(spec.at.y)) drawn("circle", { cx: x(spec.at.x), cy: y(spec.at.y), r: 4.5, class: "here" }, inside);
  }
  for (const point of spec.points) marker(inside, point, x(point.x), y, box);
  return [low, high];
}

// The range before, while the curve still fills a good part of it: so that one sees a curve move, not the axis.
function held([low, high], { before, log }) {
  if (!before) return [low, high];
  const [f, g] = log ? [Math.log, Math.exp] : [(v) => v, (v) => v];
  const room = 0.06 / 1.12 * (f(high) - f(low));
  if (g(f(low) + room) < before[0] || g(f(high) - room) > before[1]) return [low, high];
  return f(high) - f(low) > 0.4 * (f(before[1]) - f(before[0])) ? before : [low, high];
}

function scale(low, high, from, to, log) {
  const f = log ? Math.log : (v) => v;
  const go = (v) => from + (f(v) - f(low)) / (f(high) - f(low)) * (to - from);
  return (v) => Math.max(-1e5, Math.min(1e5, go(v)));
}

// What the vertical axis spans: all points, and the curve but for a pole.
function limits(spec) {
  const usable = (v) => Number.isFinite(v) && (!spec.y.log || v > 0);
  const [main = { points: [] }] = spec.curves;
  const values = main.points.map(([, v]) => v).filter(usable).sort((a, b) => a - b);
  const simulated = spec.points.flatMap((p) => [p.y - p.error, p.y + p.error]).filter(usable);
  const near = (share) => values[Math.round(share * (values.length - 1))];
  let ends = values.length ? [values[0], values[values.length - 1]] : [];
  if (values.length > 8 && !spec.y.log && ends[1] - ends[0] > 8 * (near(0.94) - near(0.06))) ends = [near(0.04), near(0.96)];
  const all = [...ends, ...simulated];
  if (!all.length) return spec.y.log ? [0.1, 1] : [0, 1];
  let low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b));
  if (spec.y.log) return low === high ? [low / 2, high * 2] : [low / (high / low) ** 0.06, high * (high / low) ** 0.06];
  // rounding is no structure: a constant is drawn as one
  if (high - low < 1e-9 * Math.max(Math.abs(low), Math.abs(high))) { const room = Math.abs(low) || 1; low -= room / 2; high += room / 2; }
  return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
}

function path(points, x, y, box) {
  let text = "", open = false;
  for (const [at, value] of points) {
    const usable = Number.isFinite(value), place = usable ? y(value) : NaN;
    if (!Number.isFinite(place)) { open = false; continue; }
    text += `${open ? "L" : "M"}${x(at).toFixed(2)} ${Math.max(box.top - 2000, Math.min(box.bottom + 2000, place)).toFixed(2)}`;
    open = true;
  }
  return text || "M0 0";
}

function frame(svg, spec, box, x, y, [low, high]) {
  const definitions = drawn("defs", {}, svg);
  const clip = drawn("clipPath", { id: `${svg.id}-inside` }, definitions);
  drawn("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }, clip);
  const pattern = drawn("pattern", { id: `${svg.id}-hatch`, width: 7, height: 7, patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)" }, definitions);
  drawn("rect", { width: 7, height: 7, class: "hatch-ground" }, pattern);
  drawn("line", { x1: 0, x2: 0, y1: 0, y2: 7, class: "hatch-line" }, pattern);
  for (const tick of ticks(low, high, spec.y.log, 6)) {
    drawn("line", { x1: box.left, x2: box.right, y1: y(tick), y2: y(tick), class: "grid" }, svg);
    drawn("text", { x: box.left - 7, y: y(tick) + 4, class: "tick end" }, svg, written(tick));
  }
  const count = box.right - box.left < 420 ? 4 : 7;
  if (spec.x.categories) spec.x.categories.forEach((name, place) => {
    const shown = name.length > 60 / spec.x.categories.length ? `${name.slice(0, Math.floor(58 / spec.x.categories.length))}…` : name;
    drawn("text", { x: x(place), y: box.bottom + 18, class: "tick middle" }, svg, shown);
  });
  else for (const tick of ticks(spec.x.low, spec.x.high, spec.x.log, count)) {
    drawn("line", { x1: x(tick), x2: x(tick), y1: box.bottom, y2: box.bottom + 4, class: "axis" }, svg);
    drawn("text", { x: x(tick), y: box.bottom + 18, class: "tick middle" }, svg, written(tick));
  }
  drawn("path", { d: `M${box.left} ${box.top}V${box.bottom}H${box.right}`, class: "axis" }, svg);
  drawn("text", { x: (box.left + box.right) / 2, y: box.bottom + 38, class: "label middle" }, svg,
    spec.x.label.length * 6.6 < box.right - box.left ? spec.x.label : spec.x.name);
}

function marker(parent, point, x, y, box) {
  const group = drawn("g", { class: `simulated ${point.leg}${point.faint ? " faint" : ""}${point.limit ? " limit" : ""}` }, parent);
  const at = y(point.y), ends = [point.y - point.error, point.y + point.error].map((v) => {
    const place = y(v);
    return Number.isFinite(place) ? place : box.bottom + 50;
  });
  if (point.error > 0) drawn("path", { d: `M${x} ${ends[0]}V${ends[1]}M${x - 4} ${ends[0]}h8M${x - 4} ${ends[1]}h8` }, group);
  const shape = point.leg === "precision" ? `M${x - 4} ${at - 4}h8v8h-8z` : point.leg === "independent" ? `M${x} ${at - 5}l5 9h-10z`
    : `M${x - 4.5} ${at}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z`;
  const body = drawn("path", { d: shape, class: "body" }, group);
  drawn("title", {}, body, point.title);
}

function ticks(low, high, log, count) {
  if (log) {
    const decades = Math.log10(high / low), found = [];
    const steps = decades > 5 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
    const every = Math.max(1, Math.ceil(decades / count));
    for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k++)
      for (const step of decades > 3 ? [1] : steps) {
        const tick = step * 10 ** k;
        if (tick >= low && tick <= high && (decades <= 3 || k % every === 0)) found.push(tick);
      }
    return found.length > 1.6 * count ? found.filter((_, i) => i % 2 === 0) : found;
  }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough), found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-12) + 1e-300; k++) found.push(k * step);
  return found;
}

// A number for a person: at most 6 digits, powers of ten as 10⁵.
function written(value) {
  if (value === 0) return "0";
  const size = Math.abs(value), rounded = Number(value.toPrecision(6));
  if (size >= 1e-4 && size < 1e6) return String(rounded).replace("-", "−");
  const [digits, power] = rounded.toExponential().split("e");
  const raised = String(Number(power)).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  return `${digits === "1" ? "" : `${digits}·`}10${raised}`.replace(/^-/, "−");
}
