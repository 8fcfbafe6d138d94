"""Whatever DynamoDB, the network or the settings do: the work is finished, or the error is ours."""

import socket
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from chalicelib.errors import (
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake.dynamodb import resending
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.resending import READING, WRITING
from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.dynamodb.faults import Fault, Faults, failure, half, lost, reset, throttled
from tests.dynamodb.tables import make_client
from tests.lake.dynamodb.support import calls

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = ItemKey("g", "0000")
ITEMS = [Item(ItemKey("g", f"{number:04d}"), b"body") for number in range(30)]
KEYS = [item.key for item in ITEMS]


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(resending, "time", made)
    return made


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance gives each pause its full length."""
    monkeypatch.setattr("random.uniform", lambda low, high: high)


def test_what_is_given_back_is_written_in_the_end(faults: Faults, clock: Clock) -> None:
    faults.plan = [half, half, half]
    faults.table.put_many(ITEMS)
    assert [*faults.table.query("g")] == ITEMS
    assert faults.operations() == ["BatchWriteItem"] * 5 + ["Query"]
    assert len(clock.pauses) == 3
    faults.plan = [half, throttled, half]
    faults.table.delete_many(KEYS)
    assert [*faults.table.query("g")] == []


def test_what_is_given_back_is_read_in_the_end(faults: Faults, clock: Clock) -> None:
    faults.table.put_many(ITEMS)
    faults.calls.clear()
    faults.plan = [half, throttled, half]
    found = faults.table.get_many(KEYS, consistent=True)
    assert found == {item.key: item for item in ITEMS}
    assert len(faults.calls) == 4
    asked = [call.sent["RequestItems"][faults.table.name] for call in faults.calls]
    assert [len(keys["Keys"]) for keys in asked] == [30, 15, 15, 8]
    assert all(keys["ConsistentRead"] for keys in asked)


@pytest.mark.usefixtures("longest")
def test_pauses_grow_while_nothing_is_done_and_end_with_the_budget(
    faults: Faults, clock: Clock
) -> None:
    faults.plan = [throttled] * 100
    with pytest.raises(StoreUnavailableError, match="25 of 25 items of a batch"):
        faults.table.put_many(ITEMS)
    assert len(faults.calls) == WRITING.tries
    assert clock.pauses[:6] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    assert max(clock.pauses) == 2.0


@pytest.mark.usefixtures("longest")
def test_a_batch_that_is_done_in_tiny_parts_ends_with_its_seconds(
    faults: Faults, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "FIRST_PAUSE", READING.seconds / 2.5)
    faults.plan = [half] * 100
    with pytest.raises(StoreUnavailableError, match="4 of 30 items"):
        faults.table.get_many(KEYS)
    assert sum(clock.pauses) <= READING.seconds
    assert len(faults.calls) == 3


def test_a_pause_is_chance(faults: Faults, clock: Clock) -> None:
    faults.plan = [throttled] * 9
    faults.table.put_many(ITEMS)
    assert len({*clock.pauses}) == 9
    assert all(0 <= pause <= 2.0 for pause in clock.pauses)


def test_an_answer_that_is_lost_leaves_what_was_written(faults: Faults) -> None:
    for attempt in (
        partial(faults.table.put_many, ITEMS[:3]),
        partial(faults.table.create, Item(ItemKey("h", "1"), b"", {"revision": "1"})),
        partial(faults.table.replace, Item(ItemKey("h", "1"), b"", {"revision": "2"}), "1"),
        partial(faults.table.delete_many, KEYS[:1]),
    ):
        faults.plan = [lost]
        with pytest.raises(StoreUnavailableError, match="Connection was closed"):
            attempt()
    assert [*faults.table.query("g")] == ITEMS[1:3]
    found = faults.table.get(ItemKey("h", "1"))
    assert found is not None
    assert found.facts == {"revision": "2"}


@pytest.mark.slow
def test_boto3s_own_retry_after_a_lost_answer_finds_the_written_item(
    table: DynamoTable, dynamodb_endpoint: str
) -> None:
    faults = Faults(table.name, make_client(dynamodb_endpoint, attempts=2))
    item = Item(KEY, b"mine")
    faults.plan = [lost]
    with pytest.raises(PreconditionFailedError):
        faults.table.create(item)
    assert table.get(KEY) == item
    faults.plan = [reset]
    faults.table.put_many(ITEMS)
    assert len(faults.calls) == 2 + 3


@pytest.mark.parametrize(
    ("fault", "expected", "said"),
    [
        (throttled, StoreUnavailableError, "throttled|ProvisionedThroughput"),
        (failure(400, "ThrottlingException"), StoreUnavailableError, "throttled|Throttling"),
        (failure(400, "RequestLimitExceeded"), StoreUnavailableError, "throttled|RequestLimit"),
        (failure(400, "TransactionConflictException"), StoreUnavailableError, "a message in two"),
        (failure(500, "InternalServerError"), StoreUnavailableError, "a message in two"),
        (failure(503, "ServiceUnavailable"), StoreUnavailableError, "a message in two"),
        (reset, StoreUnavailableError, "Connection was closed"),
        (failure(400, "AccessDeniedException"), StoreDeniedError, "a message in two"),
        (failure(400, "UnrecognizedClientException"), StoreDeniedError, "a message in two"),
        (failure(400, "ExpiredTokenException"), StoreDeniedError, "a message in two"),
        (failure(400, "ValidationException", "who knows"), StoreError, "who knows"),
        (
            failure(400, "ResourceNotFoundException", "Requested resource not found"),
            StoreError,
            "there is no table rok-.*DYNAMODB_TABLE",
        ),
    ],
)
def test_a_fault_is_told_as_the_stores_error(
    faults: Faults, fault: Fault, expected: type[StoreError], said: str
) -> None:
    for call in calls(faults.table, KEY):
        faults.plan = [fault] * 20
        with pytest.raises(expected, match=said) as raised:
            call()
        assert issubclass(raised.type, expected)
        assert faults.table.name in str(raised.value)
        assert "\n" not in str(raised.value)


def test_a_table_that_is_not_there_is_named(dynamodb_client: "DynamoDBClient") -> None:
    for call in calls(DynamoTable("nowhere", dynamodb_client), KEY):
        with pytest.raises(StoreError, match=r"no table nowhere .*set DYNAMODB_TABLE") as raised:
            call()
        assert raised.type is StoreError


def test_a_table_with_other_keys_is_named(
    table: DynamoTable, dynamodb_client: "DynamoDBClient"
) -> None:
    name = f"{table.name}-other"
    dynamodb_client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    for call in calls(DynamoTable(name, dynamodb_client), KEY):
        with pytest.raises(StoreError, match=rf"{name}: .*other keys than pk and sk") as raised:
            call()
        assert raised.type is StoreError


def test_a_refused_connection_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    table = DynamoTable("rok", make_client(f"http://127.0.0.1:{port}"))
    for call in calls(table, KEY):
        with pytest.raises(StoreUnavailableError, match="Could not connect"):
            call()


def test_missing_credentials_are_a_matter_for_the_operator(
    table: DynamoTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(StoreDeniedError, match="credentials"):
        DynamoTable(table.name).get(KEY)


@pytest.mark.parametrize("name", ["", "a", "two words", "a/b"])
def test_a_name_that_no_table_can_have_is_our_error(
    name: str, dynamodb_client: "DynamoDBClient"
) -> None:
    for call in calls(DynamoTable(name, dynamodb_client), KEY):
        with pytest.raises(StoreError):
            call()


def test_what_the_source_of_the_items_raises_comes_through(table: DynamoTable) -> None:
    def items() -> Iterator[Item]:
        yield ITEMS[0]
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        table.put_many(items())
    assert [*table.query("g")] == []
