"""The explorer as a reader uses it: choose, move, share, read, print."""

import pytest

from tests.crosscheck.browser.conftest import NO_MATHML, SCHEMES, WIDTHS, watched

pytestmark = pytest.mark.browser
FRACTION = "#claim=curie_weiss.positive_fraction"


def settled(opened, path, fragment=""):
    opened.open(path, fragment)
    drawn(opened)
    return opened


def drawn(opened) -> None:
    opened.page.wait_for_selector("#figure:not([aria-busy])")


def value(opened) -> float:
    return float(opened.page.inner_text("#value").removeprefix("value ").replace("−", "-"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_sound_and_accessible(browse, explorer, width, scheme):
    opened = settled(browse(width, scheme), explorer, f"{FRACTION}&wrong=1")
    opened.assert_sound()
    opened.assert_accessible()
    opened.shot(f"explorer-{scheme}")


def test_it_prints_figure_and_formula_without_sliders(browse, explorer):
    opened = settled(browse(), explorer, FRACTION)
    opened.page.emulate_media(media="print")
    opened.assert_sound()
    assert opened.evaluate("document.querySelector('#figure').checkVisibility()")
    assert not opened.evaluate("document.querySelector('input[type=range]').checkVisibility()")
    opened.shot("explorer-print")
    assert opened.page.pdf().startswith(b"%PDF")


def test_moving_a_parameter_moves_curve_value_and_address(browse, explorer):
    from crosscheck.registry import find

    opened = settled(browse(), explorer, FRACTION)
    before = opened.page.get_attribute("#figure .theory", "d")
    opened.page.fill("#p-h", "0.5")
    drawn(opened)
    assert opened.page.get_attribute("#figure .theory", "d") != before
    assert "h=0.5" in opened.page.url
    at = opened.evaluate("state.texts")
    assert value(opened) == pytest.approx(find("curie_weiss.positive_fraction").theory(**at), rel=1e-11)


def test_the_slider_moves_by_exact_decimals_from_the_keyboard(browse, explorer):
    opened = settled(browse(), explorer, f"{FRACTION}&beta=1.37")
    opened.page.focus("#r-beta")
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.input_value("#p-beta") == "1.38"
    assert opened.page.get_attribute("#r-beta", "aria-valuetext") == "1.38"


def test_an_address_opens_its_state_again(browse, explorer):
    first = settled(browse(), explorer, FRACTION)
    first.page.fill("#p-tau", "-0.4")
    first.page.select_option("#over", "beta")
    first.page.check("#wrong")
    drawn(first)
    second = settled(browse(), explorer, "#" + first.page.url.partition("#")[2])
    assert second.evaluate("address(state)") == first.evaluate("address(state)")
    assert second.page.inner_text("#value") == first.page.inner_text("#value")
    assert second.page.get_attribute("#figure .theory", "d") == first.page.get_attribute("#figure .theory", "d")


def test_outside_the_domain_there_is_no_value_but_the_reason(browse, explorer):
    opened = settled(browse(), explorer, f"{FRACTION}&beta=0.9&over=beta")
    assert opened.page.inner_text("#value") == "No value: beta = 0.9 is outside beta > 1 (inverse temperature)"
    assert opened.page.get_attribute("#p-beta", "aria-invalid") == "true"
    low, high = opened.evaluate(
        "(() => { const r = document.querySelector('#figure .outside').getBBox(); return [r.x, r.x + r.width]; })()"
    )
    assert low < high
    bounds = opened.evaluate("curves[0].points.filter((p) => Number.isFinite(p[1])).map((p) => p[0])")
    assert min(bounds) > 1


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("#claim=curie_weiss.nothing", "There is no closed form curie_weiss.nothing"),
        (f"{FRACTION}&gamma=2", "curie_weiss.positive_fraction has no parameter gamma"),
        (f"{FRACTION}&over=gamma", "There is no curve over gamma"),
        ("#claim=linear_denoiser.hellinger&model=mine", "model has no example mine"),
    ],
)
def test_an_address_that_is_wrong_says_so(browse, explorer, fragment, expected):
    opened = settled(browse(), explorer, fragment)
    assert expected in opened.page.inner_text("#faults")
    opened.assert_sound()


