// The page: controls, the curve, what was simulated, the address.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const SYMBOLS = { AGREES: "✓", DISAGREES: "✗", INCONCLUSIVE: "?" };
const WAYS = { explicit: "an explicit formula", root: "a root", integral: "an integral", average: "a finite sum",
  flow: "a differential equation", constant: "fixed tables" };
const LEGS = ["deterministic", "precision", "independent"];
const $ = (id) => document.getElementById(id);

let state, curves = [], turn = 0, range = { of: null, ends: null };

function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value); else made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// ---- a claim is chosen ----
function show_claim() {
  const { claim } = state;
  document.title = `${claim.id}: explore`;
  $("claim").value = claim.id;
  const badges = claim.verdicts.slice(0, 1).map((v) => element("span", { class: `badge ${v.outcome}` }, `${SYMBOLS[v.outcome]}\u00a0${v.outcome}`));
  $("name").replaceChildren(claim.id, " ", ...badges);
  $("statement").replaceChildren(sentence(claim.statement), " ", element("span", { class: "source" }, claim.source + (claim.evidence ? ` · derivation ${claim.evidence}` : "")));
  $("formula").innerHTML = claim.mathml; // made by the program from a whitelist of elements
  without_mathml($("formula"));
  $("over").replaceChildren(...axes(claim).map((a) => element("option", { value: a.name }, a.text)));
  $("parameters").replaceChildren(...claim.parameters.map(control));
  without_mathml($("parameters"));
  const ways = claim.shapes.map((shape) => WAYS[shape]);
  $("how").textContent = claim.formula
    ? `Evaluated in this browser in double precision: ${ways.join(", with ")}.`
    : `Tabulated by numpy when this page was written (${claim.why}); other values are not known here.`;
  $("wrong-row").hidden = !claim.rivals.length;
  $("reference").replaceChildren(...claim.reference.map(reference));
  show_verdicts();
  update();
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1).replace(/\.?$/, ".");

function control(p) {
  const name = element("label", { for: `p-${p.name}` });
  name.innerHTML = p.mathml;
  name.append(" ", element("code", {}, p.name), element("span", { class: "source" }, ` ${p.meaning}`));
  if (p.examples) {
    const select = element("select", { id: `p-${p.name}`, onchange: (e) => move(p.name, e.target.value) },
      ...Object.keys(p.examples).map((label) => element("option", { value: label }, label)));
    return element("div", { class: "parameter" }, name, select);
  }
  const steps = slider(p);
  const range = element("input", { type: "range", id: `r-${p.name}`, min: steps.low, max: steps.high, step: 1,
    "aria-label": `${p.name}, slider`, oninput: (e) => move(p.name, steps.text(Number(e.target.value))) });
  const field = element("input", { id: `p-${p.name}`, inputmode: "decimal", autocomplete: "off", spellcheck: "false", size: 9,
    "aria-describedby": `d-${p.name}`, oninput: (e) => move(p.name, e.target.value.trim()) });
  return element("div", { class: "parameter" }, name, element("div", { class: "pair" }, range, field),
    element("span", { class: "source allowed", id: `d-${p.name}` }, p.allowed));
}

function reference(point, place) {
  const own = Object.fromEntries(state.claim.parameters.map((p) => [p.name, p.default]));
  const verdict = state.claim.verdicts.find((v) => Object.keys(point.at).every((k) => equal(point.at[k], v.parameters[k])));
  const at = verdict && verdict.points.length ? at_largest(verdict.points) : point.at;
  const go = () => { for (const name of Object.keys(own)) if (name in at) state.texts[name] = at[name]; state.from = state.to = ""; update(); };
  const text = Object.entries(point.at).map(([k, v]) => `${k}=${v}`).join(" ") || "the only point";
  const badge = verdict ? [" ", element("span", { class: `badge ${verdict.outcome}` }, `${SYMBOLS[verdict.outcome]}\u00a0${verdict.outcome}`)] : [];
  return element("li", {}, element("button", { type: "button", onclick: go, "data-place": place }, text), ...badge,
    point.because ? element("span", { class: "source" }, ` ${point.because}`) : "");
}

