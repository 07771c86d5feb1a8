"""`crosscheck figure digits --images`: a user's own images reach the figure, and only figures of images take them."""

import json

import numpy as np
import pytest

from crosscheck.cli import main
from crosscheck.figures import digits


@pytest.fixture
def images(tmp_path):
    draw = np.random.default_rng(2)
    np.save(tmp_path / "set.npy", draw.normal(size=(12, 2)) @ draw.normal(size=(2, 9)) + draw.normal(size=(12, 9)))
    return tmp_path / "set.npy"


def test_the_figure_of_a_users_images_is_computed_and_drawn(images, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(digits, "NODES", 6)
    learned = digits.learned
    monkeypatch.setattr(
        digits, "learned",
        lambda rows, **options: learned(rows, **{**options, "thetas": (0.5, 1.0), "shown": (0.5, 0.8, 1.0), "runs": 4}),
    )  # fmt: skip
    words = ["figure", "digits", "--images", str(images), "-o", str(tmp_path / "mine.svg"), "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert "12 images of 9 pixels" in found["description"]
    assert (tmp_path / "mine.svg").read_text("utf-8").count("<path") > 20
    assert "the images given" in (tmp_path / "mine.csv").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["speciation", "--images", "set.npy"], "--images set.npy: the figure speciation is of no images; digits is"),
        (["digits", "--images", "missing.npy"], "--images missing.npy: No such file"),
        (["digits", "--images", "set.npy", "--data", "set.csv"], "numbers drawn again need no images"),
        (["--images", "set.npy"], "which figure"),
    ],
)
def test_what_is_refused(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["figure", *words]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
