"""A small evaluator of IAM policies: as much of AWS's rules as our policies use.

From AWS's documentation of policy evaluation: a request is denied unless a statement allows it,
and whatever a statement denies is denied, in the caller's own policy and in the bucket's alike.
(Within one account an allowance in either is enough; our bucket policy only denies.) What the
evaluator does not know is an error, never a guess.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Policy = Mapping[str, Any]
Statement = Mapping[str, Any]

_KNOWN: Final = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that somebody asks of AWS.

    Attributes:
        action: like `s3:GetObject`.
        resource: its ARN.
        context: the request's condition keys.
    """

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """For a test's message."""
        return f"{self.action} on {self.resource} {dict(self.context)}"


def is_allowed(call: Call, policies: Iterable[Policy]) -> bool:
    """Whether a call is allowed by the caller's policy and the resource's."""
    matching = [
        statement
        for policy in policies
        for statement in policy["Statement"]
        if matches(statement, call)
    ]
    effects = {statement["Effect"] for statement in matching}
    return "Allow" in effects and "Deny" not in effects


def matches(statement: Statement, call: Call) -> bool:
    """Whether a statement is about a call."""
    unknown = statement.keys() - _KNOWN
    assert not unknown, f"the evaluator does not know {unknown}"
    assert statement.get("Principal", "*") == "*"
    return (
        any(_like(call.action.lower(), action.lower()) for action in listed(statement["Action"]))
        and any(_like(call.resource, resource) for resource in listed(statement["Resource"]))
        and all(
            _holds(operator, key, listed(values), call.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def listed(value: Any) -> list[str]:
    """One or many, as a list."""
    return list(value) if isinstance(value, list) else [value]


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    """Whether one key's condition holds; one that is about an absent key does not."""
    if operator == "Null":
        return (key not in context) == (values == ["true"])
    base = operator.removesuffix("IfExists")
    if key not in context:
        return base != operator
    if base in ("StringLike", "ArnLike"):
        return any(_like(context[key], pattern) for pattern in values)
    if base in ("StringEquals", "Bool"):
        return context[key] in values
    raise AssertionError(f"the evaluator does not know the condition {operator}")


def _like(text: str, pattern: str) -> bool:
    parts = re.split(r"([*?])", pattern)
    regex = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(regex, text, re.DOTALL) is not None
