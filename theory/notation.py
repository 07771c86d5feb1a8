"""Every symbol once: its SymPy assumptions, its meaning, and what the papers call it.

Two SymPy symbols with one name and different assumptions are different symbols, so nobody else creates them.
Size symbols are positive, not integer: limits and series in 1/N need them continuous.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sympy import Symbol


@dataclass(frozen=True)
class Notation:
    """A symbol with its meaning; `aliases` maps a paper to the letter that it prints."""

    symbol: Symbol
    meaning: str
    aliases: Mapping[str, str] = field(default_factory=dict)


_entries: dict[str, Notation] = {}


def _symbol(name: str, meaning: str, *, aliases: Mapping[str, str] | None = None, **assumptions: bool) -> Symbol:
    symbol = Symbol(name, **(assumptions or {"real": True}))
    _entries[name] = Notation(symbol, meaning, MappingProxyType(dict(aliases or {})))
    return symbol


# Sizes
N = _symbol("N", "number of spins", positive=True)
d = _symbol("d", "data dimension", positive=True, aliases={"BM23": "N"})
n = _symbol("n", "number of training samples", positive=True, aliases={"BM23": "P"})
alpha_log = _symbol("alpha_log", "log(n)/d, of n training samples", positive=True, aliases={"BBDM24": r"\alpha"})
alpha = _symbol("alpha", "d/n, dimensions per training sample", positive=True)
d_over_n = _symbol("d_over_n", "dimension per training sample, N/n", positive=True, aliases={"BM23": "N/P"})

# Equilibrium of the data
beta = _symbol("beta", "inverse temperature", positive=True)
h = _symbol("h", "external field, divided by N in the energy")
m = _symbol(
    "m",
    "mean of a component; of spins the magnetisation, the spontaneous one solving m = tanh(beta m)",
    aliases={"BM23": "m^*"},
)
m1 = _symbol("m1", "magnetisation of pure state 1", aliases={"BM23": "m_i^1"})
m2 = _symbol("m2", "magnetisation of pure state 2", aliases={"BM23": "m_i^2"})
w = _symbol("w", "prior weight of pure state 1", positive=True, aliases={"BM23": "w_1"})
S = _symbol("S", "sum of the N spins", integer=True)
s = _symbol("s", "sign of a pure state, +1 or -1; of a mixture, mu sqrt(d) exp(-t)", aliases={"BM23": r"\pm"})
j = _symbol("j", "index of a component", integer=True, positive=True)
i = _symbol("i", "index of another component", integer=True, positive=True)
configuration = _symbol("configuration", "number of a spin configuration, 0 to 2^N - 1", integer=True, nonnegative=True)
ups = _symbol("ups", "how many of the drawn spins are +1", nonnegative=True)
a = _symbol(
    "a",
    "one component of a data point; of the linear denoiser the variance of the added noise over that of the data, as"
    " shrunk: lamhat (1 - exp(-2 horizon))",
)

# Tables, which come from files or as arrays
spectrum = _symbol(
    "spectrum", "eigenvalues of the covariance of the data", positive=True, aliases={"MG25": r"\lambda_\nu"}
)
modes = _symbol("modes", "number of eigenvalues in a spectrum", positive=True)
data = _symbol("data", "training samples Y, their noise Z, independent samples O and the settings of a fit, in a file")
training = _symbol("training", "training samples, one a row", aliases={"H24": "Y"})
noise = _symbol("noise", "noise of the training samples, one a row", aliases={"H24": "Z"})
original = _symbol("original", "independent samples, one a row", aliases={"H24": "Y"})
bandwidth_original = _symbol(
    "bandwidth_original", "standard deviation of the kernels on the independent samples", positive=True
)
cholesky = _symbol("cholesky", "Cholesky factor of the generated covariance")
widened = _symbol("widened", "Cholesky factor of the generated covariance, a kernel's variance added")
offset = _symbol("offset", "samples less the generated mean, whitened by the widened covariance")
apart = _symbol("apart", "squared distances of all pairs of samples")
N_original = _symbol("N_original", "number of independent samples beside those of training", positive=True,
                     aliases={"H24": "N"})  # fmt: skip
bandwidth = _symbol("bandwidth", "standard deviation of a Gaussian kernel", positive=True, aliases={"H24": r"\epsilon"})

# The diffusion
t = _symbol("t", "diffusion time, 0 at the data; of the auto-encoder noise level, 0 at the noise", positive=True)
horizon = _symbol("horizon", "time at which the way back starts", positive=True, aliases={"BM23": "t_f", "H24": "T"})
dt = _symbol("dt", "time step of an integrator", positive=True)
T = _symbol("T", "noise temperature of the forward process", positive=True)
Delta = _symbol("Delta", "variance of the noise, T (1 - exp(-2 t))", positive=True, aliases={"BM23": r"\Delta_t"})
lamhat = _symbol(
    "lamhat", "noise level of the linear denoiser, over sigma^2 exp(-2 horizon)", positive=True,
    aliases={"H24": r"\hat{\lambda}"},
)  # fmt: skip
tau = _symbol("tau", "time counted from speciation, t - log(N)/2")
amplitude = _symbol("amplitude", "sqrt(N) exp(-t)", positive=True)
mu = _symbol(
    "mu", "sum of the components over sqrt(N); of a mixture, a mode's norm over sqrt(d)", aliases={"BM23": r"\mu"}
)
x = _symbol("x", "a point of the noised process")
u = _symbol("u", "field of the noised component on its spin; at collapse, excess entropy over its width")
y = _symbol("y", "mu over the amplitude; of a sample covariance d/n", aliases={"BM23": "N/P"})
Z = _symbol("Z", "partition function of the posterior over its value without field and at mu = 0", positive=True)
z = _symbol("z", "a standard normal variable, or a conjugate field")
v = _symbol("v", "half the log odds of two states; of a binary channel, its signal-to-noise ratio")
k = _symbol("k", "wave number, conjugate to v; of eigenvectors that mix n/d^2")
ratio = _symbol("ratio", "training samples over the squared dimension, n/d^2", positive=True)
angle = _symbol("angle", "0 at the upper edge of a spectrum, pi at the lower one")
clock = _symbol("clock", "squared signal over noise of the states, m^2 N exp(-2t)/Delta", positive=True)
score_error = _symbol("score_error", "error of the score per component")
kappa = _symbol(
    "kappa",
    "curvature of the free energy at m, 1 - beta (1 - m^2); of a sample covariance the effective ridge; of a skip"
    " connection the rate at which it learns",
    positive=True,
)  # fmt: skip

# Drifts that carry one density
epsilon = _symbol("epsilon", "noise of a process with given density", positive=True, aliases={"H24": r"\lambda"})
shrink = _symbol("shrink", "factor of the datum in its noised value", positive=True, aliases={"H24": r"\eta"})
spread = _symbol("spread", "variance of the noise over shrink^2", positive=True, aliases={"H24": r"\sigma^2/\eta^2"})

# The random energy model of the training samples around a noised one
contrast = _symbol("contrast", "variance of the data over that of the noise, sigma^2/(exp(2 t) - 1)", positive=True)
label = _symbol("label", "what a noised point tells of its class, in nats", positive=True)

# A linear denoiser as it was trained
model = _symbol("model", "a model in a file: a trained denoiser, or a target with what is trained on it")
intercept = _symbol("intercept", "what a linear denoiser adds to the weighted input", aliases={"H24": r"\hat\theta_0"})
weights = _symbol("weights", "matrix of a linear denoiser, outputs by inputs", aliases={"H24": r"\hat\theta_1"})
mean_X = _symbol("mean_X", "mean of the inputs that a denoiser generates from", aliases={"H24": r"\mu_X"})
var_X = _symbol(
    "var_X", "variance of the inputs that a denoiser generates from", positive=True, aliases={"H24": r"\sigma_X^2"}
)
mean = _symbol("mean", "mean of the data", aliases={"H24": r"\mu"})
log_det = _symbol("log_det", "log determinant of the covariance of what a denoiser generates")
log_det_sum = _symbol(
    "log_det_sum", "log determinant of the sum of the covariances of what is generated and of the data"
)
apart = _symbol("apart", "squared distance of two means by the sum of their covariances", nonnegative=True)

# The weights of a linear denoiser as n and d grow
inside = _symbol("inside", "share of the eigenvalues of the noise in the weights inside the unit circle", positive=True)
P = _symbol("P", "mean of 1/(1 + x lambda) over the eigenvalues lambda of a covariance", positive=True)
share = _symbol("share", "P without the part of the noise in the weights", positive=True)
root = _symbol("root", "square root in the resolvent of the noise in the weights", positive=True)

# Mixtures of Gaussian modes
sigma = _symbol("sigma", "standard deviation inside a mode of a mixture", positive=True)
Gamma = _symbol("Gamma", "variance inside a noised mode, Delta + sigma^2 exp(-2 t)", positive=True)
snr = _symbol("snr", "signal-to-noise ratio of a sign seen through Gaussian noise", positive=True)
q = _symbol("q", "overlap of a point with a mode, sum(m x)/sqrt(d)")
c = _symbol(
    "c", "eigenvalue of the covariance of the data; of a linear denoiser the ridge (1 - abar)/abar", positive=True
)
Lambda = _symbol(
    "Lambda", "largest eigenvalue of the covariance of the data; of the auto-encoder its trace over d", positive=True
)

# Linear diffusion models: a covariance by its eigenvalues, and what a ridge makes of it
lam = _symbol(
    "lam",
    "one eigenvalue of a training covariance; of one noising step the noise over 1 - exp(-2 horizon);"
    " of an auto-encoder its weight decay",
    nonnegative=True, aliases={"MG25": r"\lambda_\nu", "H24": r"\lambda"},
)  # fmt: skip
lift = _symbol("lift", "log of the effective ridge kappa over the ridge c", positive=True)
steps = _symbol("steps", "number of time steps of a schedule", positive=True, aliases={"MG25": "T"})
first = _symbol("first", "noise rate of a schedule before its first step", positive=True, aliases={"MG25": "10^{-4}"})
last = _symbol("last", "noise rate of a schedule at its last step", positive=True, aliases={"MG25": "10^{-2}"})

# The auto-encoder that learns by online SGD
theta = _symbol("theta", "training time, 2 eta steps/d", nonnegative=True, aliases={"CPL25": r"\vartheta"})
eta = _symbol("eta", "learning rate", positive=True)
rho = _symbol("rho", "squared norm of a centroid", positive=True)
b = _symbol("b", "skip connection of the auto-encoder")
Q = _symbol("Q", "overlap of the weights with themselves, |w|^2/d", positive=True)
b0 = _symbol("b0", "skip connection before training", aliases={"CPL25": "b_0"})
Q0 = _symbol("Q0", "overlap of the weights with themselves before training", positive=True)
M0 = _symbol("M0", "overlap of the weights with the centroid before training")
M = _symbol("M", "overlap of the weights with the centroid, w.mu/sqrt(d)")
signal = _symbol("signal", "mean over the noise levels of the factor beta_t of the datum", positive=True)
signal2 = _symbol("signal2", "mean over the noise levels of beta_t^2", positive=True)
noise2 = _symbol("noise2", "mean over the noise levels of alpha_t^2, the variance of the added noise", positive=True)
node = _symbol("node", "nodes of a Gaussian average")
node_weight = _symbol("node_weight", "weights of these nodes", positive=True)
seen = _symbol("seen", "variance of a component of x_t, alpha_t^2 + beta_t^2", positive=True)
pull = _symbol("pull", "covariance of a component of x_1 - b x_t with that of x_t")
omega = _symbol("omega", "pre-activation of a hidden unit, w.x_t/sqrt(d)", aliases={"CPL25": r"\omega"})
answer = _symbol("answer", "what a hidden unit answers to its pre-activation", aliases={"CPL25": r"\sigma(\omega)"})
gain = _symbol("gain", "slope of a hidden unit at its pre-activation", aliases={"CPL25": r"\sigma'(\omega)"})
residual = _symbol("residual", "mean of what x_1 lacks along the weights, given the pre-activation")
elapsed = _symbol("elapsed", "training time up to `theta`", nonnegative=True)

# A target of any clusters, and what is trained on it, in a file
shares = _symbol("shares", "probability of each cluster", positive=True, aliases={"CPL25": r"\pi_c"})
masses = _symbol("masses", "share of the directions in each block of equal eigenvalues", positive=True)
eigenvalues = _symbol("eigenvalues", "variance of each cluster in each block", nonnegative=True)
products = _symbol("products", "inner products of the centroids, one matrix a block: products[k][l] over the blocks")
levels = _symbol("levels", "noise levels t in the loss", positive=True)
level_weights = _symbol("level_weights", "weights of the noise levels in the loss", positive=True)
encoding = _symbol("encoding", "time encoding p_t at each noise level", aliases={"CPL25": "p_t"})
activation = _symbol("activation", "what a hidden unit answers: tanh, erf, relu or linear", nonnegative=True)
untrained = _symbol("untrained", "overlaps of the weights before training, w^T w/d, one matrix a block")
towards = _symbol("towards", "overlaps of the centroids with the weights before training, one matrix a block")
encoded = _symbol("encoded", "weights of the time encoding", aliases={"CPL25": "v"})
clusters = _symbol("clusters", "number of clusters", positive=True)
blocks = _symbol("blocks", "number of blocks of equal eigenvalues", positive=True)
noise_levels = _symbol("noise_levels", "number of noise levels in the loss", positive=True)
grown = _symbol("grown", "overlaps of the weights after training, w^T w/d", aliases={"CPL25": "Q"})
turned = _symbol("turned", "overlaps of the centroids with the weights after training", aliases={"CPL25": "M"})

# What a trained auto-encoder generates
stop = _symbol("stop", "interpolation time at which sampling ends", positive=True, aliases={"CPL25": "t_f"})
taken = _symbol("taken", "how many of the steps of a schedule are taken", positive=True)
seed = _symbol("seed", "number that fixes everything random", integer=True, positive=True)
variance = _symbol("variance", "bulk variance of the training data, trace over d", positive=True)
generations = _symbol("generations", "number of times that a model is trained and sampled", positive=True)
overlaps = _symbol("overlaps", "overlaps of the weights with themselves, w^T w/d", aliases={"CPL25": "Q"})
loadings = _symbol("loadings", "overlaps of the weights with a direction, w^T e/sqrt(d)", aliases={"CPL25": "G"})
hidden = _symbol("hidden", "number of hidden units", positive=True, aliases={"CPL25": "r"})
transported = _symbol("transported", "places to which a latent variable was carried, in units of the projection")
likely = _symbol("likely", "probability of each of these places", nonnegative=True)
places = _symbol("places", "number of these places", positive=True)
wide = _symbol("wide", "variance that is generated along a direction beside its part along the weights", positive=True)
spike = _symbol("spike", "places of what is generated along the weights of the generation before, w.X/|w|")
before = _symbol("before", "bulk variance of the training data of a generation", positive=True)
tilt = _symbol("tilt", "overlap of the initial weights with the direction of the weights before, w.e/sqrt(d)")
beside = _symbol("beside", "variance of w.x_1/sqrt(d) given the datum along the weights before", positive=True)
doubt = _symbol("doubt", "variance of w.x_1/sqrt(d) given the pre-activation too", positive=True)
aligned = _symbol("aligned", "mean of x_t along the weights before, given the pre-activation")
captured = _symbol("captured", "part of a direction that lies along the weights, G^T Q^+ G", nonnegative=True)
bulk = _symbol("bulk", "generated variance across the weights", positive=True, aliases={"CPL25": "V_t"})

NOTATION: Mapping[str, Notation] = MappingProxyType(_entries)


def meaning(symbol: Symbol) -> str:
    """What the symbol stands for, or its bare name if the table lacks it."""
    entry = NOTATION.get(symbol.name)
    return entry.meaning if entry else symbol.name