function show_verdicts() {
  const { verdicts, id } = state.claim;
  $("verdicts").replaceChildren(...(verdicts.length ? verdicts.flatMap((v) => [element("p", { class: "reason" }, v.reason), element("pre", { tabindex: 0 }, v.command)])
    : [element("p", {}, DATA.run ? "Not in the run that is shown. " : "Nothing was simulated yet. "), element("pre", { tabindex: 0 }, `crosscheck run ${id}`)]));
}

// ---- something moves ----
function move(name, text) {
  state.texts[name] = text;
  update(name);
}

function update(typed) {
  const { claim, texts } = state, values = numbers(claim, texts);
  for (const p of claim.parameters) {
    const field = $(`p-${p.name}`);
    if (field.value !== texts[p.name] && !(typed === p.name && document.activeElement === field)) field.value = texts[p.name];
    if (p.examples) continue;
    const range = $(`r-${p.name}`), steps = slider(p);
    if (Number.isFinite(values[p.name])) range.value = steps.place(values[p.name]);
    range.setAttribute("aria-valuetext", texts[p.name]);
  }
  for (const [id, value] of [["over", state.over], ["from", state.from], ["to", state.to]]) if ($(id).value !== value) $(id).value = value;
  $("log-x").checked = state.axes.includes("x");
  $("log-y").checked = state.axes.includes("y");
  $("wrong").checked = state.wrong;
  const words = claim.parameters.find((p) => p.name === state.over).examples;
  for (const id of ["from", "to", "log-x"]) $(id).disabled = Boolean(words);
  const fault = outside(claim, values, texts);
  for (const p of claim.parameters) $(`p-${p.name}`).setAttribute("aria-invalid", String(Boolean(fault && fault.startsWith(`${p.name} = `))));
  const value = fault ? NaN : valued(texts, values);
  $("value").textContent = fault ? `No value: ${fault}` : Number.isFinite(value)
    ? `value ${String(Number(value.toPrecision(12))).replace("-", "−")}` : "No value is known at these parameters.";
  $("value").classList.toggle("fault", Boolean(fault));
  $("faults").textContent = state.faults.join(" ");
  const text = address(state);
  if (location.hash.slice(1) !== text) history.replaceState(null, "", `#${text}`);
  $("address").href = `#${text}`;
  trace();
}

// The value of the claim, or of one of its rivals, at a state.
function valued(texts, values, formula = state.claim.formula) {
  if (formula) return evaluated(formula, values);
  for (const slice of state.claim.slices) {
    if (!matches(slice.at, texts)) continue;
    const place = slice.values.findIndex(([at]) => (Number.isNaN(Number(at)) ? at === texts[slice.over] : Number(at) >= Number(texts[slice.over])));
    if (place < 0) continue;
    const [at, value] = slice.values[place];
    if (equal(at, texts[slice.over])) return value ?? NaN;
    if (place === 0) continue;
    const [before, lower] = slice.values[place - 1], share = (Number(texts[slice.over]) - before) / (at - before);
    if (value !== null && lower !== null) return lower + share * (value - lower);
  }
  return NaN;
}

// ---- the curve: in slices of time, so that slow formulas leave the page usable ----
async function trace() {
  const mine = ++turn, view = viewed();
  $("figure").setAttribute("aria-busy", "true");
  const formulas = [{ name: "derived", formula: state.claim.formula, style: "theory" },
    ...(state.wrong ? state.claim.rivals.map((r, i) => ({ ...r, style: `rival dash-${i % 4}` })) : [])];
  const traced = [];
  let shaded = [], pause = performance.now() + 24;
  for (const { name, formula, style } of formulas) {
    const points = [];
    for (const at of view.places) {
      const texts = { ...state.texts, [state.over]: view.words ? view.words[at] : String(at) }, values = numbers(state.claim, texts);
      const off = outside(state.claim, values, texts);
      points.push([at, off ? NaN : valued(texts, values, formula), Boolean(off)]);
      if (performance.now() < pause) continue;
      await new Promise((done) => setTimeout(done));
      if (mine !== turn) return;
      pause = performance.now() + 24;
    }
    traced.push({ name, style, points, dots: Boolean(view.words) || (view.integer && points.length < 60) });
    if (style === "theory") shaded = gaps(points, view);
    curves = traced;
    if (formulas.length > 1 && style === "theory") paint(view, shaded);
  }
  if (mine !== turn) return;
  $("figure").removeAttribute("aria-busy");
  paint(view, shaded);
}

