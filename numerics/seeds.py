"""One random generator per replica block, keyed by what the block is, never by when or where it runs."""

import hashlib
from collections.abc import Mapping
from numbers import Real

import numpy as np
import torch

_MERSENNE_WORDS = 624
_MERSENNE_AT = 3  # position of the words in the state of a CPU generator, counted in 8 bytes


def generator(*key: object, seed: int, block: int, device: str = "cpu") -> torch.Generator:
    """Generator on `device` whose stream depends on (key, seed, block) only.

    The whole Mersenne state is filled from a hash: on the CPU `manual_seed` keeps 32 bits of the seed, so that among
    1e5 blocks two would be expected to share a stream.  On CUDA (Philox) the seed has 64 bits.
    """
    digest = hashlib.blake2b("\x1f".join(map(_canonical, (*key, seed, block))).encode())
    made = torch.Generator(device=device)
    made.manual_seed(int.from_bytes(digest.digest()[:8], "little") >> 1)
    if made.device.type == "cpu":
        words = hashlib.shake_256(digest.digest()).digest(4 * _MERSENNE_WORDS)
        state = made.get_state().numpy().view(np.int64)
        state[_MERSENNE_AT : _MERSENNE_AT + _MERSENNE_WORDS] = np.frombuffer(words, dtype="<u4")
        made.set_state(torch.from_numpy(state.view(np.uint8)))
    return made


def _canonical(part: object) -> str:
    """Text that is equal for equal keys: 3, 3.0 and numpy's 3 agree, mappings are sorted by name."""
    if isinstance(part, Mapping):
        return "{" + ",".join(f"{name}={_canonical(part[name])}" for name in sorted(part)) + "}"
    if isinstance(part, tuple | list):
        return "(" + ",".join(map(_canonical, part)) + ")"
    if isinstance(part, int):
        return str(int(part))
    if isinstance(part, Real):
        number = float(part)
        return str(int(number)) if number.is_integer() else number.hex()
    return repr(part)
