"""Averages of data with weights exp(query . datum + bias), and the log of the sum of the weights, in O(chunk) memory.

On a CPU the fused attention operator of torch does it, the bias as its mask, in one pass through the cache.  Its public
face keeps the log of the sum to itself, so that the private one is called: on versions of torch where it was tried and
after it has shown, on a small example, that it still means the same.  Everywhere else products of blocks do the same.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float, Float64
from torch import Tensor

Averages = tuple[Tensor, Tensor]
"""Means of shape (queries, d), logs of the sums of shape (queries), these in float64."""
Attend = Callable[[Tensor, Tensor, Tensor], Averages]

TRIED = ("2.11", "2.12", "2.13", "2.14", "2.15")  # versions of torch whose private operator passed the tests
DEPTH = 115.0  # weights below 2^-115 of the largest count as that much: powers that underflow are slow
QUERIES, DATA = 256, 1024  # one block of products, which stays in the cache of a processor

_PER_NAT = 1 / math.log(2)
_SCHEMA = (
    "aten::_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float dropout_p=0., "
    "bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor output, Tensor logsumexp)"
)


def attend(
    queries: Float[Tensor, "b d"], data: Float[Tensor, "m d"], bias: Float[Tensor, " m"]
) -> tuple[Float[Tensor, "b d"], Float64[Tensor, " b"]]:
    """sum_mu w_mu a_mu/sum_mu w_mu and log sum_mu w_mu, w_mu = exp(queries . a_mu + bias_mu).

    All finite, of one dtype on one device.  Memory: the result, and one block.
    """
    if queries.device.type == "cpu" and (fused := fused_attention()) is not None:
        return fused(queries, data, bias)
    return in_blocks(queries, data, bias)


def in_blocks(
    queries: Float[Tensor, "b d"], data: Float[Tensor, "m d"], bias: Float[Tensor, " m"]
) -> tuple[Float[Tensor, "b d"], Float64[Tensor, " b"]]:
    """The same by two matrix products for each block of queries and data, with public operators alone."""
    size, _ = block_shape(queries.device)
    means = torch.empty_like(queries)
    logs = torch.empty(len(queries), dtype=torch.float64, device=queries.device)
    for start in range(0, len(queries), size):
        some = slice(start, start + size)
        means[some], logs[some] = _block(queries[some], data, bias)
    return means, logs


def block_shape(device: torch.device) -> tuple[int, int]:
    """Queries and data of one block: what a processor's cache holds, or what keeps an accelerator busy."""
    return (QUERIES, DATA) if device.type == "cpu" else (4096, 16384)


def merged(averages: Averages | None, more: Averages) -> Averages:
    """Averages over two sets of data from those over each of them, in float64; None stands for no data."""
    means, logs = more[0].double(), more[1]
    if averages is None:
        return means, logs
    both = torch.logaddexp(averages[1], logs)
    kept, added = (torch.exp(part - both).unsqueeze(1) for part in (averages[1], logs))
    return averages[0].mul_(kept).addcmul_(means, added), both


@lru_cache(maxsize=1)
def fused_attention() -> Attend | None:
    """The fused operator, or None: an unknown version of torch, another signature, other numbers on an example."""
    version = ".".join(torch.__version__.split(".")[:2])
    operator = getattr(torch.ops.aten, "_scaled_dot_product_flash_attention_for_cpu", None)
    if version not in TRIED or operator is None or str(operator.default._schema) != _SCHEMA:
        return None
    found = _called(operator.default)
    return found if _agrees(found) else None


def _called(operator: Any) -> Attend:
    def fused(queries: Tensor, data: Tensor, bias: Tensor) -> Averages:
        keys = data.view(1, 1, *data.shape)
        query = queries.contiguous().view(1, 1, *queries.shape)
        means, logs = operator(query, keys, keys, attn_mask=bias.view(1, 1, 1, -1), scale=1.0)
        return means.view(queries.shape), logs.view(-1).double()

    return fused


def _agrees(fused: Attend) -> bool:
    """Whether it gives what products of blocks give, on more data than one of its blocks holds."""
    data = torch.linspace(-2, 2, 3 * 700, dtype=torch.float64).sin_().view(700, 3)
    queries = torch.linspace(-3, 3, 3 * 5, dtype=torch.float64).view(5, 3)
    bias = torch.linspace(-4, 1, 700, dtype=torch.float64)
    expected = in_blocks(queries, data, bias)
    for dtype, error in ((torch.float64, 1e-9), (torch.float32, 1e-4)):
        try:
            found = fused(queries.to(dtype), data.to(dtype), bias.to(dtype))
        except (RuntimeError, TypeError, ValueError):
            return False
        if any(float((one - other).abs().max()) > error for one, other in zip(found, expected, strict=True)):
            return False
    return True


def _block(queries: Tensor, data: Tensor, bias: Tensor) -> Averages:
    queries, bias = queries * _PER_NAT, bias * _PER_NAT  # powers of 2 take a third of the time of exp
    top = torch.full_like(queries[:, 0], -torch.inf)
    total = torch.zeros_like(top, dtype=torch.float64)
    means = torch.zeros_like(queries)
    _, size = block_shape(queries.device)
    for start in range(0, len(data), size):
        points = data[start : start + size]
        weights = torch.addmm(bias[start : start + size], queries, points.T)
        higher = torch.maximum(top, weights.amax(1))
        weights.sub_(higher.unsqueeze(1)).clamp_(min=-DEPTH).exp2_()
        kept = torch.exp2(top - higher)
        total.mul_(kept).add_(weights.sum(1))
        means.mul_(kept.unsqueeze(1)).addmm_(weights, points)
        top = higher
    return means.div_(total.unsqueeze(1)), total.log_().add_(top, alpha=1 / _PER_NAT)
