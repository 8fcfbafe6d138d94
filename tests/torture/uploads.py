"""An upload as the model sees it: its key, its moment, its bytes, and what follows from them.

A withdrawal is one too: what is called `withdraw.txt` withdraws its date's uploads.

Written from the contract (section 3), not from the code: keys are put together here by hand.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from tests.torture.scans import MAX_UPLOAD_BYTES, Player, Scan

METRICS = ("dkp", "kills", "deaths", "power", "kill_points")
WITHDRAWAL = "withdraw.txt"

_51 = "source=rok_players/kingdom=51"
_DAY = f"{_51}/dt=2026-01-26"
_RUN = "run_ts={run_ts}"
REFUSED = {
    "inbox/notes.txt": f"unrecognised/{_RUN}/notes.txt",
    "inbox/a.csv": f"unrecognised/{_RUN}/a.csv",
    "inbox/withdraw.txt": f"unrecognised/{_RUN}/withdraw.txt",
    f"inbox/{_51}/dt=2026-02-30/a.csv": f"unrecognised/{_RUN}/{_51}/dt=2026-02-30/a.csv",
    "inbox/source=rok_players/kingdom=051/dt=2026-01-26/a.csv": (
        f"{_DAY}/{_RUN}/inbox/source=rok_players/kingdom=051/dt=2026-01-26/a.csv"
    ),
    f"inbox/{_DAY}/deeper/a.csv": f"{_DAY}/{_RUN}/inbox/{_DAY}/deeper/a.csv",
    f"inbox/{_DAY}/a.docx": f"{_DAY}/{_RUN}/a.docx",
    f"inbox/{_DAY}/Withdraw.txt": f"{_DAY}/{_RUN}/Withdraw.txt",
    f"inbox/{_DAY}/": f"{_DAY}/{_RUN}/inbox/{_DAY}/",  # a console's folder, or not
    # the future
    f"inbox/{_51}/dt=2026-03-01/a.csv": f"{_51}/dt=2026-03-01/{_RUN}/a.csv",
    f"inbox/{_51}/dt=2026-03-01/withdraw.txt": f"{_51}/dt=2026-03-01/{_RUN}/withdraw.txt",
}
"""Keys that are refused, each with where its bytes are kept below `rejected/`: under the kingdom
and date that can be read from it."""

Partition = tuple[int, str]
"""A kingdom and a date as text."""

Order = tuple[str, str, str]
"""Of two events of a date the greater one counts: by the second, a withdrawal after the uploads of
its own second, then by the run's id."""


@dataclass(frozen=True)
class Upload:
    """Bytes that the store accepted under an inbox key at a moment.

    Attributes:
        key: in the inbox.
        scan: the bytes.
        moment: when, UTC, whole seconds.
        partition: the kingdom and date that the key names; None when it is refused.
    """

    key: str
    scan: Scan
    moment: datetime
    partition: Partition | None

    @property
    def place(self) -> Partition | None:
        """The kingdom and date under which its report lies; None for a key that names none."""
        path = REFUSED[self.key] if self.partition is None else ""
        _, kingdom, day, *_ = [*path.split("/"), "", ""]
        if not day.startswith("dt="):
            return self.partition
        return int(kingdom.removeprefix("kingdom=")), day.removeprefix("dt=")

    @property
    def withdraws(self) -> bool:
        """Whether it withdraws what was uploaded for its date; what is in it does not matter."""
        is_named = self.partition is not None and self.name == WITHDRAWAL
        return is_named and len(self.scan.body) <= MAX_UPLOAD_BYTES

    @property
    def accepted(self) -> bool:
        """Whether it is to be published."""
        return self.partition is not None and not self.withdraws and self.scan.accepted

    @property
    def is_event(self) -> bool:
        """Whether it says what its date is to show."""
        return self.accepted or self.withdraws

    @property
    def ignored(self) -> bool:
        """Whether it is only a console's sign for a folder."""
        return self.key.endswith("/") and not self.scan.body

    @property
    def name(self) -> str:
        """Its file's name."""
        return self.key.rpartition("/")[2]

    @cached_property
    def run_ts(self) -> str:
        """Its moment as keys have it."""
        return self.moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

    @property
    def ingested_at(self) -> str:
        """Its moment as the API has it."""
        return self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @cached_property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.scan.body).hexdigest()

    @cached_property
    def run_id(self) -> str:
        """The name of its run."""
        text = f"{self.key}\n{self.run_ts}\n{self.sha256}"
        return f"{self.run_ts}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def path(self) -> str:
        """The folders of its date."""
        assert self.partition is not None
        kingdom, day = self.partition
        return f"source=rok_players/kingdom={kingdom}/dt={day}"

    @cached_property
    def _run_path(self) -> str:
        if self.partition is None:
            return REFUSED[self.key].format(run_ts=self.run_ts)
        return f"{self.path}/run_ts={self.run_ts}/{self.name}"

    @cached_property
    def _hashed_path(self) -> str:
        folder, _, name = self._run_path.rpartition("/")
        stem, dot, extension = name.partition(".")
        return f"{folder}/{stem}~{self.sha256[:8]}{dot}{extension}"

    @cached_property
    def kept(self) -> tuple[str, str]:
        """Where its bytes may be kept: under its own name, and where that is taken."""
        view = "withdrawn" if self.withdraws else "raw" if self.accepted else "rejected"
        return f"{view}/{self._run_path}", f"{view}/{self._hashed_path}"

    @cached_property
    def mended(self) -> tuple[str, str]:
        """Where its mended file may be, if it has one, likewise."""
        assert self.scan.mended is not None
        path, extension = self._run_path[: -len(self.scan.extension)], self.scan.extension
        plain = f"rejected/{path}.repaired"
        sha256 = hashlib.sha256(self.scan.mended).hexdigest()
        return f"{plain}{extension}", f"{plain}~{sha256[:8]}{extension}"

    @property
    def is_mended(self) -> bool:
        """Whether it is refused, and has a mended file."""
        return self.partition is not None and not self.withdraws and self.scan.mended is not None

    @cached_property
    def reports(self) -> tuple[str, str]:
        """Where its report may be, likewise."""
        return f"reports/{self._run_path}.json", f"reports/{self._hashed_path}.json"

    @property
    def order(self) -> Order:
        """Of two events of one date, the greater one counts."""
        return self.run_ts, "withdrawal" if self.withdraws else "upload", self.run_id

    @property
    def players(self) -> Sequence[Player]:
        """The players that its date has while it is the newest event; a withdrawal has none."""
        if self.withdraws:
            return ()
        assert self.scan.players is not None
        return self.scan.players

    def ranking(self, metric: str) -> list[Player]:
        """The whole board of a metric, as plain as it can be written (contract, section 8)."""
        ranked = [player for player in self.players if player[metric] is not None]
        ranked.sort(key=lambda player: (-player[metric], player["id"]))
        return [
            {
                "rank": 1 + sum(other[metric] > player[metric] for other in ranked),
                "position": position,
                "id": player["id"],
                "name": player["name"],
                "alliance": player["alliance"],
                "value": player[metric],
            }
            for position, player in enumerate(ranked, 1)
        ]