@pytest.mark.parametrize("text", ["", "abc", "1e999", "0x10", "--2", "NaN"])
def test_what_is_no_number_has_no_value(browse, explorer, text):
    opened = settled(browse(), explorer, FRACTION)
    opened.page.fill("#p-beta", text)
    assert "is not a finite number; allowed: beta > 1" in opened.page.inner_text("#value")
    opened.assert_sound()


def test_text_in_an_address_stays_text(browse, explorer):
    opened = settled(browse(), explorer, "#claim=<img src=x onerror=document.title='gone'>&beta=<b>1")
    assert opened.page.title() != "gone"
    assert opened.evaluate("document.querySelectorAll('#faults *').length") == 0


def test_simulated_points_lie_on_the_curve_with_their_error_bars(browse, explorer, real_run):
    opened = settled(browse(), explorer, FRACTION)
    (verdict,) = (v for v in real_run["verdicts"] if v["id"] == "curie_weiss.positive_fraction")
    shown = opened.evaluate("shown_points().map((p) => [p.leg, p.route, p.number, p.y, p.error, p.x])")
    stored = [[p["leg"], p["route"], p["size"], p["mean"], p["standard_error"]] for p in verdict["points"]]
    assert [row[:5] for row in shown if row[2] is not None] == stored
    assert {row[5] for row in shown} == {0.27}
    marks = opened.evaluate("document.querySelectorAll('#figure .simulated').length")
    assert marks == len(shown) >= len(stored)
    assert opened.evaluate("document.querySelectorAll('#sizes .simulated').length") >= len(stored)


def test_points_of_other_parameters_are_not_shown_and_a_button_leads_to_them(browse, explorer):
    opened = settled(browse(), explorer, f"{FRACTION}&h=0.2")
    assert opened.evaluate("shown_points().length") == 0
    assert "simulated points lie at other parameters" in opened.page.inner_text("#legend")
    opened.page.click("#reference button")
    drawn(opened)
    assert opened.evaluate("shown_points().length") > 0
    assert "h=0.61" in opened.page.url


def test_a_law_is_shown_at_its_arguments(browse, explorer):
    opened = settled(browse(), explorer, "#claim=curie_weiss.law_of_field&over=m")
    places = opened.evaluate("shown_points().map((p) => p.x)")
    assert len(set(places)) > 5


def test_what_is_tabulated_says_so(browse, explorer):
    opened = settled(browse(), explorer, "#claim=linear_denoiser.hellinger")
    assert opened.page.inner_text("#how").startswith("Tabulated by numpy")
    first = value(opened)
    opened.page.select_option("#p-model", index=1)
    assert value(opened) != first
    opened.page.select_option("#claim", "curie_weiss.magnetisation")
    drawn(opened)
    assert opened.page.inner_text("#how") == "Evaluated in this browser in double precision: a root."


def test_the_server_gives_the_same_page(chromium, explorer):
    import threading

    from crosscheck.explorer.serving import server

    texts = {name: (explorer.parent / name).read_text(encoding="utf-8") for name in ("index.html", "explore.json")}
    with server(texts, 0) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        page = chromium.new_page()
        opened = watched(page)
        page.goto(f"http://127.0.0.1:{serving.server_address[1]}/{FRACTION}")
        drawn(opened)
        assert opened.complaints == []
        assert {url.partition("#")[0] for url in opened.requests} == {f"http://127.0.0.1:{serving.server_address[1]}/"}
        page.close()
        serving.shutdown()


def test_a_browser_without_mathml_shows_the_latex(browse, explorer):
    opened = browse()
    opened.page.add_init_script(NO_MATHML)
    settled(opened, explorer, FRACTION)
    assert "\\frac" in opened.page.inner_text("#formula")
    assert opened.evaluate("document.querySelectorAll('main math').length") == 0
