"""Claims as tests: only AGREES is green, and a foreign suite does not notice the plugin."""

import subprocess
import sys

import pytest

from crosscheck.counterexamples import NAME, Row, append, read

pytest_plugins = ["pytester"]


@pytest.fixture
def collect(pytester: pytest.Pytester, claim_file):
    def call(*options: str, **changes: str) -> pytest.RunResult:
        source = claim_file(**changes).read_text(encoding="utf-8")
        (pytester.path / "claim_toy.py").write_text(source, encoding="utf-8")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:jaxtyping", *options)

    return call


def test_a_claim_that_agrees_passes(collect):
    collect("-v").assert_outcomes(passed=1)


def test_a_claim_that_disagrees_fails_with_the_command_that_repeats_it(collect):
    result = collect(formula="T * t**2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*toy.product: DISAGREES: *", "*again: crosscheck run *claim_toy.py --at t=0.4 T=0.83*"]
    )


def test_a_claim_that_cannot_be_decided_is_not_green_and_says_so(collect, claim_file):
    noisy = claim_file().read_text(encoding="utf-8").replace("0.05 *", "90.0 *")
    result = collect(text=noisy)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*toy.product: INCONCLUSIVE: *"])


def test_tier_and_seed_can_be_chosen(collect):
    result = collect("--crosscheck-tier", "standard", "--crosscheck-seed", "5", formula="T * t**2")
    result.stdout.fnmatch_lines(["*--tier standard --seed 5*"])


def test_a_claim_file_that_cannot_be_read_is_an_error_in_one_line(collect):
    result = collect(text="from crosscheck import Claim\nclaim = Claim(\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*claim_toy.py:2: syntax error*"])


def test_a_fault_of_the_simulator_is_an_ordinary_failure(collect):
    result = collect(spoil="values[3] = float('nan')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*are not finite*"])


FAILS_LATE = "T * t * (1 + t**10 / 2)"


def test_domains_are_searched_on_demand_and_counterexamples_are_kept_as_rows(collect, pytester: pytest.Pytester):
    collect(formula=FAILS_LATE).assert_outcomes(passed=1)
    result = collect("--crosscheck-fuzz", "30", formula=FAILS_LATE)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*toy.product: DISAGREES: *", "*again: crosscheck run *claim_toy.py --at t=* T=*"])
    rows = read(pytester.path / NAME)
    assert {(row.claim, row.file, row.outcome) for row in rows} == {("toy.product", "claim_toy.py", "DISAGREES")}


def test_a_search_that_finds_nothing_passes_and_keeps_nothing(collect, pytester: pytest.Pytester):
    collect("--crosscheck-fuzz", "5").assert_outcomes(passed=2)
    assert not (pytester.path / NAME).exists()


def test_rows_are_run_again_always_until_the_claim_is_mended_or_narrowed(collect, pytester: pytest.Pytester):
    append(pytester.path / NAME, [Row("toy.product", {"t": "2", "T": "1"}, file="claim_toy.py", command="again!")])
    result = collect("-v", formula=FAILS_LATE)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*counterexamples.toml::*toy.product[[]t=2,T=1]*", "*again: again!*"])
    collect().assert_outcomes(passed=2)
    append(pytester.path / NAME, [Row("toy.product", {"t": "-2", "T": "1"}, file="claim_toy.py")])
    collect().assert_outcomes(passed=3)


def test_a_row_that_cannot_be_decided_is_not_green_and_says_so(collect, claim_file, pytester: pytest.Pytester):
    append(pytester.path / NAME, [Row("toy.product", {"t": "1", "T": "1"}, file="claim_toy.py")])
    result = collect("-k", "counterexamples", text=claim_file().read_text(encoding="utf-8").replace("0.05 *", "90.0 *"))
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*toy.product: INCONCLUSIVE: *"])


def test_rows_of_another_schema_are_an_error_in_one_line_and_foreign_files_are_left_alone(pytester: pytest.Pytester):
    (pytester.path / NAME).write_text("[theirs]\nproof = 1\n", encoding="utf-8")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes()
    (pytester.path / NAME).write_text("# crosscheck.counterexamples/1\nbroken =\n", encoding="utf-8")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:jaxtyping")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*counterexamples.toml is no valid TOML*"])


def test_searches_and_rows_share_the_budget_too(pytester: pytest.Pytester, claim_file):
    (pytester.path / "claim_toy.py").write_text(claim_file().read_text(encoding="utf-8"), encoding="utf-8")
    append(pytester.path / NAME, [Row("toy.product", {"t": "1", "T": "1"}, file="claim_toy.py")])
    items, _ = pytester.inline_genitems(pytester.path, "--crosscheck-fuzz", "5")
    assert [vars(item)["share"] for item in items] == [3, 3, 3]


def test_claims_of_one_session_share_the_budget(pytester: pytest.Pytester, claim_file):
    source = claim_file().read_text(encoding="utf-8")
    second = source.replace("toy.product", "toy.again").replace("product = Claim", "again = Claim")
    (pytester.path / "claim_one.py").write_text(source, encoding="utf-8")
    (pytester.path / "claim_two.py").write_text(second, encoding="utf-8")
    items, _ = pytester.inline_genitems(pytester.path)
    assert [vars(item)["share"] for item in items] == [2, 2]


def test_a_foreign_file_of_that_name_is_left_alone(pytester: pytest.Pytester):
    (pytester.path / "claim_insurance.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes()


def test_loading_the_plugin_takes_less_than_20_ms():
    code = (
        "import pytest, sys, time; start = time.perf_counter(); import crosscheck.pytest_plugin; "
        "print(time.perf_counter() - start); assert not {'torch', 'sympy', 'numpy'} & set(sys.modules)"
    )

    def seconds() -> float:
        return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert min(seconds() for _ in range(3)) < 0.02
