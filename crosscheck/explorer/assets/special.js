// Special functions in double precision; a test compares each with scipy.
"use strict";

const SQRT_PI = Math.sqrt(Math.PI);

// erf by a series of positive terms, erfc beyond 2 by its continued fraction (from the end, 80 levels).
function erf(x) {
  const size = Math.abs(x);
  if (size > 2) return Math.sign(x) * (1 - erfc(size));
  let term = size, sum = size;
  for (let k = 1; term > 1e-18 * sum; k++) { term *= 2 * size * size / (2 * k + 1); sum += term; }
  return Math.sign(x) * 2 / SQRT_PI * Math.exp(-x * x) * sum;
}

function erfc(x) {
  if (x < 2) return 1 - erf(x);
  if (x > 27) return 0;
  let tail = 0;
  for (let k = 80; k > 0; k--) tail = k / 2 / (x + tail);
  return square_exp(x) / SQRT_PI / (x + tail);
}

// exp(-x^2) without the rounding of x^2, which would cost digits in the tail.
function square_exp(x) {
  const high = Math.round(x * 64) / 64;
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

// log|gamma(x)|: Lanczos sum (g = 7, 9 terms) in the middle, Stirling's series where it is more accurate.
const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];

function loggamma(x) {
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - loggamma(1 - x);
  if (x > 15) {
    const y = 1 / (x * x);
    const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
  }
  let sum = LANCZOS[0];
  for (let k = 1; k < 9; k++) sum += LANCZOS[k] / (x - 1 + k);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

function gamma(x) {
  const negative = x < 0 && Math.floor(x) % 2 !== 0;
  return (negative ? -1 : 1) * Math.exp(loggamma(x));
}

// Bernoulli numbers B_2, B_4, ... of the asymptotic series, which begins at 20.
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

function digamma(x) {
  if (x <= 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let sum = 0;
  for (; x < 20; x++) sum -= 1 / x;
  sum += Math.log(x) - 0.5 / x;
  BERNOULLI.forEach((b, k) => { sum -= b / (2 * k + 2) / x ** (2 * k + 2); });
  return sum;
}

// The derivative of digamma of the given order, for positive x.
function polygamma(order, x) {
  if (order === 0) return digamma(x);
  if (!(x > 0)) return NaN;
  const factorial = Math.round(gamma(order + 1));
  let sum = 0;
  for (; x < 20; x++) sum += factorial / x ** (order + 1);
  sum += factorial / order / x ** order + factorial / 2 / x ** (order + 1);
  BERNOULLI.forEach((b, k) => {
    const n = 2 * k + 2;
    let rising = 1; // (n + order - 1)! / n!
    for (let j = n + 1; j < n + order; j++) rising *= j;
    sum += b * rising / x ** (n + order);
  });
  return (order % 2 ? 1 : -1) * sum;
}

const log_cosh = (x) => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2;

function log_sum_exp(...terms) {
  const top = Math.max(...terms);
  return Number.isFinite(top) ? top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0)) : top;
}
