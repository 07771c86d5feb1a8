"""A page of the documentation site as a reader sees it: on a phone, in the dark, on paper, with an old browser."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crosscheck.browser.conftest import NO_MATHML, SCHEMES, WIDTHS

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[3]
PAGE = "systems/pure_states"


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """One generated page of a system with the settings, styles and scripts of the whole site."""
    folder = tmp_path_factory.mktemp("site")
    source = folder / "source" / f"{PAGE}.md"
    source.parent.mkdir(parents=True)
    source.write_text((ROOT / "docs" / f"{PAGE}.md").read_text("utf-8"), "utf-8")
    (folder / "source" / "index.md").write_text(f"# Documentation\n\n```{{toctree}}\n{PAGE}\n```\n", "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-c", str(ROOT / "docs"), "-d", str(folder / "doctrees")]
    subprocess.run([*command, str(folder / "source"), str(folder / "html")], cwd=ROOT, check=True)
    return folder / "html" / f"{PAGE}.html"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_of_the_site_is_sound_and_accessible(browse, page, width, scheme):
    opened = browse(width, scheme).open(page)
    opened.assert_sound()
    opened.assert_accessible()
    opened.shot(f"site-{scheme}")


def test_it_prints_every_formula_whole(browse, page):
    opened = browse(800).open(page)
    opened.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    opened.page.emulate_media(media="print")
    opened.assert_sound()
    cut = "[...document.querySelectorAll('.formula')].filter((box) => box.scrollWidth > box.clientWidth + 2).length"
    assert opened.evaluate(cut) == 0
    opened.shot("site-print")


def test_a_formula_that_scrolls_is_reached_by_keyboard_and_no_other(browse, page):
    opened = browse(360).open(page)
    all_boxes, stops, wide = opened.evaluate("""() => {
      const boxes = [...document.querySelectorAll(".formula")];
      const wide = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1);
      return [boxes, boxes.filter((box) => box.tabIndex === 0), wide].map((some) => some.map((b) => boxes.indexOf(b)));
    }""")
    assert stops == wide
    assert 0 < len(stops) < len(all_boxes)


def test_a_browser_without_mathml_shows_the_latex_of_the_site(browse, page):
    opened = browse()
    opened.page.add_init_script(NO_MATHML)
    opened.open(page)
    assert opened.evaluate("document.querySelectorAll('math').length") == 0
    shown = opened.page.locator(".formula code").all_text_contents()
    assert any("\\frac" in text for text in shown)
    assert opened.complaints == []
