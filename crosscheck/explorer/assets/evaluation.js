// Flat programs and the shapes of a closed form: explicit, root, integral, average, flow.  Values are doubles.
"use strict";

const FUNCTIONS = {
  "+": (...terms) => terms.reduce((a, b) => a + b), "*": (...factors) => factors.reduce((a, b) => a * b),
  "^": (a, b) => a ** b, max: Math.max, min: Math.min, sign: Math.sign, abs: Math.abs,
  exp: Math.exp, log: Math.log, sin: Math.sin, cos: Math.cos, tan: Math.tan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, asin: Math.asin, acos: Math.acos, atan: Math.atan,
  asinh: Math.asinh, acosh: Math.acosh, atanh: Math.atanh, expm1: Math.expm1, log1p: Math.log1p,
  erf, erfc, loggamma, gamma, digamma, polygamma, log_cosh, log_sum_exp, reflected_erfc: (x) => erfc(-x),
  entry: (table, ...indices) => indices.reduce((rows, index) => rows[Math.round(index) - 1], table),
};

// A program as a function of its symbols; what `variable` does not move is computed once per `fix`.
const PREPARED = new WeakMap();

function prepared(program, variable) {
  if (!PREPARED.has(program)) PREPARED.set(program, new Map());
  const known = PREPARED.get(program);
  if (!known.has(variable)) known.set(variable, prepare(program, variable));
  return known.get(variable);
}

function prepare(program, variable) {
  const slots = new Array(program.length), fixed = [], moving = [], moved = new Set();
  program.forEach(([operation, ...operands], place) => {
    const bound = operation in BOUNDS;
    const moves = variable !== undefined && (operation === "s" ? operands[0] === variable
      : bound || (operation !== "n" && operands.some((operand) => moved.has(operand))));
    if (moves) moved.add(place);
    (moves ? moving : fixed).push([place, instruction(operation, operands, slots)]);
  });
  const last = program.length - 1;
  const go = (list, values) => { for (const [place, step] of list) slots[place] = step(values); return slots[last]; };
  return { fix: (values) => go(fixed, values), at: (values) => go(moving, values) };
}

function instruction(operation, operands, slots) {
  if (operation === "s") return (values) => values[operands[0]];
  if (operation === "n") { const number = Number(operands[0]); return () => number; }
  if (operation in BOUNDS) return (values) => BOUNDS[operation](...operands, values);
  const [i, j] = operands;
  if (operation === "+" && operands.length === 2) return () => slots[i] + slots[j];
  if (operation === "*" && operands.length === 2) return () => slots[i] * slots[j];
  if (operation === "entry" && operands.length === 2) return () => slots[i][Math.round(slots[j]) - 1];
  const apply = FUNCTIONS[operation];
  if (!apply) throw new Error(`unknown operation ${operation}`);
  if (operands.length === 1) return () => apply(slots[i]);
  return () => apply(...operands.map((operand) => slots[operand]));
}

const run = (program, values) => prepared(program).fix(values);

// The program as a function of one variable, all else as in `values`.
function along(program, variable, values) {
  const own = { ...values, [variable]: NaN }, { fix, at } = prepared(program, variable);
  fix(own);
  return (x) => { own[variable] = x; return at(own); };
}

const BOUNDS = {
  sum: (index, body, low, high, values) => accumulated(index, body, low, high, values, 0, (a, b) => a + b),
  product: (index, body, low, high, values) => accumulated(index, body, low, high, values, 1, (a, b) => a * b),
  integral: (variable, body, low, high, values) =>
    integral(along(body, variable, values), run(low, values), run(high, values)),
};

function accumulated(index, body, low, high, values, start, join) {
  const term = along(body, index, values), stop = Math.round(run(high, values));
  let total = start;
  for (let k = Math.round(run(low, values)); k <= stop; k++) total = join(total, term(k));
  return total;
}

// The value of a translated formula; NaN where there is none.
function evaluated(formula, values) {
  const room = { ...values };
  for (const [name, definition] of formula.given || []) room[name] = evaluated(definition, room);
  return SHAPES[formula.shape](formula, room);
}

