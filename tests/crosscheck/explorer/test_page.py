"""The page as text: whole, escaped, in need of nothing else; and the folder that it is written to."""

import json
import re

import pytest

from crosscheck.explorer.document import document
from crosscheck.explorer.folder import check_place, write_folder
from crosscheck.explorer.page import html
from crosscheck.registry import find
from crosscheck.usage import UsageError


@pytest.fixture
def data(run):
    return document([find("curie_weiss.late_minimum"), find("linear_denoiser.hellinger")], run)


def test_the_page_asks_for_nothing_from_elsewhere(data):
    page = html(data)
    assert not re.search(r'<[^>]*(?:src|href)="(?!#)', page)
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert "fetch(" not in page
    assert "2 closed forms" in page
    assert "1 are tabulated" in page


def test_data_cannot_end_the_script(data):
    data["claims"][0]["statement"] = "</script><script>alert(1)</script>"
    page = html(data)
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["claims"][0]["statement"] == data["claims"][0]["statement"]


def test_the_folder_has_the_page_and_its_twin(data, tmp_path):
    page = write_folder(tmp_path / "folder", data)
    assert page.name == "index.html"
    assert json.loads((tmp_path / "folder" / "explore.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(data)
    )
    with pytest.raises(UsageError, match="add --force"):
        check_place(tmp_path / "folder", force=False)
    check_place(tmp_path / "folder", force=True)


def test_nothing_foreign_is_overwritten(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(UsageError, match="did not write it"):
        check_place(tmp_path, force=True)
    with pytest.raises(UsageError, match="is a file"):
        check_place(tmp_path / "index.html", force=True)
