"""Find what a player's data is in, and what has to go with it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

from chalicelib.errors import ObjectNotFoundError
from chalicelib.lake.archive_keys import may_be_mended, mended_key, parse_archive_key
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import ARCHIVES, INBOX, RAW, REPORTS
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import Store
from chalicelib.threads.pool import map_in_threads
from chalicelib.views.registry import folders
from chalicelib.views.sources import newest_event
from tools.erase.patterns import Needle
from tools.erase.search import DAMAGED, search
from tools.erase.versions import Lake, Version

_KINGDOM: Final = re.compile(r"/kingdom=([0-9]+)/")
# A hash that was added to a name that was taken (`chalicelib.lake.file_names.with_hash`).
_HASH: Final = re.compile(r"~[0-9a-f]{8}(?=\.[^/]*\Z|\Z)")
_SEEN: Final = "(a person saw it)"
_WITH_IT: Final = "(its upload has it)"


class Hit(NamedTuple):
    """A version that has to go.

    Attributes:
        version: the version.
        why: what of the player is in it, or why it goes with others.
    """

    version: Version
    why: frozenset[str]


class Found(NamedTuple):
    """The versions that have to go.

    Attributes:
        hits: those that have the player, and what belongs to the same uploads.
        damaged: versions that could not be searched to their end and in which nothing was found.
    """

    hits: Sequence[Hit]
    damaged: Sequence[Version]


def find(
    lake: Lake,
    needles: Sequence[Needle],
    kingdoms: Collection[int] = (),
    keep: Collection[str] = (),
    also: Collection[str] = (),
) -> Found:
    """Search a lake.

    Of an upload that has the player its inbox object, its archived bytes and its report go, all in
    all their versions, and the views of a date of which no upload is left: without one the others
    would be named by `rebuild --verify`. Uploads of one name and second are one here.

    Args:
        lake: the lake.
        needles: the player.
        kingdoms: only these, and what is of no kingdom; none: all.
        keep: keys that a person looked at, in which it is somebody else.
        also: keys that a person looked at, in which it is the player.
    """
    versions = _without(keep, [one for one in lake.versions() if _is_of(one, kingdoms)])
    searched = map_in_threads(partial(_search, lake, needles), versions)
    reasons = {
        version: what - {DAMAGED}
        for version, what in zip(versions, searched, strict=True)
        if what - {DAMAGED}
    }
    for version in versions:
        if version.key in also:
            reasons.setdefault(version, {_SEEN})
    _add_uploads(versions, reasons)
    _add_emptied_dates(versions, reasons)
    _add_markers(versions, reasons)
    damaged = [
        version
        for version, what in zip(versions, searched, strict=True)
        if DAMAGED in what and version not in reasons
    ]
    return Found([Hit(one, frozenset(reasons[one])) for one in versions if one in reasons], damaged)


def _is_of(version: Version, kingdoms: Collection[int]) -> bool:
    """Whether a version is of one of these kingdoms, or of none."""
    kingdom = _KINGDOM.search(version.key)
    return not kingdoms or kingdom is None or int(kingdom[1]) in kingdoms


def _without(keep: Collection[str], versions: list[Version]) -> list[Version]:
    """The versions but for those of kept keys and what belongs to the same uploads."""
    kept = {_upload(one) for one in versions if one.key in keep} - {None}
    return [one for one in versions if one.key not in keep and _upload(one) not in kept]


def _search(lake: Lake, needles: Sequence[Needle], version: Version) -> set[str]:
    name = version.key.encode("utf-8", "surrogatepass")
    in_key = {one.what for one in needles if one.pattern.search(name)}
    if version.is_marker:
        return in_key
    try:
        with lake.body(version) as body:
            return in_key | search(body, needles)
    except ObjectNotFoundError:
        return set()


def _add_uploads(versions: Iterable[Version], reasons: dict[Version, set[str]]) -> None:
    """Add what belongs to the same uploads."""
    by_upload: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        upload = _upload(version)
        if upload is not None:
            by_upload[upload].append(version)
    _join_mended(by_upload)
    for belonging in by_upload.values():
        if any(one in reasons for one in belonging):
            for version in belonging:
                reasons.setdefault(version, {_WITH_IT})


def _join_mended(by_upload: dict[str, list[Version]]) -> None:
    """Let mended files belong to the uploads that they were made of, beside which they lie."""
    for stem in [*by_upload]:
        with suppress(KeyRefusedError):  # what is not read was not mended
            for version in by_upload.get(mended_key(stem), ()):
                if may_be_mended(version.key):
                    by_upload[stem].append(version)


def _upload(version: Version) -> str | None:
    """The part that the keys of an upload's report and archived bytes share; None of others."""
    if version.key.startswith(INBOX):
        if version.is_marker or version.key.endswith("/"):
            return None
        run = Run.of(version.key, version.last_modified, "")
        report = TargetKeys.of(run, parse_inbox_key(run.inbox_key, run.accepted)).report
        return _stem(report.removesuffix(".json"))
    if version.key.startswith(REPORTS):
        return _stem(version.key.removesuffix(".json"))
    return _stem(version.key) if version.key.startswith(ARCHIVES) else None