const SHAPES = {
  constant: (formula) => formula.value,
  explicit: (formula, room) => run(formula.value, room),
  root: (formula, room) => root(along(formula.equation, formula.unknown, room), run(formula.low, room), run(formula.high, room)),
  integral(formula, room) {
    const body = along(formula.body, formula.variable, room);
    const width = formula.width ? run(formula.width, room) : 1;
    const scaled = width === 1 ? body : (x) => body(x * width) * width;
    const edges = formula.edges.map((edge) => run(edge, room) / width);
    return edges.slice(1).reduce((sum, edge, k) => sum + integral(scaled, edges[k], edge), 0);
  },
  average(formula, room) {
    const low = Math.round(run(formula.low, room)), high = Math.round(run(formula.high, room));
    const weight = along(formula.weight, formula.variable, room), value = along(formula.value, formula.variable, room);
    const logs = [];
    for (let k = low; k <= high; k += formula.step) logs.push(weight(k));
    const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    let above = 0, below = 0;
    logs.forEach((log, i) => {
      const share = Math.exp(log - top);
      if (share > 1e-20) { above += share * value(low + i * formula.step); below += share; }
    });
    return above / below;
  },
  flow(formula, room) {
    const names = formula.state.map(([name]) => name);
    const start = run(formula.start, room), stop = run(formula.stop, room);
    const first = formula.state.map(([, initial]) => run(initial, room));
    const rates = (at, state) => {
      const here = { ...room, [formula.variable]: at };
      names.forEach((name, i) => { here[name] = state[i]; });
      return formula.state.map(([, , rate]) => run(rate, here));
    };
    const final = flow(rates, first, start, stop);
    const end = { ...room, [formula.variable]: stop };
    names.forEach((name, i) => { end[name] = final[i]; });
    return run(formula.value, end);
  },
};

// The zero between a and b, where f changes sign (Chandrupatla 1997); NaN where it does not.
function root(f, a, b) {
  let fa = f(a), fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (!(fa * fb < 0)) return NaN;
  let c = a, fc = fa, share = 0.5;
  for (let round = 0; round < 300; round++) {
    const x = a + share * (b - a), fx = f(x);
    if (Math.sign(fx) === Math.sign(fa)) { c = a; fc = fa; } else { c = b; fc = fb; b = a; fb = fa; }
    a = x; fa = fx;
    const best = Math.abs(fa) < Math.abs(fb) ? a : b;
    const least = (2 * Number.EPSILON * Math.abs(best) + 1e-300) / Math.abs(b - a);
    if (least > 0.5 || fa === 0) return best;
    const xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
    const inverse = phi ** 2 < xi && (1 - phi) ** 2 < 1 - xi;
    share = inverse ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb) : 0.5;
    share = Math.min(1 - least, Math.max(least, share));
  }
  return NaN;
}

// The integral by the trapezoidal rule in a double-exponential variable, halved until it stays; NaN if it never does.
function integral(f, low, high) {
  let value = 0, size = 0;
  for (let level = 4; level < 12; level++) {
    const step = 2 ** (1 - level), stride = level === 4 ? 1 : 2;
    let sum = 0, absolute = 0;
    for (let k = level === 4 ? 0 : 1; k * step <= 12; k += stride) {
      const [x, weight] = node(-6 + k * step, low, high);
      if (weight === 0) continue;
      const term = f(x) * weight * step;
      sum += term; absolute += Math.abs(term);
    }
    const before = value;
    value = value / 2 + sum; size = size / 2 + absolute;
    if (level > 4 && Math.abs(value - before) <= 1e-13 * Math.abs(value) + 1e-15 * size + 1e-300) return value;
  }
  return NaN;
}

