"""Sets of square images from a file or a folder, as rows of pixels.  Nothing is ever unpickled."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosscheck.usage import UsageError

LARGEST = 2**28
"""Bytes of a file, and numbers of all images together."""
WIDEST = 64
"""Pixels on a side."""
BRIGHTEST = 1e50
"""A pixel; squares of sums of larger ones, or of those below the inverse, are no numbers."""
PICTURES = (".png", ".jpg", ".jpeg")

Images = NDArray[np.float64]


def read_images(path: Path) -> Images:
    """(n, d) with d a square: a .npy file of that shape, or a folder of square pictures, one a file (PNG, JPEG, .npy).

    Colours are averaged.  UsageError, in one line, for anything else.
    """
    where = f"--images {path}"
    if path.is_dir():
        return _checked(_folder(where, path), where)
    if path.suffix.lower() != ".npy":
        raise UsageError(f"{where}: give a .npy file of shape (images, pixels), or a folder of images")
    found = _npy(where, path)
    if found.ndim == 3:
        found = found.reshape(len(found), -1) if found.shape[1] == found.shape[2] else found
    return _checked(found, where)


def _folder(where: str, path: Path) -> Images:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in (*PICTURES, ".npy"))
    if not files:
        raise UsageError(f"{where}: no file of type {', '.join((*PICTURES, '.npy'))} in this folder")
    images: list[Images] = []
    for file in files:
        one = f"{where}: {file.name}"
        image = _npy(one, file) if file.suffix.lower() == ".npy" else _picture(one, file)
        if image.ndim != 2 or image.shape[0] != image.shape[1]:
            raise UsageError(f"{one} has the shape {_shape(image)}; pictures are square")
        if images and image.size != images[0].size:
            raise UsageError(f"{one} has the shape {_shape(image)}, {files[0].name} another; all must be alike")
        images.append(image.ravel())
        if len(images) * image.size > LARGEST:
            raise UsageError(f"{where}: more than {LARGEST} pixels")
    return np.array(images)


def _checked(images: Images, where: str) -> Images:
    if images.ndim != 2:
        raise UsageError(f"{where} has the shape {_shape(images)}; give (images, pixels)")
    n, d = images.shape
    if n < 2:
        raise UsageError(f"{where} holds {n} image{'' if n == 1 else 's'}; a covariance needs at least 2")
    if math.isqrt(d) ** 2 != d or d < 4:
        raise UsageError(f"{where}: {d} pixels make no square picture")
    if d > WIDEST**2:
        raise UsageError(f"{where}: {math.isqrt(d)} pixels on a side; at most {WIDEST}, make the images smaller")
    bad = np.argwhere(~np.isfinite(images))
    if len(bad):
        row, column = bad[0]
        raise UsageError(f"{where}: pixel {column + 1} of image {row + 1} is {images[row, column]}, no finite number")
    if not np.ptp(images, axis=0).any():
        raise UsageError(f"{where}: all images are equal; their covariance is zero")
    largest = float(np.abs(images).max())
    if not 1 / BRIGHTEST < largest < BRIGHTEST:
        raise UsageError(f"{where}: the largest pixel is {largest:g}; allowed: 1e-50 to 1e50, scale the images")
    return images


def _npy(where: str, path: Path) -> Images:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{where} has {path.stat().st_size} bytes; at most {LARGEST}")
        found = np.load(path, allow_pickle=False)
    except OSError as error:
        raise UsageError(f"{where}: {error.strerror or 'cannot be read'}") from None
    except (ValueError, EOFError) as error:
        raise UsageError(f"{where} is no .npy file of numbers: {error}") from None
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "buif":
        raise UsageError(f"{where} holds {getattr(found, 'dtype', 'no array')}; give real numbers")
    return found.astype(float)


def _picture(where: str, path: Path) -> Images:
    from matplotlib.image import imread

    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{where} has {path.stat().st_size} bytes; at most {LARGEST}")
        found: Any = np.asarray(imread(path), dtype=float)
    except (OSError, ValueError, SyntaxError) as error:
        raise UsageError(f"{where} is no picture: {str(error).splitlines()[0]}") from None
    if found.ndim != 3:
        return found
    return found[..., 0] if found.shape[2] <= 2 else found[..., :3].mean(2)  # grey and alpha; colours and alpha


def _shape(images: Images) -> str:
    return " x ".join(map(str, images.shape)) or "of one number"
