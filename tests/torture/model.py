"""The model: which objects a lake must hold, and what they say, given its uploads.

From scratch: it knows nothing of publishing, sweeping or rebuilding, only what the contract says
of the end (section 3). Of a view that it has no rules for it says nothing: that is verified
(`tests.torture.checker`).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from chalicelib.views.registry import folders
from tests.torture.catalogs import expected_catalogs
from tests.torture.changes import expected_changes
from tests.torture.rosters import PLAYERS, expected_rosters, roster_said
from tests.torture.uploads import Partition, Upload
from tests.torture.views import content_at, report_of, views_of

MODELLED: Final = ("curated/", "boards/", "changes/", "players/", "catalog/")
"""The folders of those views that the model knows every object of."""


def expected_lake(uploads: Iterable[Upload], found: Mapping[str, bytes]) -> dict[str, bytes]:
    """All objects of which the model knows, and what they say.

    Args:
        uploads: those that must be in the lake.
        found: what is in it. Only one thing is taken from it: which of several uploads of one
            name and second has the plain name, since that is whichever came first.
    """
    runs = {upload.run_id: upload for upload in uploads if not upload.ignored}
    expected: dict[str, bytes] = {}
    kept = _places(runs.values(), lambda upload: upload.kept, found, _holds_bytes)
    reports = _places(runs.values(), lambda upload: upload.reports, found, _holds_report)
    for run_id, upload in runs.items():
        expected[kept[run_id]] = upload.scan.body
        mended = mended_at(upload, found)
        if mended is not None and upload.scan.mended is not None:
            expected[mended] = upload.scan.mended
        expected[reports[run_id]] = report_of(upload, kept[run_id], mended)
    newest = newest_of(runs.values())
    for event in newest.values():
        views = views_of(event)
        expected[f"curated/{event.path}/players.parquet"] = views.curated
        expected[f"boards/{event.path}/leaderboards.json"] = views.boards
    shown = newest.values()
    expected |= expected_changes(newest)
    return expected | expected_catalogs(shown) | expected_rosters(shown)


def newest_of(uploads: Iterable[Upload]) -> dict[Partition, Upload]:
    """The event that each date's views are made of: an accepted upload, or its withdrawal.

    A date with nothing but withdrawals has no views: there is nothing to withdraw.
    """
    events: dict[Partition, list[Upload]] = defaultdict(list)
    for upload in uploads:
        if upload.is_event and upload.partition is not None:
            events[upload.partition].append(upload)
    return {
        partition: max(found, key=lambda event: event.order)
        for partition, found in events.items()
        if any(event.accepted for event in found)
    }


def is_kept(upload: Upload, found: Mapping[str, bytes]) -> bool:
    """Whether a lake holds an upload's bytes already, so that it must hold all of it in the end."""
    return any(_holds_bytes(upload, found[key]) for key in upload.kept if key in found)


def mended_at(upload: Upload, found: Mapping[str, bytes]) -> str | None:
    """Where a refused upload's mended file is, or has to be; None if it has none."""
    if not upload.is_mended:
        return None
    plain, hashed = upload.mended
    return plain if found.get(plain, upload.scan.mended) == upload.scan.mended else hashed


def unmodelled() -> list[str]:
    """The folders of the views in the registry that the model has no rules for."""
    return [f"{folder}/" for folder in folders() if f"{folder}/" not in MODELLED]


def said(found: Mapping[str, bytes], unmodelled: Collection[str] = ()) -> dict[str, bytes]:
    """What the objects of a lake say, all but the inbox's.

    Args:
        found: the objects.
        unmodelled: folders, with their slashes, of views that the model has no rules for.
    """
    return {
        key: roster_said(body) if key.startswith(PLAYERS) else content_at(key, body)
        for key, body in found.items()
        if not key.startswith(("inbox/", "sweep/", *unmodelled))
    }


def differences(expected: Mapping[str, bytes], found: Mapping[str, bytes]) -> list[str]:
    """A sentence for each object that does not say what it should."""
    lost = [f"{key} is missing" for key in expected if key not in found]
    extra = [f"{key} should not be there" for key in found if key not in expected]
    wrong = [
        f"{key} has other bytes" for key in expected if key in found and expected[key] != found[key]
    ]
    return sorted(lost + extra + wrong)


def _places(
    uploads: Collection[Upload],
    choices: Callable[[Upload], tuple[str, str]],
    found: Mapping[str, bytes],
    holds: Callable[[Upload, bytes], bool],
) -> dict[str, str]:
    """Where each run's object is: of those that want one key, one has it."""
    rivals: dict[str, list[Upload]] = defaultdict(list)
    for upload in uploads:
        rivals[choices(upload)[0]].append(upload)
    places = {}
    for plain, wanting in rivals.items():
        owners = [one for one in wanting if plain in found and holds(one, found[plain])]
        owner = (owners or wanting)[0]
        for upload in wanting:
            places[upload.run_id] = choices(upload)[0 if upload is owner else 1]
    return places


def _holds_bytes(upload: Upload, body: bytes) -> bool:
    return hashlib.sha256(body).hexdigest() == upload.sha256


def _holds_report(upload: Upload, body: bytes) -> bool:
    try:
        return bool(json.loads(body)["run_id"] == upload.run_id)
    except (ValueError, KeyError, TypeError):
        return False
