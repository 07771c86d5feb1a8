"""n data points in d dimensions for the empirical score: checked, centred, in memory or streamed from a file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float64
from numpy.typing import NDArray
from torch import Tensor

from numerics.simulator import ParameterError

CHUNK = 2**22  # numbers read at once: 16 MiB in float32
PIECE = 2**18  # numbers turned into float64 at once, which stay in the cache
GIBIBYTE = 2**30

_DTYPES = {torch.float32: "float32", torch.float64: "float64"}
_MEMORY = Path("/proc/meminfo")


@dataclass(frozen=True, eq=False)
class Chunk:
    """The points start, start + 1, ... : centred, their halved squares |a|^2/2, and float64 to check them against."""

    start: int
    points: Float[Tensor, "m d"]
    half_squares: Float[Tensor, " m"]
    _given: Tensor
    _centre: Float64[Tensor, " d"]

    def exact(self) -> Iterator[Float64[Tensor, "k d"]]:
        """The same points as they were given, centred in float64, at most PIECE numbers at once."""
        for rows in _pieces(len(self._given), self._given.shape[1], PIECE):
            yield self._given[rows].double() - self._centre


@dataclass(frozen=True, eq=False)
class Points:
    """n data points in d dimensions; made by `in_memory` and `on_disk`.

    centre     what is subtracted from points and queries: no result depends on it, but every rounding error does
    dtype      of the arithmetic, float32 or float64;  device: where it is done
    """

    n: int
    d: int
    centre: Float64[Tensor, " d"]
    dtype: torch.dtype
    device: torch.device
    _given: Tensor | Path
    _whole: Chunk | None

    @property
    def name(self) -> str:
        """How messages call them."""
        return f"{self.n} points in {self.d} dimensions, {_DTYPES[self.dtype]} on {self.device}"

    def chunks(self) -> Iterator[Chunk]:
        """All points in order: in one chunk where they lie in memory, CHUNK numbers at a time from a file."""
        if self._whole is not None:
            yield self._whole
            return
        for rows in _pieces(self.n, self.d, CHUNK):
            yield _chunk(rows.start, self._read(rows), self.centre, self.dtype)

    def rows(self, index: Tensor) -> Float64[Tensor, "b d"]:
        """The points of these indices, centred, in float64."""
        return self._read(index).double() - self.centre

    def _read(self, rows: slice | Tensor) -> Tensor:
        if isinstance(self._given, Tensor):
            return self._given[rows]
        array = _mapped(self._given)  # mapped anew, so that pages that were read are not held
        where = rows if isinstance(rows, slice) else rows.cpu().numpy()
        return _tensor(array[where]).to(self.device)


def in_memory(points: Tensor | NDArray[Any]) -> Points:
    """Points of shape (n, d) in float32 or float64, a tensor or an array, kept on their device beside a centred copy.

    Needs as much memory again as the points take.  Change them afterwards, and the check in float64 will tell.
    Raises ParameterError for a wrong shape or dtype, numbers that are not finite, a copy that has no room.
    """
    if isinstance(points, np.ndarray):
        return in_memory(_tensor(points))
    if points.dtype not in _DTYPES:
        raise ParameterError(f"data of dtype {points.dtype}: allowed are {', '.join(_DTYPES.values())}")
    n, d = check_shape(tuple(points.shape))
    check_memory(n, d, points.dtype, points.device)
    total = torch.zeros(d, dtype=torch.float64, device=points.device)
    for rows in _pieces(n, d, PIECE):
        total += points[rows].double().sum(0)
        if not torch.isfinite(total).all():
            bad = torch.nonzero(~torch.isfinite(points[rows]).all(1))
            raise ParameterError(f"data point {rows.start + int(bad[0])} is not finite (nan or infinite)")
    centre = (total / n).to(points.dtype).double()
    return Points(n, d, centre, points.dtype, points.device, points, _chunk(0, points, centre, points.dtype))


def on_disk(
    file: str | Path,
    *,
    shape: tuple[int, int] | None = None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
) -> Points:
    """Points in a file of numpy.save, mapped and read CHUNK numbers at a time, each time they are used.

    The centre is the mean of some of the rows.  With `shape` the file must hold just that.
    Raises ParameterError for a file that is not there, is cut short, or holds something else than floats in (n, d);
    numbers that are not finite are found when they are read.
    """
    if dtype not in _DTYPES:
        raise ParameterError(f"dtype = {dtype}: allowed are {', '.join(_DTYPES.values())}")
    array = _mapped(Path(file))
    n, d = check_shape(array.shape, where=f"{file}: ")
    if shape is not None and (n, d) != tuple(shape):
        raise ParameterError(f"{file} has shape ({n}, {d}), and {tuple(shape)} was asked for")
    some = np.unique(np.linspace(0, n - 1, max(1, min(n, CHUNK // d, 4096))).astype(np.int64))
    centre = torch.from_numpy(np.asarray(array[some], dtype=np.float64).mean(0)).to(device).to(dtype).double()
    if not torch.isfinite(centre).all():
        raise ParameterError(f"{file}: data that are not finite (nan or infinite)")
    return Points(n, d, centre, dtype, centre.device, Path(file), None)


def check_shape(shape: tuple[int, ...], *, where: str = "") -> tuple[int, int]:
    """(n, d) with n >= 2 and d >= 1; ParameterError otherwise."""
    if len(shape) != 2:
        raise ParameterError(f"{where}data of shape {tuple(shape)}: allowed is (n, d), n points in d dimensions")
    n, d = shape
    if n < 2:
        raise ParameterError(f"{where}n = {n} is outside n >= 2 (number of data points)")
    if d < 1:
        raise ParameterError(f"{where}d = {d} is outside d >= 1 (dimension of the data)")
    return n, d


def check_memory(n: int, d: int, dtype: torch.dtype, device: torch.device) -> None:
    """ParameterError when n points in d dimensions do not fit the free memory of the device a second time."""
    needed, free = n * d * dtype.itemsize, free_memory(device)
    if needed > free:
        raise ParameterError(
            f"{n} points in {d} dimensions take {needed / GIBIBYTE:.3g} GiB as {_DTYPES[dtype]}, and "
            f"{free / GIBIBYTE:.3g} GiB are free: save them with numpy.save and read them by numerics.points.on_disk"
        )


def half_square(points: Float64[Tensor, "m d"]) -> Float64[Tensor, " m"]:
    """|a|^2/2 of each point."""
    return torch.linalg.vector_norm(points, dim=1).square_().div_(2)


def free_memory(device: torch.device) -> int:
    """Bytes that a new tensor may take on the device; what the machine has where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if _MEMORY.exists():
        lines = _MEMORY.read_text().splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _tensor(array: NDArray[Any]) -> Tensor:
    """A copy in the byte order of this machine."""
    if array.dtype.kind != "f" or array.dtype.itemsize not in (4, 8):
        raise ParameterError(f"data of dtype {array.dtype}: allowed are {', '.join(_DTYPES.values())}")
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("=")))