function node(u, low, high) {
  const inner = Math.PI / 2 * Math.sinh(u), slope = Math.PI / 2 * Math.cosh(u);
  if (high === Infinity && low === -Infinity) return [Math.sinh(u), Math.cosh(u)];
  if (high === Infinity) return Math.abs(inner) < 600 ? [low + Math.exp(inner), slope * Math.exp(inner)] : [low, 0];
  const left = 1 / (1 + Math.exp(-2 * inner)), right = 1 / (1 + Math.exp(2 * inner));
  return [low + (high - low) * left, (high - low) * 2 * slope * left * right];
}

// The state at `stop` by extrapolated midpoint steps (Gragg, Bulirsch, Stoer); NaN where the flow gets stuck.
const DIVISIONS = [2, 4, 6, 8, 10, 12, 14, 16], FINEST = 1e-12, MOST_RATES = 20000;

function flow(rates, first, start, stop) {
  let asked = 0, at = start, state = first, length = (stop - start) / 2;
  const counted = (time, values) => { asked += 1; return rates(time, values); };
  while ((stop - at) * (stop - start) > 0) {
    const last = Math.abs(length) >= Math.abs(stop - at) * (1 - 1e-9);
    if (last) length = stop - at;
    const { final, rounds } = extrapolated(counted, state, at, length);
    if (asked > MOST_RATES || Math.abs(length) < 1e-12 * Math.abs(stop - start)) return first.map(() => NaN);
    if (!final) { length /= 3; continue; }
    [at, state] = [last ? stop : at + length, final];
    if (rounds < DIVISIONS.length) length *= rounds < DIVISIONS.length - 2 ? 2 : 1.25;
  }
  return state;
}

// One long step from ever finer ones: their error is a series in the square of the step, whose terms go one by one.
function extrapolated(rates, state, at, length) {
  const slope = rates(at, state), rows = [];
  for (const [round, count] of DIVISIONS.entries()) {
    const row = [midpoint(rates, state, slope, at, length / count, count)];
    for (let k = 1; k <= round; k++) {
      const ratio = (count / DIVISIONS[round - k]) ** 2 - 1;
      row.push(row[k - 1].map((y, i) => y + (y - rows[round - 1][k - 1][i]) / ratio));
    }
    rows.push(row);
    const final = row[round], before = row[round - 1];
    if (!final.every(Number.isFinite)) return { final: null };
    if (before && final.every((y, i) => Math.abs(y - before[i]) <= FINEST * (Math.abs(y) + 1e-2))) return { final, rounds: round + 1 };
  }
  return { final: null };
}

function midpoint(rates, state, slope, at, step, count) {
  let before = state, now = state.map((y, i) => y + step * slope[i]);
  for (let k = 1; k < count; k++) {
    const here = rates(at + k * step, now);
    [before, now] = [now, before.map((y, i) => y + 2 * step * here[i])];
  }
  const end = rates(at + count * step, now);
  return now.map((y, i) => (y + before[i] + step * end[i]) / 2);
}

// Why a point is outside the domain, in one line; null inside.  `values` are numbers, `texts` what was typed.
function outside(claim, values, texts) {
  for (const p of claim.parameters) {
    if (p.examples) continue;
    const x = values[p.name], shown = `${p.name} = ${texts ? texts[p.name] : x}`;
    const below = p.low_open ? x <= Number(p.low) : x < Number(p.low), above = p.high_open ? x >= Number(p.high) : x > Number(p.high);
    if (!Number.isFinite(x)) return `${shown} is not a finite number; allowed: ${p.allowed}`;
    if (below || above || (p.integer && !Number.isInteger(x))) return `${shown} is outside ${p.allowed} (${p.meaning})`;
  }
  for (const { left, relation, right, text } of claim.relations) {
    const a = run(left, values), b = run(right, values);
    const holds = { "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "!=": a !== b }[relation];
    if (!holds) return `outside ${text}`;
  }
  return null;
}

// The numbers of a state: decimals as doubles, examples of tables as their fields and extents.
function numbers(claim, texts) {
  const values = {};
  for (const p of claim.parameters) {
    if (p.examples) Object.assign(values, p.examples[texts[p.name]]);
    else values[p.name] = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(texts[p.name]) ? Number(texts[p.name]) : NaN;
  }
  return values;
}
