"""`python -m tests.tools.smoke CLONE`: the real `make run` in a bare clone; for .ci/run."""

import os
import signal
import sys
from pathlib import Path

from tests.tools.runner import FOLDER, Runner

INSTALL_SECONDS = 900.0


def main(clone: Path) -> None:
    runner = Runner(clone)
    try:
        runner.ready(INSTALL_SECONDS)
        assert runner.get("/v1/health")["status"] == "ok"
        for kingdom in runner.get("/v1/kingdoms")["kingdoms"]:
            board = runner.get(f"/v1/kingdoms/{kingdom['kingdom']}/leaderboards/dkp?limit=3")
            assert [entry["position"] for entry in board["entries"]] == [1, 2, 3], board
        runner.drop("wrong.csv", "ID,Name,Power\n1,Ana,5\n2,Bo,1.2M\n")
        runner.read_until(f"rejected {FOLDER}/wrong.csv: 1 error")
        os.killpg(runner.process.pid, signal.SIGINT)
        _, rest = runner.end()
        assert rest.endswith("Stopped.\n"), rest
        runner.assert_nothing_is_left()
    finally:
        runner.clean_up()
    print("".join(runner.lines) + rest)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