def _mapped(file: Path) -> NDArray[Any]:
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ParameterError(f"{file}: no array of numpy.save that can be mapped ({error})") from error
    if not isinstance(array, np.ndarray):
        array.close()
        raise ParameterError(f"{file} holds several arrays: save one with numpy.save")
    if array.dtype.kind != "f" or array.dtype.itemsize not in (4, 8):
        raise ParameterError(f"{file} holds {array.dtype}: allowed are {', '.join(_DTYPES.values())}")
    return array


def _chunk(start: int, given: Tensor, centre: Tensor, dtype: torch.dtype) -> Chunk:
    points = torch.empty(given.shape, dtype=dtype, device=given.device)
    half_squares = torch.empty(len(given), dtype=dtype, device=given.device)
    near = centre.to(given.dtype) if given.dtype == dtype else centre  # a number of that dtype: nothing is lost
    for rows in _pieces(len(given), given.shape[1], PIECE):
        points[rows] = given[rows] - near
        half_squares[rows] = half_square(points[rows].double()).to(dtype)
    bad = torch.nonzero(~torch.isfinite(half_squares))
    if len(bad):
        raise ParameterError(
            f"data point {start + int(bad[0])} is not finite, or its square is too large for {_DTYPES[dtype]}"
        )
    return Chunk(start, points, half_squares, given, centre)


def _pieces(n: int, d: int, numbers: int) -> Iterator[slice]:
    size = max(1, numbers // d)
    return (slice(start, min(start + size, n)) for start in range(0, n, size))
