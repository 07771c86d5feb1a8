"""Sets of images that are read, and those that are refused in one line."""

import numpy as np
import pytest

from crosscheck.report.pictures import read_images
from crosscheck.usage import UsageError

IMAGES = np.arange(48.0).reshape(3, 16) % 7


def saved(folder, name, array):
    np.save(folder / name, array)
    return folder / name


def test_rows_of_a_file_are_images(tmp_path):
    assert np.array_equal(read_images(saved(tmp_path, "set.npy", IMAGES)), IMAGES)
    assert np.array_equal(read_images(saved(tmp_path, "set.npy", IMAGES.reshape(3, 4, 4).astype("u1"))), IMAGES)


def test_a_folder_holds_one_image_a_file(tmp_path):
    from matplotlib.image import imsave

    for k, image in enumerate(IMAGES):
        saved(tmp_path, f"{k}.npy", image.reshape(4, 4) / 7)
    imsave(tmp_path / "last.png", IMAGES[0].reshape(4, 4), cmap="gray", vmin=0, vmax=7)
    (tmp_path / "notes.txt").write_text("no image", "utf-8")
    found = read_images(tmp_path)
    assert found.shape == (4, 16)
    assert found[3] == pytest.approx(IMAGES[0] / 7, abs=0.01)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (IMAGES.ravel(), "has the shape 48; give"),
        (IMAGES[:1], "holds 1 image; a covariance needs at least 2"),
        (IMAGES[:, :12], "12 pixels make no square picture"),
        (np.where(np.eye(3, 16) > 0, np.nan, IMAGES), "pixel 1 of image 1 is nan, no finite number"),
        (np.where(np.eye(3, 16) > 0, np.inf, IMAGES), "is inf, no finite number"),
        (np.ones((3, 16)), "all images are equal"),
        (1e300 * (IMAGES + 1), r"the largest pixel is .*e\+300; allowed: 1e-50 to 1e50, scale the images"),
        (1e-300 * (IMAGES + 1), "e-300; allowed"),
        (np.zeros((2, 65 * 65)), "65 pixels on a side; at most 64"),
        (np.array(["a", "b"]), "give real numbers"),
        (IMAGES.reshape(3, 2, 8), "has the shape 3 x 2 x 8"),
    ],
)
def test_what_is_no_set_of_images_is_refused_in_one_line(array, message, tmp_path):
    with pytest.raises(UsageError, match=message) as caught:
        read_images(saved(tmp_path, "set.npy", array))
    assert "\n" not in str(caught.value)


def test_files_and_folders_that_hold_no_images_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"missing\.npy: No such file"):
        read_images(tmp_path / "missing.npy")
    with pytest.raises(UsageError, match=r"give a \.npy file"):
        read_images(tmp_path / "set.txt")
    with pytest.raises(UsageError, match=r"no file of type \.png"):
        read_images(tmp_path)
    (tmp_path / "bad.npy").write_bytes(b"nothing")
    with pytest.raises(UsageError, match=r"bad\.npy is no \.npy file"):
        read_images(tmp_path)
    (tmp_path / "bad.npy").unlink()
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(UsageError, match=r"bad\.png is no picture"):
        read_images(tmp_path)
    (tmp_path / "bad.png").unlink()
    saved(tmp_path, "a.npy", np.eye(4))
    saved(tmp_path, "b.npy", np.eye(5))
    with pytest.raises(UsageError, match=r"b\.npy has the shape 5 x 5, a\.npy another"):
        read_images(tmp_path)
    saved(tmp_path, "a.npy", np.ones((4, 5)))
    with pytest.raises(UsageError, match="4 x 5; pictures are square"):
        read_images(tmp_path)


def test_nothing_is_unpickled(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(UsageError, match=r"is no \.npy file of numbers"):
        read_images(tmp_path / "objects.npy")
