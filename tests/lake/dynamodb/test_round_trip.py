"""Any items come back as they were written, in the order of their names' bytes."""

import itertools
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import Item, ItemKey

_numbers: Final = itertools.count()

TEXTS: Final = st.text(max_size=20)
NAMES: Final = st.text(min_size=1, max_size=20)
FACTS: Final = st.dictionaries(NAMES, TEXTS, max_size=4)
ITEMS: Final = st.dictionaries(NAMES, st.tuples(st.binary(max_size=60), FACTS), max_size=12)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=NAMES, contents=ITEMS, first=TEXTS, last=TEXTS)
def test_items_come_back(
    table: DynamoTable,
    prefix: str,
    contents: dict[str, tuple[bytes, dict[str, str]]],
    first: str,
    last: str,
) -> None:
    group = f"{prefix}{next(_numbers)}"  # the table is the same in all examples
    items = [Item(ItemKey(group, name), *content) for name, content in contents.items()]
    items.sort(key=lambda item: item.key.name.encode())
    table.put_many(reversed(items))
    assert [*table.query(group)] == items
    assert [*table.query(group, facts=True)] == [item._replace(body=b"") for item in items]
    assert table.get_many([item.key for item in items]) == {item.key: item for item in items}
    assert [table.get(item.key) for item in items[:2]] == items[:2]
    between = [item for item in items if first.encode() <= item.key.name.encode() <= last.encode()]
    assert [*table.query(group, first=first, last=last)] == between
    table.delete_many(item.key for item in items[1:])
    assert [*table.query(group, consistent=True)] == items[:1]