// Where the curve is drawn: the explored range of a parameter and a little more, or the examples of a table.
function viewed() {
  const { claim, over } = state;
  const p = claim.parameters.find((q) => q.name === over);
  if (p.examples) return { words: Object.keys(p.examples), places: Object.keys(p.examples).map((_, i) => i) };
  const [a, b] = p.explored.map(Number), here = Number(state.texts[over]), log = state.axes.includes("x");
  const simulated = shown_points().map((q) => q.x).filter(Number.isFinite), room = 0.08 * (b - a);
  const near = (edge, bound, side) => (Math.abs(bound - edge) < 0.6 * (b - a) ? bound + side * room : edge + side * room);
  let low = Math.min(near(a, Number(p.low), -1), here, ...simulated), high = Math.max(near(b, Number(p.high), 1), here, ...simulated);
  if (log) low = Math.max(low, Math.min(a > 0 ? a : high / 1000, here > 0 ? here : high));
  if (!Number.isFinite(low + high)) [low, high] = [a - room, b + room];
  if (state.from !== "" && Number.isFinite(Number(state.from))) low = Number(state.from);
  if (state.to !== "" && Number.isFinite(Number(state.to))) high = Number(state.to);
  const wrong = !(low < high) || (log && !(low > 0));
  if (wrong) [low, high] = log ? [Math.max(a, 1e-3), Math.max(b, 1)] : [a - room, b + room];
  const count = slow() ? 48 : 240, places = [];
  for (let i = 0; i <= count; i++) places.push(log ? low * (high / low) ** (i / count) : low + (high - low) * i / count);
  const whole = [...new Set(places.map(Math.round))].filter((x) => x >= low && x <= high);
  return { low, high, log, integer: p.integer, places: p.integer ? whole : places.map((x) => Number(x.toPrecision(10))), parameter: p };
}

// Whether one value takes so long that fewer of them make the curve.
function slow() {
  if (!state.claim.formula) return false;
  const values = numbers(state.claim, state.texts), before = performance.now();
  evaluated(state.claim.formula, values);
  return performance.now() - before > 8;
}

// Stretches of the axis outside the domain.
function gaps(points, view) {
  if (view.words || !points.length) return [];
  const found = [], p = view.parameter;
  if (view.integer) {
    const edge = Number(p.low);
    if (edge > view.low) found.push([view.low, edge - 0.5]);
    points = points.filter(([at]) => at >= edge);
  }
  points.forEach(([at, , off], i) => {
    if (!off) return;
    const half = (a, b) => (a === undefined ? b : view.integer ? (a + b) / 2 : b);
    const from = half(points[i - 1]?.[0], i ? border(points[i - 1], points[i], p) : view.low), to = half(points[i + 1]?.[0], i + 1 < points.length ? border(points[i + 1], points[i], p) : view.high);
    if (found.length && found[found.length - 1][1] >= from - 1e-12) found[found.length - 1][1] = to; else found.push([from, to]);
  });
  return found.filter(([a, b]) => b > a);
}

// The edge of the domain between a point inside and one outside: the bound itself, or the place of the point outside.
function border([at, , off], [other]) {
  if (off) return other;
  const p = state.claim.parameters.find((q) => q.name === state.over);
  const edge = [p.low, p.high].map(Number).find((bound) => bound >= Math.min(at, other) && bound <= Math.max(at, other));
  return edge === undefined ? other : edge;
}

// The simulated points at these parameters, but for the one on the axis.
function shown_points() {
  const { claim, over, texts } = state;
  const words = claim.parameters.find((p) => p.name === over).examples, found = [];
  for (const verdict of claim.verdicts) {
    const largest = (p) => verdict.points.reduce((m, q) => Math.max(m, q.leg === p.leg && q.route === p.route ? q.size : m), 0);
    const add = (p, limit) => {
      if (!matches(p.at, texts, over)) return;
      const x = words ? Object.keys(words).indexOf(p.at[over]) : Number(p.at[over]);
      const size = limit ? "limit" : p.size === null ? "—" : `${claim.size || "size"} ${p.size}`;
      found.push({ ...p, x, limit, size, number: limit ? null : p.size, faint: !limit && p.size !== largest(p), y: p.value,
        title: `${p.leg}: ${p.route}, ${size}: ${written(p.value)} ± ${written(p.error)}` });
    };
    for (const p of verdict.points) add(p, false);
    for (const p of verdict.limits) add(p, true);
  }
  return found;
}

