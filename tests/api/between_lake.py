"""Lakes of several snapshots with all that is derived of them, for tests of the API."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.summary import encode
from chalicelib.engines.between import read_summary
from chalicelib.changes.span import Span
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import summary_key
from chalicelib.views.reconcile import reconcile
from chalicelib.views.roster import RosterView
from tests.api.lake import Stage, publish
from tests.engines.support import NoMaker, Player, put
