"""Data points in memory and on disk: the same numbers from both, and one clear line for what cannot be used."""

import math

import numpy as np
import pytest
import torch

from numerics import points as module
from numerics.points import check_memory, in_memory, on_disk
from numerics.simulator import ParameterError

GENERATOR = torch.Generator().manual_seed(5)
DATA = torch.randn(37, 3, dtype=torch.float64, generator=GENERATOR) + 2.0


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 12)  # four points of three numbers
    monkeypatch.setattr(module, "PIECE", 6)


def saved(tmp_path, array):
    np.save(tmp_path / "data.npy", array)
    return tmp_path / "data.npy"


def test_points_in_memory_are_centred_and_come_in_one_chunk(small_chunks):
    points = in_memory(DATA)
    (chunk,) = points.chunks()
    assert chunk.start == 0
    assert float(chunk.points.mean(0).abs().max()) < 1e-14
    assert torch.equal(points.centre, chunk._centre)
    assert torch.allclose(chunk.points + points.centre, DATA, rtol=0, atol=1e-15)
    assert torch.allclose(chunk.half_squares, chunk.points.square().sum(1) / 2)
    assert [len(piece) for piece in chunk.exact()] == [2] * 18 + [1]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f4", "<f8", ">f4", ">f8"])
def test_points_on_disk_are_those_in_memory(tmp_path, small_chunks, kind, order):
    file = saved(tmp_path, np.asarray(DATA.numpy(), dtype=kind, order=order))
    points = on_disk(file, shape=(37, 3), dtype=torch.float64)
    chunks = list(points.chunks())
    assert [chunk.start for chunk in chunks] == list(range(0, 37, 4))
    found = torch.cat([chunk.points for chunk in chunks]) + points.centre
    assert torch.allclose(found, DATA, rtol=0, atol=1e-6 if kind.endswith("4") else 1e-14)
    exact = torch.cat([piece for chunk in chunks for piece in chunk.exact()])
    assert torch.equal(exact, torch.cat([chunk.points for chunk in chunks]))
    assert torch.equal(points.rows(torch.tensor([5, 36, 0])), exact[[5, 36, 0]])


def test_an_array_is_taken_as_a_tensor():
    assert torch.equal(next(in_memory(DATA.numpy()).chunks()).points, next(in_memory(DATA).chunks()).points)


def test_float32_keeps_the_points_as_they_came_beside_the_centred_ones():
    data = (DATA + 1e4).float()
    points = in_memory(data)
    (chunk,) = points.chunks()
    assert chunk.points.dtype == chunk.half_squares.dtype == torch.float32
    assert torch.equal(chunk.points, next(chunk.exact()).float())
    assert torch.equal(next(chunk.exact()) + points.centre, data.double())


def test_a_file_is_not_read_before_it_is_used(tmp_path):
    """10 TB of zeros that no disk holds: only the header and the rows of the centre are looked at."""
    file = tmp_path / "data.npy"
    n, d = 10_000_000, 250_000
    with file.open("wb") as stream:
        np.lib.format.write_array_header_2_0(stream, {"descr": "<f4", "fortran_order": False, "shape": (n, d)})
        try:
            stream.truncate(stream.tell() + 4 * n * d)
        except OSError:
            pytest.skip("this file system has no sparse files of 10 TB")
    points = on_disk(file)
    chunk = next(points.chunks())
    assert (points.n, points.d) == (n, d)
    assert chunk.points.numel() <= module.CHUNK
    assert points.rows(torch.tensor([n - 1])).abs().sum() == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros((3, 2), dtype=np.int64), "data of dtype int64: allowed are float32, float64"),
        (np.zeros((1, 2)), "n = 1 is outside n >= 2"),
        (torch.zeros(3, 2, dtype=torch.int64), "data of dtype torch.int64: allowed are float32, float64"),
        (torch.zeros(3, 2, dtype=torch.float16), "data of dtype torch.float16: allowed are"),
        (torch.zeros(3), r"data of shape \(3,\): allowed is \(n, d\)"),
        (torch.zeros(3, 2, 1), "data of shape"),
        (torch.zeros(1, 2), "n = 1 is outside n >= 2"),
        (torch.zeros(3, 0), "d = 0 is outside d >= 1"),
        (torch.tensor([[0.0], [1.0], [math.nan]]), "data point 2 is not finite"),
        (torch.tensor([[0.0], [math.inf]]), "data point 1 is not finite"),
        (torch.tensor([[0.0], [1e30]]), "its square is too large for float32"),
        (torch.zeros(1, 1).expand(10**7, 10**6), r"take 3.73e\+04 GiB as float32.*numpy.save.*numerics.points.on_disk"),
    ],
)
def test_data_that_cannot_be_used_are_refused(data, message):
    with pytest.raises(ParameterError, match=message):
        in_memory(data)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((3, 2), dtype=np.int32), "holds int32: allowed are float32, float64"),
        (np.zeros((3, 2), dtype=np.float16), "holds float16"),
        (np.zeros((3, 2), dtype=np.complex64), "holds complex64"),
        (np.zeros(3), r"data.npy: data of shape \(3,\): allowed is \(n, d\)"),
        (np.zeros((4, 2)), r"data.npy has shape \(4, 2\), and \(3, 2\) was asked for"),
        (np.full((3, 2), np.nan), "data that are not finite"),
        (np.array([[{}, {}]]), "no array of numpy.save that can be mapped"),
    ],
)
def test_files_that_cannot_be_used_are_refused(tmp_path, array, message):
    with pytest.raises(ParameterError, match=message):
        on_disk(saved(tmp_path, array), shape=(3, 2))


def test_files_that_are_missing_or_cut_short_or_no_arrays_are_refused(tmp_path):
    with pytest.raises(ParameterError, match="No such file"):
        on_disk(tmp_path / "nothing.npy")
    file = saved(tmp_path, DATA.numpy())
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ParameterError, match=r"no array of numpy\.save that can be mapped"):
        on_disk(file)
    (tmp_path / "text.npy").write_text("1 2 3")
    with pytest.raises(ParameterError, match=r"no array of numpy\.save"):
        on_disk(tmp_path / "text.npy")
    np.savez(tmp_path / "several.npz", DATA.numpy())
    with pytest.raises(ParameterError, match="holds several arrays"):
        on_disk(tmp_path / "several.npz")
    with pytest.raises(ParameterError, match=r"dtype = torch.int32: allowed are"):
        on_disk(file, dtype=torch.int32)


def test_a_number_that_is_not_finite_in_a_file_is_found_when_it_is_read(tmp_path, small_chunks):
    array = DATA.numpy().copy()
    array[22, 1] = np.inf
    points = on_disk(saved(tmp_path, np.concatenate([array] * 300)))
    with pytest.raises(ParameterError, match="data point 22 is not finite"):
        list(points.chunks())


def test_the_refusal_says_how_much_memory_is_missing(monkeypatch):
    monkeypatch.setattr(module, "free_memory", lambda device: 3 * 2**30)
    check_memory(2**20, 768, torch.float32, torch.device("cpu"))
    with pytest.raises(ParameterError, match="1048576 points in 769 dimensions take 3 GiB as float32, and 3 GiB"):
        check_memory(2**20, 769, torch.float32, torch.device("cpu"))
