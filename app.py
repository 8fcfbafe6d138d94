"""Declares what AWS calls: the API's routes, the upload event, the schedule (contract, 7 and 8).

No logic here: parse, call, answer. Modules that only requests or uploads need, above all boto3,
pyarrow and jsonschema, are imported by the first of these; in Lambda before it (docs/adr).
"""

import logging
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from chalice.app import CORSConfig, Rate, Response

from chalicelib import config, logs
from chalicelib.config import Settings
from chalicelib.errors import ConfigError, SweepIncompleteError
from chalicelib.events import GatewayApp, ReportEvent, SweepEvent, UploadEvent
from chalicelib.lake.prefixes import INBOX, REPORTS

if TYPE_CHECKING:
    from chalicelib.engines.engine import Engine
    from chalicelib.lake.store import Store
    from chalicelib.telling.tell import Teller

try:
    settings = config.load()
except ConfigError as error:
    raise SystemExit(f"leaderboard-api: {error}") from None

app = GatewayApp(app_name="leaderboard-api")
logs.configure(app.log)
cors = CORSConfig(
    allow_headers=("If-None-Match",),
    expose_headers=("ETag", "Retry-After", "Cache-Control"),
    max_age=86_400,
)
app.api.cors = cors


@lru_cache(maxsize=8)
def lake(stage: Settings) -> "Store":
    """The lake's store, and the engine's table if it has one; cached per settings."""
    from chalicelib.items.open import open_lake

    return open_lake(stage)


@lru_cache(maxsize=8)
def engine(stage: Settings) -> "Engine":
    """The query engine, cached per settings."""
    from chalicelib.engines.open import open_engine

    return open_engine(stage, lake(stage))


@lru_cache(maxsize=8)
def teller(stage: Settings) -> "Teller":
    """Who tells of uploads, cached per settings."""
    from chalicelib.telling.tell import open_teller

    return open_teller(stage, lake(stage))