// ---- what is seen ----
function paint(view, shaded) {
  const { claim, over, texts } = state;
  const points = shown_points(), main = curves[0];
  let spec;
  if (view.words) {
    spec = { x: { low: -0.6, high: view.words.length - 0.4, categories: view.words, name: over, label: over }, at: { x: view.words.indexOf(texts[over]), y: NaN } };
  } else {
    const values = numbers(claim, texts), off = outside(claim, values, texts);
    spec = { x: { low: view.low, high: view.high, log: view.log, name: over, label: `${over} (${view.parameter.meaning})` },
      at: Number.isFinite(values[over]) ? { x: values[over], y: off ? NaN : valued(texts, values) } : null };
  }
  const seen = points.length, all = claim.verdicts.reduce((sum, v) => sum + v.points.length + v.limits.length, 0);
  const domain = shaded.length ? ` Hatched: outside the domain, ${shaded.map(([a, b]) => `${written(a)} to ${written(b)}`).join(", ")}.` : "";
  spec.description = `${claim.id} over ${spec.x.label}; ${seen} simulated points.${domain}`;
  const of = [claim.id, over, state.axes, state.from, state.to, state.wrong].join();
  if (range.of !== of) range = { of, ends: null };
  range.ends = plot($("figure"), { ...spec, y: { log: state.axes.includes("y"), before: range.ends }, curves, shaded, points });
  const legs = [...new Map(points.map((p) => [`${p.leg}: ${p.route}`, p.leg]))].map(([text, leg]) => sample(text, leg));
  const lines = [sample("theory", "theory"), ...curves.slice(1).map((c) => sample(`wrong: ${c.name}`, c.style))];
  const hidden = all - seen ? [element("li", {}, `${all - seen} simulated points lie at other parameters: choose a reference point, or another axis`)] : [];
  $("legend").replaceChildren(...lines, ...legs, ...(shaded.length ? [sample("outside the domain", "outside")] : []), ...hidden);
  approach(points);
  tables(main, points, view);
}

// ---- start ----
function start() {
  const systems = [...new Set(DATA.claims.map((c) => c.system))];
  $("claim").replaceChildren(...systems.map((s) => element("optgroup", { label: s.replaceAll("_", " ") },
    ...DATA.claims.filter((c) => c.system === s).map((c) => element("option", { value: c.id }, c.id.split(".")[1].replaceAll("_", " "))))));
  const open = () => { state = read(location.hash.slice(1), DATA.claims); show_claim(); };
  $("claim").addEventListener("change", (e) => { state = read(`claim=${encodeURIComponent(e.target.value)}`, DATA.claims); show_claim(); });
  $("over").addEventListener("change", (e) => { Object.assign(state, { over: e.target.value, from: "", to: "", axes: state.axes.replace("x", "") }); update(); });
  for (const id of ["from", "to"]) $(id).addEventListener("input", (e) => { state[id] = e.target.value.trim(); update(); });
  for (const [id, letter] of [["log-x", "x"], ["log-y", "y"]])
    $(id).addEventListener("change", (e) => { state.axes = state.axes.replace(letter, "") + (e.target.checked ? letter : ""); update(); });
  $("wrong").addEventListener("change", (e) => { state.wrong = e.target.checked; update(); });
  $("copy").addEventListener("click", async () => {
    let done = true;
    try { await navigator.clipboard.writeText(location.href); } catch { done = false; }
    $("copied").textContent = done ? "copied" : "copy it from the address bar";
  });
  window.addEventListener("hashchange", () => { if (location.hash.slice(1) !== address(state)) open(); });
  let width = 0;
  new ResizeObserver(([entry]) => { if (Math.abs(entry.contentRect.width - width) > 1) { width = entry.contentRect.width; trace(); } }).observe($("plot"));
  window.addEventListener("beforeprint", () => trace());
  open();
}

start();
