"""Items as DynamoDB has them: attributes by name, each with its type.

`pk` and `sk` (S) are the key, `b` (B) the body, `f` (M) a map of the facts, each of type S. The
facts are in a map because a query can ask for some attributes only by their whole names, and it
does not know which facts there are.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from chalicelib.errors import InvalidKeyError, StoreError
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, Item, ItemKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

    Attributes = dict[str, UniversalAttributeValueTypeDef]

GROUP: Final = "pk"
NAME: Final = "sk"
BODY: Final = "b"
FACTS: Final = "f"

MAX_GROUP_BYTES: Final = 2048
MAX_NAME_BYTES: Final = 1024
"""DynamoDB's limits of a partition key and of a sort key."""

# What DynamoDB counts for a map, and for each entry of it.
_MAP_BYTES: Final = 3
_ENTRY_BYTES: Final = 1


def key_attributes(key: ItemKey) -> "Attributes":
    """A key's attributes.

    Raises:
        InvalidKeyError: no table can hold it.
    """
    check_group(key.group)
    check_name(key.name)
    return {GROUP: {"S": key.group}, NAME: {"S": key.name}}


def attributes_of(item: Item) -> "Attributes":
    """An item's attributes.

    Raises:
        InvalidKeyError: no table can hold its key.
        StoreError: it is larger than `MAX_ITEM_BYTES`, or a fact is no Unicode text.
    """
    attributes = key_attributes(item.key)
    size = item_bytes(item)
    if size > MAX_ITEM_BYTES:
        raise StoreError(
            f"the item {item.key.group} {item.key.name} has {size:,} bytes, "
            f"and DynamoDB takes {MAX_ITEM_BYTES:,} at most"
        )
    attributes[BODY] = {"B": item.body}
    attributes[FACTS] = {"M": {name: {"S": text} for name, text in item.facts.items()}}
    return attributes


def read_key(attributes: Mapping[str, Any]) -> ItemKey:
    """The key among an item's attributes."""
    return ItemKey(attributes[GROUP]["S"], attributes[NAME]["S"])


def read_item(attributes: Mapping[str, Any]) -> Item:
    """The item of these attributes; without a body or facts where there are none of their type."""
    body = attributes.get(BODY, {}).get("B", b"")
    facts = attributes.get(FACTS, {}).get("M", {})
    texts = {name: fact["S"] for name, fact in facts.items() if "S" in fact}
    return Item(read_key(attributes), bytes(body), texts)


def item_bytes(item: Item) -> int:
    """An item's size as DynamoDB counts it: https://docs.aws.amazon.com/amazondynamodb/latest/
    developerguide/CapacityUnitCalculations.html.

    Raises:
        StoreError: a fact is no Unicode text.
    """
    texts = (*item.key, *item.facts, *item.facts.values())
    try:
        size = sum(len(text.encode()) for text in texts)
    except UnicodeEncodeError:
        raise StoreError(f"a fact of the item {item.key!r} is not Unicode text") from None
    names = len(GROUP) + len(NAME) + len(BODY) + len(FACTS)
    return names + size + len(item.body) + _MAP_BYTES + _ENTRY_BYTES * len(item.facts)


def check_group(group: str) -> None:
    """Refuse a group that no table can hold.

    Raises:
        InvalidKeyError: it is empty, too long, or no Unicode text.
    """
    _check(group, MAX_GROUP_BYTES, "an item's group")


def check_name(name: str) -> None:
    """Refuse an item's name that no table can hold.

    Raises:
        InvalidKeyError: it is empty, too long, or no Unicode text.
    """
    _check(name, MAX_NAME_BYTES, "an item's name")


def _check(text: str, limit: int, what: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InvalidKeyError(f"{what} must be Unicode text, not {text!r}") from None
    if not 0 < size <= limit:
        raise InvalidKeyError(f"{what} has 1 to {limit:,} bytes, not {size:,}")