@app.middleware("http")
def finish(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Add the common headers to every response, including Chalice's own 405."""
    from chalicelib.api.http import JSON_TYPE, PATHLESS

    # Chalice makes no request of an event without a path, and would answer 500.
    response = get_response(event) if event is not None else Response(PATHLESS, status_code=400)
    shared = {
        "Content-Type": JSON_TYPE,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **cors.get_access_control_headers(),
    }
    response.headers = {**shared, **response.headers}
    if event is not None and event.method == "HEAD":
        # The local server sends a body even for HEAD, so the connection cannot be reused.
        response.headers["Connection"] = "close"
    return response


# No content types: a GET has no body, so its Content-Type must not cause a 415. Where a list's path
# ends in a variable part, that part may carry `.csv`; other lists have a second path.


@app.route("/v1/health", content_types=[])
@app.route("/v1/metrics", content_types=[])
@app.route("/v1/metrics.csv", content_types=[])
@app.route("/v1/kingdoms", content_types=[])
@app.route("/v1/kingdoms.csv", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/snapshots", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/snapshots.csv", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/leaderboards/{metric}", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/gains/{metric}", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/changes", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/changes.csv", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/players", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/players.csv", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/players/{player}", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/alliances", content_types=[])
@app.route("/v1/kingdoms/{kingdom}/alliances.csv", content_types=[])
@app.route("/v1/leaderboards/{metric}", content_types=[])
@app.route("/openapi.json", content_types=[])
def answer(**_: str) -> Response:
    """The response to the current request, from the operation with the route's path."""
    from chalicelib.api import operation, routes
    from chalicelib.api.http import ANSWER_SECONDS, Request, respond, values_of
    from chalicelib.catalog.open import open_catalog
    from chalicelib.threads.deadline import Deadline

    deadline = Deadline.after(ANSWER_SECONDS)
    current: Any = app.current_request
    stage = config.load()
    route = routes.find(current.path, current.uri_params or {})
    reply = respond(
        route.operation,
        Request(
            path=route.path,
            query=values_of(current.query_params),
            if_none_match=current.headers.get("if-none-match"),
            csv=route.csv,
        ),
        operation.Backend(
            stage.query_engine,
            lambda: open_catalog(stage, lake(stage)),
            lambda: engine(stage),
            deadline,
            lambda: lake(stage),
        ),
    )
    return Response(reply.body, dict(reply.headers), reply.status)


@app.route("/", content_types=[])
@app.route("/docs", content_types=[])
@app.route("/static/{name}", content_types=[])
def show(**parts: str) -> Response:
    """The page and its files, or the description of the API for people."""
    from chalicelib.api.http import values_of
    from chalicelib.api.web import serve

    current: Any = app.current_request
    query = values_of(current.query_params)
    known = current.headers.get("if-none-match")
    reply = serve.show(current.path, parts, query, known, current.context.get("path"))
    return Response(reply.body, dict(reply.headers), reply.status)


@app.on_s3_event(
    bucket=settings.bucket,
    prefix=f"{settings.key_prefix}{INBOX}",
    events=["s3:ObjectCreated:*"],
)
def ingest_players(event: UploadEvent) -> dict[str, Any] | list[dict[str, Any]] | None:
    """Ingest the uploads of an S3 event, whichever way it came (`UploadEvent`).

    Returns:
        The upload's report with `published` and `place`; a list of these if the event has several
        uploads; None when there is nothing to do.

    Raises:
        StoreError: the lake cannot be read or written; S3 retries the event.
    """
    from chalicelib.ingest import logged
    from chalicelib.ingest.pipeline import ingest_key

    stage = config.load()
    for shape in event.not_understood:
        logs.log_event(app.log, "event_not_understood", {"shape": shape}, logging.WARNING)
    keys = [key for key in event.keys_below(stage.key_prefix) if key.startswith(INBOX)]
    done = [
        logged.log_ingestion(app.log, key, partial(ingest_key, lake(stage), key, stage))
        for key in keys
    ]
    answers = [ingested.answer(lake(stage)) for ingested in done if ingested is not None]
    if len(keys) > 1:
        return answers
    return answers[0] if answers else None


ingest_players.event_class = UploadEvent


@app.on_s3_event(
    bucket=settings.bucket,
    prefix=f"{settings.key_prefix}{REPORTS}",
    suffix=".json",
    events=["s3:ObjectCreated:*"],
)
def tell_uploader(event: ReportEvent) -> dict[str, int]:
    """Tell the topic and the chats what became of the uploads whose reports were written.

    Returns:
        How many reports were told of, and how many objects were none.

    Raises:
        NotToldError: somebody was not told, or a report could not be read; S3 retries the event.
    """
    stage = config.load()
    for shape in event.not_understood:
        logs.log_event(app.log, "event_not_understood", {"shape": shape}, logging.WARNING)
    keys = [key for key in event.keys_below(stage.key_prefix) if key.startswith(REPORTS)]
    return teller(stage).tell(keys, event.seconds_left, event.request_id)._asdict()


tell_uploader.event_class = ReportEvent


@app.schedule(Rate(15, unit=Rate.MINUTES))
def sweep_inbox(event: SweepEvent) -> dict[str, int]:
    """Ingest the objects of the inbox that have no report, because an event may have been lost.

    It ends before the function's time limit; the next sweep goes on.

    Returns:
        How many uploads were ingested; how many of them were accepted, rejected and withdrawals;
        how many failed, are put off since they failed before, and are left for want of time; with
        a table how many of its parts were deleted, which nothing names any more.

    Raises:
        SweepIncompleteError: the lake failed on some uploads, which later sweeps retry. Raised
            after all others are done, to trigger the alarm on the function's errors.
        StoreError: the lake could not be listed, or the table not be written.
    """
    from chalicelib.ingest import logged
    from chalicelib.ingest.sweep import Sweep, SweepFailure
    from chalicelib.ingest.sweeping.memory import LakeMemory

    stage = config.load()
    counts = {"ingested": 0, "accepted": 0, "rejected": 0, "withdrawn": 0, "failed": 0}
    sweep = Sweep(lake(stage), stage, event.seconds_left, LakeMemory(lake(stage)))
    for outcome in logged.log_sweep(app.log, sweep.results()):
        if isinstance(outcome, SweepFailure):
            counts["failed"] += 1
        else:
            counts["ingested"] += 1
            counts[outcome.report["status"]] += 1
    counts |= {"put_off": sweep.put_off, "left": sweep.left}
    if stage.dynamodb_table is not None:
        from chalicelib.ingest.sweeping.parts import drop_parts

        counts["dropped"] = drop_parts(lake(stage), event.seconds_left)
    logs.log_event(app.log, "swept", counts)
    if failed := counts["failed"] + sweep.put_off:
        raise SweepIncompleteError(
            f"the lake failed on {failed} uploads, {sweep.put_off} of them before; see the log"
        )
    return counts


sweep_inbox.event_class = SweepEvent

if (function := config.lambda_function()) is not None:
    from chalicelib import warm

    warm.prepare(function, settings, lake, engine)
