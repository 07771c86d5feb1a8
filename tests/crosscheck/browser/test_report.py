"""A report as a reader uses it: summary, filters, figures, print; the docs page of a system beside it."""

import json

import pytest

from crosscheck.docs.html import as_html
from crosscheck.docs.page import page
from crosscheck.registry import find
from crosscheck.report.figure import svg
from crosscheck.report.html import report_of
from tests.crosscheck.browser.conftest import NO_MATHML, SCHEMES, WIDTHS

pytestmark = pytest.mark.browser
MOST = 3_000_000 / 102


@pytest.fixture
def saved(tmp_path, run, real_run):
    """The report of a run with all three outcomes and two systems."""
    extra = [v for v in real_run["verdicts"] if v["id"] == "kernel_density.mise"]
    whole = {**run, "verdicts": run["verdicts"] + extra, "claims": {**real_run["claims"], **run["claims"]}}
    path = tmp_path / "report.html"
    path.write_text(report_of(whole), encoding="utf-8")
    return path


def shown(opened) -> list[str]:
    return opened.evaluate(
        "[...document.querySelectorAll('tr[data-id]')].filter((r) => r.checkVisibility()).map((r) => r.dataset.id)"
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_report_is_sound_and_accessible(browse, saved, width, scheme):
    opened = browse(width, scheme).open(saved)
    opened.assert_sound()
    opened.assert_accessible()
    opened.shot(f"report-{scheme}")


def test_it_prints_with_its_figures_and_without_its_filters(browse, saved):
    opened = browse().open(saved)
    opened.page.emulate_media(media="print")
    opened.assert_sound()
    assert opened.evaluate(
        "[...document.querySelectorAll('figure svg')].every((f) => f.getBoundingClientRect().height > 100)"
    )
    assert not opened.evaluate("document.getElementById('filters').checkVisibility()")
    opened.shot("report-print")
    assert opened.page.pdf().startswith(b"%PDF")


def test_filters_hide_rows_and_sections_and_count_what_is_left(browse, saved):
    opened = browse().open(saved)
    assert len(shown(opened)) == 4
    opened.page.uncheck("input[value=AGREES]")
    assert shown(opened) == ["curie_weiss.late_minimum", "curie_weiss.posterior_mean"]
    assert opened.page.inner_text("#shown") == "2 of 4 verdicts shown"
    assert opened.evaluate("[...document.querySelectorAll('section.claim')].filter((s) => !s.hidden).length") == 2
    opened.page.click("button[type=reset]")
    opened.page.wait_for_selector("text=4 of 4 verdicts shown")
    opened.page.select_option("select[name=system]", "kernel_density")
    assert shown(opened) == ["kernel_density.mise"]
    assert "system=kernel_density" in opened.page.url
    again = browse().open(saved, "#" + opened.page.url.partition("#")[2])
    assert shown(again) == ["kernel_density.mise"]


def test_a_number_of_the_summary_leads_to_its_verdicts(browse, saved):
    opened = browse().open(saved)
    opened.page.click("a[aria-label='1 DISAGREES of curie_weiss']")
    opened.page.wait_for_selector("text=1 of 4 verdicts shown")
    assert shown(opened) == ["curie_weiss.late_minimum"]


def test_the_filters_work_from_the_keyboard(browse, saved):
    opened = browse().open(saved)
    opened.page.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "To the verdicts"
    opened.page.focus("input[value=AGREES]")
    opened.page.keyboard.press("Space")
    assert len(shown(opened)) == 2
    opened.page.focus("input[name=word]")
    opened.page.keyboard.type("minimum")
    assert shown(opened) == ["curie_weiss.late_minimum"]


def test_the_report_gives_its_data_back(browse, saved, run):
    opened = browse().open(saved)
    with opened.page.expect_download() as download:
        opened.page.click("#save")
    found = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert found["verdicts"][:3] == json.loads(json.dumps(run["verdicts"]))


def test_a_browser_without_mathml_shows_the_latex(browse, saved):
    opened = browse()
    opened.page.add_init_script(NO_MATHML)
    opened.open(saved)
    assert "\\frac" in opened.page.text_content(".formula >> nth=0")
    assert opened.evaluate("document.querySelectorAll('math').length") == 0


def test_without_scripts_everything_is_there(chromium, saved):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(saved.as_uri())
    assert page.locator("section.claim").count() == 4
    assert not page.locator("#filters").is_visible()
    context.close()


def test_a_verdict_is_small_enough_for_a_report_of_all(saved):
    assert saved.stat().st_size < 4 * MOST + 40_000


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_docs_page_is_sound(browse, run, tmp_path, width, scheme):
    ids = ("curie_weiss.late_minimum", "curie_weiss.positive_fraction")
    figures = {verdict["id"]: svg(verdict) for verdict in run["verdicts"][:2]}
    path = tmp_path / "curie_weiss.html"
    path.write_text(as_html("curie_weiss", [page(find(id), run) for id in ids], figures), encoding="utf-8")
    opened = browse(width, scheme).open(path)
    opened.assert_sound()
    opened.shot(f"docs-{scheme}")
