"""The figure of a set of images: scaling, blocks, flow against runs, and a picture of it all."""

import io

import numpy as np
import pytest

from crosscheck.figures import digits, digits_figure
from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table, read


@pytest.fixture(scope="module", autouse=True)
def fewer_nodes():
    """Of the Gaussian averages: what is tested here is coarser than they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "NODES", 8)
        yield


@pytest.fixture(scope="module")
def sevens():
    return digits.sevens()


def test_the_shipped_sevens_are_those_of_the_data_set(sevens):
    assert sevens.shape == (179, 64)
    assert (sevens.min(), sevens.max(), sevens.sum()) == (0, 16, 54289)


def test_images_are_scaled_to_the_largest_eigenvalue_and_come_back(sevens):
    made = digits.prepared(sevens)
    assert made.images.variances[0] == pytest.approx(digits.TOP)
    assert made.trace == pytest.approx(0.39783444665, rel=1e-9)  # of the covariance over its largest eigenvalue, / 8
    assert made.images.components.var(0) == pytest.approx(made.images.variances, abs=1e-9)
    assert np.allclose(made.pictured(made.images.components), sevens)
    assert digits.prepared(3 * sevens + 7).trace == pytest.approx(made.trace)


def test_twice_the_blocks_say_the_same_and_the_flow_needs_its_1_over_d_term(sevens):
    made = digits.prepared(sevens)
    rows = digits.start(64, 0, "cpu")
    one, two, limit = (
        digits.flow(made.images.variances, rows, (1.0,), blocks=blocks, of_size=of_size)[0]
        for blocks, of_size in ((3, True), (6, True), (3, False))
    )
    assert one.q.sum(0) == pytest.approx(two.q.sum(0), abs=0.01)
    assert limit.b > one.b + 0.005


@pytest.fixture(scope="module")
def small():
    """Twelve pictures of 4 x 4 pixels with two directions."""
    draw = np.random.default_rng(1)
    patterns = draw.normal(size=(2, 16))
    images = draw.normal(size=(40, 2)) * [3, 1.5] @ patterns + 0.3 * draw.normal(size=(40, 16))
    return images, digits.learned(images, thetas=(0.5, 1.0, 2.0), shown=(0.5, 1.0, 2.0), runs=24)


def test_runs_on_the_gaussian_follow_the_flow_of_their_size(small):
    _, found = small
    curves = found.curves
    b = curves.quantity == 4
    assert np.all(np.abs(curves.theory - curves.gaussian)[b] < 0.25 * curves.theory[b])
    last = b & (curves.theta == 2.0)
    assert np.all(np.abs(curves.theory - curves.gaussian)[last] < 0.2 * np.abs(curves.limit - curves.gaussian)[last])
    assert np.corrcoef(curves.gaussian, curves.images)[0, 1] > 0.95


def test_the_first_row_of_pictures_is_images_themselves(small):
    images, found = small
    first = (found.pictures.row == 0) & (found.pictures.column == 0)
    grey = (images[0] - images.min()) / (images.max() - images.min())
    assert found.pictures.grey[first] == pytest.approx(grey, abs=1e-3)
    assert set(found.pictures.row) == {0, 1, 2, 3, 4, 5}


def test_the_figure_is_drawn_again_from_its_numbers(small, monkeypatch):
    from matplotlib.figure import Figure

    images, found = small
    monkeypatch.setattr(digits, "learned", lambda *_, **__: found)
    table = digits_figure.table(seed=0, device="cpu", progress=lambda _: None, images=images)
    again = read(table.to_csv(), columns=digits_figure.COLUMNS, source="text")
    texts = []
    for one in (table, again):
        figure = Figure(figsize=digits_figure.SIZE)
        digits_figure.draw(figure, one)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        texts.append(len(buffer.getvalue()))
    assert texts[0] == texts[1]
    assert len(figure.subfigs[0].axes) == 6
    text = digits_figure.description(again)
    assert "40 images of 16 pixels" in text
    assert f"Lambda = {found.prepared.trace:.4g}" in text


def test_parts_stand_one_below_the_other():
    rows = joined([{"a": np.array([1.0, 2.0])}, {"b": np.array([3.0])}], ("a", "b"))
    assert Table(rows, "")["b"].tolist()[2] == 3
    assert np.isnan(rows["a"][2])
