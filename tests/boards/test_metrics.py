import subprocess
import sys

from chalicelib.boards.metrics import METRIC_NAMES, METRICS


def test_the_boards_are_those_of_the_contract_in_its_order() -> None:
    assert METRIC_NAMES == ("dkp", "kills", "deaths", "power", "kill_points")


def test_every_metric_has_words_for_people() -> None:
    for metric in METRICS:
        assert metric.label
        assert metric.description.endswith(".")


def test_the_precomputed_engine_does_without_pyarrow() -> None:
    code = (
        "import sys, chalicelib.boards.metrics, chalicelib.boards.document, "
        "chalicelib.engines.boards, chalicelib.engines.engine\n"
        "sys.exit('pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
