"""What chalice cannot set on functions: failed events, log retention, what the account allows."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError, WaiterError

from tools.deploy.errors import code_of
from tools.deploy.project import reservations
from tools.deploy.stage import API, FUNCTIONS, INGEST, SWEEP, TELL, Stage

LOG_RETENTION_DAYS: Final = 30
# AWS keeps this many executions unreserved; an account with fewer can reserve none.
ALWAYS_UNRESERVED: Final = 100

INGEST_RETRIES: Final = 2
INGEST_MAX_AGE: Final = 6 * 60 * 60
TELL_RETRIES: Final = 2
TELL_MAX_AGE: Final = 6 * 60 * 60
SWEEP_RETRIES: Final = 0
# The next one comes after 15 minutes.
SWEEP_MAX_AGE: Final = 15 * 60

SETTLING: Final = {"Delay": 2, "MaxAttempts": 60}
"""How often, in seconds, and how many times it is looked whether a function is being changed."""

# A role that was made or changed a moment ago is not yet known everywhere.
ROLE_WAITS: Final = (2.0, 4.0, 8.0, 16.0, 16.0)


def make_log_groups(stage: Stage) -> None:
    """Have a log group for each function before it first runs, with an end to what is kept."""
    logs: Any = stage.account.session.client("logs")
    for function in FUNCTIONS:
        group = f"/aws/lambda/{stage.function(function)}"
        try:
            logs.create_log_group(logGroupName=group)
        except ClientError as error:
            if code_of(error) != "ResourceAlreadyExistsException":
                raise
        logs.put_retention_policy(logGroupName=group, retentionInDays=LOG_RETENTION_DAYS)


def wait_until_settled(stage: Stage) -> None:
    """Wait for what a deployment that was stopped is still doing to the functions.

    AWS refuses to change a function that is being changed. One that is not there, or that failed,
    is not waited for.
    """
    client: Any = stage.account.session.client("lambda")
    for function in FUNCTIONS:
        for name in ("function_active_v2", "function_updated_v2"):
            waiter = client.get_waiter(name)
            with suppress(WaiterError):
                waiter.wait(FunctionName=stage.function(function), WaiterConfig=dict(SETTLING))


class Reservable(NamedTuple):
    """What the account lets the stage reserve.

    Attributes:
        places: how much concurrency, for each function that gets any.
        note: what could not be reserved and why, in one sentence; None when all could.
    """

    places: dict[str, int]
    note: str | None


def reservable(stage: Stage) -> Reservable:
    """How much of the concurrency that the stage asks for its account has.

    What there is goes to the sweep first, then to ingestion, to telling, to the API; a function
    keeps what it has.
    """
    client: Any = stage.account.session.client("lambda")
    asked = reservations(stage.config)
    wanted = {name: asked[name] for name in (SWEEP, INGEST, TELL, API) if name in asked}
    try:
        unreserved = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    except ClientError:
        # Whoever may not ask this may well be allowed to deploy; chalice will tell.
        return Reservable(wanted, None)
    had = {name: _reserved(client, stage.function(name)) for name in wanted}
    spare = max(0, unreserved - ALWAYS_UNRESERVED)
    places = _shared_out(wanted, had, spare)
    missing = [
        f"{name} has {places.get(name, 0)} of {places_asked} places"
        for name, places_asked in wanted.items()
        if places.get(name) != places_asked
    ]
    if not missing:
        return Reservable(places, None)
    return Reservable(
        places,
        f"not all concurrency could be reserved: {', '.join(missing)}; AWS keeps "
        f"{ALWAYS_UNRESERVED} of the account's places unreserved, and beyond those it had "
        f"{spare} free (docs/deploy.md)",
    )


def _shared_out(wanted: dict[str, int], had: dict[str, int], spare: int) -> dict[str, int]:
    """The places of each function that gets any, the first ones first; all that is asked or none.

    Args:
        wanted: how many each asks for.
        had: how many each has now.
        spare: how many there are beside those.
    """
    places = {}
    for name, count in wanted.items():
        more = max(0, count - had[name])
        if more <= spare:
            spare -= more
            places[name] = count
        elif had[name]:
            places[name] = had[name]
    return places


def _reserved(client: Any, function: str) -> int:
    try:
        found = client.get_function_concurrency(FunctionName=function)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return 0
        raise
    return int(found.get("ReservedConcurrentExecutions", 0))


def set_failure_handling(
    stage: Stage, queues: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Say what becomes of events whose function fails.

    The event of an upload, or of a report to tell of, is tried twice more and then put, with the
    error, into the function's dead-letter queue. A sweep is not tried again: the next one is due
    anyway, and does the same.

    Args:
        stage: whose functions.
        queues: the ARNs of the dead-letter queues, by function.
        sleep: waits so many seconds.
    """
    client: Any = stage.account.session.client("lambda")
    settings: dict[str, dict[str, Any]] = {
        INGEST: {
            "MaximumRetryAttempts": INGEST_RETRIES,
            "MaximumEventAgeInSeconds": INGEST_MAX_AGE,
            "DestinationConfig": {"OnFailure": {"Destination": queues[INGEST]}},
        },
        TELL: {
            "MaximumRetryAttempts": TELL_RETRIES,
            "MaximumEventAgeInSeconds": TELL_MAX_AGE,
            "DestinationConfig": {"OnFailure": {"Destination": queues[TELL]}},
        },
        SWEEP: {
            "MaximumRetryAttempts": SWEEP_RETRIES,
            "MaximumEventAgeInSeconds": SWEEP_MAX_AGE,
        },
    }
    for function, setting in settings.items():
        request = {"FunctionName": stage.function(function), **setting}
        _when_role_is_known(partial(client.put_function_event_invoke_config, **request), sleep)


def _when_role_is_known(call: Callable[[], object], sleep: Callable[[float], None]) -> None:
    """Make a call that checks the function's role, again while AWS says that it lacks rights."""
    for wait in (*ROLE_WAITS, None):
        try:
            call()
        except ClientError as error:
            if wait is None or code_of(error) != "InvalidParameterValueException":
                raise
            sleep(wait)
        else:
            return