def _stem(key: str) -> str:
    return _HASH.sub("", key.partition("/")[2])


def _add_emptied_dates(versions: Iterable[Version], reasons: dict[Version, set[str]]) -> None:
    """Add the views of dates that have no accepted upload left, of which they would be made.

    Such a date was withdrawn, or `obstacles` names it.
    """
    raws = [one for one in versions if one.key.startswith(RAW) and one.is_current]
    left = {_folder(one) for one in raws if one not in reasons}
    emptied = {_folder(one) for one in raws if one in reasons} - left
    views = tuple(f"{top}/{folder}/" for top in folders() for folder in emptied)
    for version in versions:
        if version.key.startswith(views):
            reasons.setdefault(version, {_WITH_IT})


def _folder(version: Version) -> str:
    """The folders of the kingdom and date of an object in `raw/`."""
    return "/".join(version.key.split("/")[1:4])


def _add_markers(versions: Iterable[Version], reasons: dict[Version, set[str]]) -> None:
    """Add the delete markers of keys of which no version is left."""
    left = {one.key for one in versions if one not in reasons and not one.is_marker}
    gone = {one.key for one in reasons}
    for version in versions:
        if version.is_marker and version.key in gone - left:
            reasons.setdefault(version, {_WITH_IT})


def obstacles(store: Store, found: Found) -> Iterator[str]:
    """What has to be done before the hits may be deleted, a sentence each.

    The newest upload of a date must not have the player, nor anything that people see.

    Args:
        store: the lake.
        found: what was found in it.
    """
    current = [one for one in found.hits if one.version.is_current]
    hit = {one.version.key for one in current}
    dirty: set[Partition] = set()
    for key in sorted(hit):
        archived = parse_archive_key(key)
        if archived is not None and archived.partition is not None:
            newest = newest_event(store, archived.partition)
            if newest is not None and newest.key == key:
                dirty.add(archived.partition)
                yield (
                    f"kingdom {archived.partition.kingdom}, {archived.partition.snapshot_date}: "
                    f"upload {key} without the player's row, or withdraw the date"
                )
    views = tuple(f"{folder}/" for folder in folders())
    shown = {one.version.key for one in current if one.why != {_WITH_IT}}
    for key in sorted(one for one in shown if one.startswith(views)):
        if not any(f"/{one.path}/" in key for one in dirty):
            yield f"{key} is seen by everybody: `rebuild` writes it anew without the player"


def in_order(found: Found) -> dict[str, list[Version]]:
    """The versions by the folder that they lie in, in the order in which they are to be deleted.

    First the inbox: what the sweep does not find there it does not ingest again. Then the bytes,
    of which it would write reports again. Then the reports, and what nothing is made of.
    """
    parts = [INBOX, *ARCHIVES, REPORTS]
    ordered: dict[str, list[Version]] = {part: [] for part in parts}
    for hit in found.hits:
        top = f"{hit.version.key.partition('/')[0]}/"
        ordered.setdefault(top, []).append(hit.version)
    return {part.removesuffix("/"): listed for part, listed in ordered.items() if listed}
