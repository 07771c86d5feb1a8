"""Pictures drawn as paths."""

import numpy as np
from matplotlib.figure import Figure

from crosscheck.report.mosaic import GREYS, mosaic


def test_neighbours_of_one_grey_are_one_rectangle_and_lie_where_the_pixels_do():
    axis = Figure().subplots()
    picture = np.array([0.0, 0.0, 1.0, 0.0])  # white above, black and white below
    mosaic(axis, {(0, 0): picture, (1, 0): np.ones(4)}, ["first", "second"])
    white, black = axis.patches
    corners = [np.asarray(of.get_path().vertices) for of in (white, black)]
    assert [len(of) // 5 for of in corners] == [2, 3]
    assert corners[1][:4].tolist() == [[0, -1], [1, -1], [1, -2], [0, -2]]  # the lower left pixel
    assert white.get_facecolor()[0] == 1
    assert black.get_facecolor()[0] == 0
    assert [label.get_text() for label in axis.get_yticklabels()] == ["first", "second"]


def test_there_are_as_many_shades_as_said():
    axis = Figure().subplots()
    mosaic(axis, {(0, 0): np.linspace(0, 1, 2500)}, ["all"])
    assert len(axis.patches) == GREYS
