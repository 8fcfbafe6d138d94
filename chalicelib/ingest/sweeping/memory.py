"""What a sweep tells the next one: what failed, until when it is put off, where the listing ended.

All of it may be lost or damaged without harm: then what failed is tried sooner (docs/adr/0021).
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from chalicelib.errors import PreconditionFailedError, StoreError, StoreUnavailableError
from chalicelib.lake.prefixes import SWEEP
from chalicelib.lake.store import ObjectInfo, Store

STATE_KEY: Final = f"{SWEEP}state.json"
FIRST_PAUSE: Final = timedelta(minutes=14)  # less than the schedule's period: the next sweep tries
MAX_PAUSE: Final = timedelta(days=1)
MAX_PAUSE_OF_STORE: Final = timedelta(hours=1)
"""The longest pauses. A store that fails does so for everybody, and is mended at some time."""
MAX_ENTRIES: Final = 1000
_FORGET_AFTER: Final = timedelta(days=3)
_MAX_BYTES: Final = 4 * 1024 * 1024
_SWAPS: Final = 3

# What reading raises when there is no state, or it is damaged in whichever way.
_NO_STATE: Final = (
    *(StoreError, ValueError, KeyError, TypeError),
    *(AttributeError, ArithmeticError, RecursionError),
)

DIED: Final = "the process died"


class PutOff(NamedTuple):
    """An upload that is not tried before a moment.

    Attributes:
        etag: of its object; another upload under its key is tried at once.
        tries: how many in a row did not end it.
        until: aware, UTC.
        why: the error, in a word; empty if it was fine, and there was nothing to do.
    """

    etag: str
    tries: int
    until: datetime
    why: str


class SweepMemory:
    """The memory of one process.

    Attributes:
        start: the path of the folder at which the next listing starts; empty for the first.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Remember nothing yet."""
        self._clock = clock
        self._put_off: dict[str, PutOff] = {}
        self._trying: list[str] | None = None
        self.start = ""

    def tries(self, upload: ObjectInfo) -> int:
        """How many attempts at an upload failed in a row."""
        known = self._known(upload)
        return known.tries if known and known.why else 0

    def is_put_off(self, upload: ObjectInfo) -> bool:
        """Whether an upload is to be left alone for now."""
        known = self._known(upload)
        return known is not None and self._clock() < known.until

    def attempt(self, upload: ObjectInfo) -> None:
        """Note that an attempt begins: should the process die of it, the next one knows."""
        self._trying = [upload.key, upload.etag]

    def failed(self, upload: ObjectInfo, error: Exception) -> None:
        """Put off an upload: twice as long as the last time."""
        is_store = isinstance(error, StoreUnavailableError)
        longest = MAX_PAUSE_OF_STORE if is_store else MAX_PAUSE
        self._put(upload.key, upload.etag, type(error).__name__, longest)

    def had_nothing_to_do(self, upload: ObjectInfo) -> None:
        """Put off an upload that looks as if it were not processed, and is."""
        self._put(upload.key, upload.etag, "", MAX_PAUSE)

    def settled(self, upload: ObjectInfo, until: datetime) -> None:
        """Leave alone what was looked at a second time."""
        self._trying = None
        self._put_off[upload.key] = PutOff(upload.etag, 0, until, "")

    def done(self, upload: ObjectInfo) -> None:
        """Forget an upload that was processed."""
        self._trying = None
        self._put_off.pop(upload.key, None)

    def keep(self) -> None:
        """Store what the next process has to know."""

    def _known(self, upload: ObjectInfo) -> PutOff | None:
        known = self._put_off.get(upload.key)
        return known if known and known.etag == upload.etag else None

    def _put(self, key: str, etag: str, why: str, longest: timedelta) -> None:
        self._trying = None
        known = self._put_off.get(key)
        tries = known.tries + 1 if known and known.etag == etag else 1
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), longest)
        self._put_off[key] = PutOff(etag, tries, self._clock() + pause, why)


class LakeMemory(SweepMemory):
    """The memory of the scheduled sweep, in one object of the lake.

    It is written by compare-and-swap; two sweeps at once keep what both know. No failure of the
    store is raised: a sweep works without a memory too.
    """

    def __init__(
        self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Load it; an upload that was being tried when its process died counts as failed."""
        super().__init__(clock)
        self._store = store
        self._etag: str | None = None
        self._kept = b""
        for key, etag in self._load():
            self._put(key, etag, DIED, MAX_PAUSE)

    def attempt(self, upload: ObjectInfo) -> None:
        """See `SweepMemory.attempt`; it is written before the attempt begins."""
        super().attempt(upload)
        self.keep()

    def keep(self) -> None:
        """See `SweepMemory.keep`; nothing is written if nothing changed."""
        for _ in range(_SWAPS):
            body = self._encode()
            if body == self._kept or (body == _NOTHING and self._etag is None):
                return
            try:
                if self._etag is None:
                    self._etag = self._store.create(STATE_KEY, body)
                else:
                    self._etag = self._store.replace(STATE_KEY, body, self._etag)
                self._kept = body
                return
            except PreconditionFailedError:
                self._etag = None
                self._load()  # another sweep wrote: what it knows is kept
            except StoreError:
                return

    def _encode(self) -> bytes:
        now = self._clock()
        entries = sorted(self._put_off.items(), key=lambda item: item[1].until, reverse=True)
        put_off = {
            key: {**known._asdict(), "until": known.until.isoformat(timespec="seconds")}
            for key, known in entries[:MAX_ENTRIES]
            if now - known.until < _FORGET_AFTER
        }
        return _encoded({"trying": self._trying, "start": self.start, "put_off": put_off})

    def _load(self) -> list[tuple[str, str]]:
        """Take over what the lake remembers; the upload that was being tried, if there is one."""
        try:
            with self._store.open(STATE_KEY) as reader:
                body = reader.read(_MAX_BYTES)
                self._etag = reader.info.etag
            state = json.loads(body)
            start = str(state["start"])
            known = {str(key): _put_off_of(entry) for key, entry in state["put_off"].items()}
            trying = []
            if state["trying"] is not None:
                key, etag = state["trying"]
                trying.append((str(key), str(etag)))
        except _NO_STATE:
            return []  # it is written anew
        self._kept = body
        self.start = self.start or start
        self._put_off = {**known, **self._put_off}
        return trying


def _put_off_of(entry: Any) -> PutOff:
    until = datetime.fromisoformat(entry["until"]).astimezone(UTC)
    return PutOff(str(entry["etag"]), int(entry["tries"]), until, str(entry["why"]))


def _encoded(state: Mapping[str, Any]) -> bytes:
    text = json.dumps(state, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"


_NOTHING: Final = _encoded({"trying": None, "start": "", "put_off": {}})
