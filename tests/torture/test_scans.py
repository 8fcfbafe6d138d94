"""The verdicts and players that the model goes by are those of the readers."""

import pytest

from tests.ingest.support import read
from tests.torture.scans import SCANS, Scan
from tests.torture.views import SETTINGS


@pytest.mark.parametrize("scan", SCANS, ids=lambda scan: scan.label)
def test_a_scan_is_what_the_model_takes_it_for(scan: Scan) -> None:
    report, players = read(scan.body, f"a{scan.extension}", SETTINGS)
    assert (report["status"] == "accepted") is scan.accepted
    for player, expected in zip(players, scan.players or (), strict=True):
        assert {name: player.get(name) for name in expected} == expected
