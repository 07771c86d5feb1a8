"""Each claim of a system's page gets its figure, drawn from the points that the run kept."""

from docs.extensions.claim_figures import figure, with_figures

LEG = {"leg": "precision", "route": "posterior", "limit": {"gap": 0.001, "error": 0.001}}
POINTS = [
    {"leg": "precision", "route": "posterior", "size": size, "mean": 1.0, "standard_error": 0.001, "theory": 1.0,
     "scale": 1.0, "correction": 1 / size, "samples": 100}
    for size in (10, 20, 40)
]  # fmt: skip
VERDICT = {"id": "toy.level", "outcome": "AGREES", "reason": "close", "parameters": {"T": "0.5"}, "legs": [LEG]}


def test_the_directive_stands_below_each_simulation():
    text = "## toy.level\n\n### Simulation of toy.level\n\nRoutes: posterior.\n"
    assert "### Simulation of toy.level\n\n```{claim-figure} toy.level\n```\n" in with_figures(text)


def test_the_figure_is_in_the_page_itself_and_names_its_point():
    text = figure("toy.level", {"verdicts": [{**VERDICT, "points": POINTS}], "claims": {}})
    assert text.startswith('<figure class="claim"><svg ')
    assert 'role="img"' in text
    assert "at T=0.5" in text
    assert "http" not in text.replace("http://www.w3.org/", "")


def test_a_run_without_points_gives_no_figure():
    assert figure("toy.level", {"verdicts": [{**VERDICT, "points": []}], "claims": {}}) == ""
    assert figure("toy.other", {"verdicts": [{**VERDICT, "points": POINTS}], "claims": {}}) == ""
