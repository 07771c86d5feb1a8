// A state of the page is its address: #claim=ID&over=NAME&NAME=DECIMAL...; every part can be left out.
"use strict";

const OWN = ["claim", "over", "from", "to", "axes", "wrong"];

// What `text` (the address behind #) says: {claim, over, texts, from, to, axes, wrong, faults}.
function read(text, claims) {
  const given = new URLSearchParams(text), faults = [];
  let claim = claims.find((c) => c.id === given.get("claim"));
  if (!claim) {
    if (given.has("claim")) faults.push(`There is no closed form ${given.get("claim")}; the first one is shown.`);
    claim = claims[0];
  }
  const texts = initial(claim);
  for (const [name, value] of given) {
    if (OWN.includes(name)) continue;
    const parameter = claim.parameters.find((p) => p.name === name);
    if (!parameter) faults.push(`${claim.id} has no parameter ${name}; it takes ${claim.parameters.map((p) => p.name).join(", ")}.`);
    else if (parameter.examples && !(value in parameter.examples)) faults.push(`${name} has no example ${value}; there are ${Object.keys(parameter.examples).join(", ")}.`);
    else texts[name] = value;
  }
  const axis = axes(claim).find((a) => a.name === given.get("over"));
  if (given.has("over") && !axis) faults.push(`There is no curve over ${given.get("over")}.`);
  return { claim, over: (axis || axes(claim)[0]).name, texts, from: given.get("from") || "", to: given.get("to") || "",
    axes: given.get("axes") || "", wrong: given.has("wrong"), faults };
}

function address(state) {
  const parts = [["claim", state.claim.id], ["over", state.over], ...state.claim.parameters.map((p) => [p.name, state.texts[p.name]])];
  for (const name of ["from", "to", "axes"]) if (state[name]) parts.push([name, state[name]]);
  if (state.wrong) parts.push(["wrong", "1"]);
  return new URLSearchParams(parts).toString();
}

// The parameters at which something was simulated, at the largest size; else the first reference point.
function initial(claim) {
  const texts = Object.fromEntries(claim.parameters.map((p) => [p.name, p.default]));
  const known = (at) => Object.fromEntries(Object.entries(at).filter(([name]) => name in texts));
  const points = claim.verdicts.flatMap((v) => v.points);
  return { ...texts, ...known(claim.reference[0].at), ...(points.length ? at_largest(claim.verdicts[0].points) : {}) };
}

const at_largest = (points) => points.reduce((best, p) => (p.size > best.size ? p : best), points[0])?.at || {};

// What a curve may be drawn over: first a parameter that is not the size.
function axes(claim) {
  const found = claim.parameters.map((p) => ({ name: p.name, text: `${p.name}, ${p.meaning}` }));
  const first = found.findIndex((a) => a.name !== claim.size);
  return first > 0 ? [found[first], ...found.slice(0, first), ...found.slice(first + 1)] : found;
}

const equal = (a, b) => a === b || Number(a) === Number(b);

// Whether a simulated point lies at the state's parameters, but for one.
const matches = (at, texts, but) => Object.keys(at).every((name) => name === but || equal(at[name], texts[name]));

// A step of the slider in decimals: {step, low, high, text(place), place(value)}; between 100 and 1000 steps.
function slider(parameter) {
  const [low, high] = parameter.explored.map(Number);
  let power = Math.floor(Math.log10((high - low) / 100));
  if (parameter.integer) power = Math.max(0, power);
  const unit = (place) => {
    if (power >= 0) return String(place * 10 ** power);
    const digits = String(Math.abs(place)).padStart(1 - power, "0");
    return `${place < 0 ? "-" : ""}${digits.slice(0, power)}.${digits.slice(power)}`;
  };
  const over = (value) => (power >= 0 ? value / 10 ** power : value * 10 ** -power);
  return { low: Math.ceil(over(low) - 1e-9), high: Math.floor(over(high) + 1e-9), text: unit,
    place: (value) => Math.round(over(value)) };
}
