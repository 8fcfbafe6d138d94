"""The evaluator that the policies are tested with follows AWS's rules."""

from typing import Any

import pytest

from tests.infra.iam import Call, is_allowed

BUCKET = "arn:aws:s3:::lake"


def allowed(call: Call, *statements: dict[str, Any]) -> bool:
    return is_allowed(call, [{"Version": "2012-10-17", "Statement": list(statements)}])


def statement(**other: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/a/*", **other}


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    assert not allowed(Call("s3:GetObject", f"{BUCKET}/a/x"))


@pytest.mark.parametrize(
    ("action", "key", "answer"),
    [
        ("s3:GetObject", "a/x", True),
        ("s3:getobject", "a/x/y", True),
        ("s3:GetObject", "a/", True),
        ("s3:GetObject", "A/x", False),
        ("s3:GetObject", "ab/x", False),
        ("s3:GetObjectVersion", "a/x", False),
    ],
)
def test_actions_ignore_case_and_resources_do_not(action: str, key: str, answer: bool) -> None:
    assert allowed(Call(action, f"{BUCKET}/{key}"), statement()) is answer


def test_a_wildcard_spans_slashes_and_is_the_only_special_character() -> None:
    assert allowed(Call("s3:GetObject", f"{BUCKET}/a/[1]"), statement(Action="s3:Get*"))
    assert not allowed(Call("s3:GetObject", f"{BUCKET}/a/1"), statement(Resource=f"{BUCKET}/a/[1]"))


def test_what_is_denied_anywhere_is_denied() -> None:
    deny = statement(Effect="Deny", Principal="*", Action="s3:*", Resource="*")
    assert not allowed(Call("s3:GetObject", f"{BUCKET}/a/x"), statement(), deny)


@pytest.mark.parametrize(
    ("condition", "context", "answer"),
    [
        ({"StringLike": {"s3:prefix": ["a/*", "b/*"]}}, {"s3:prefix": "b/c"}, True),
        ({"StringLike": {"s3:prefix": "a/*"}}, {"s3:prefix": ""}, False),
        ({"StringLike": {"s3:prefix": "a/*"}}, {}, False),
        ({"StringLikeIfExists": {"s3:prefix": "a/*"}}, {}, True),
        ({"StringLikeIfExists": {"s3:prefix": "a/*"}}, {"s3:prefix": "b"}, False),
        ({"Null": {"s3:if-none-match": "true"}}, {}, True),
        ({"Null": {"s3:if-none-match": "true"}}, {"s3:if-none-match": "*"}, False),
        ({"Null": {"k": "true"}, "Bool": {"b": "true"}}, {"b": "false"}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
    ],
)
def test_all_conditions_must_hold(
    condition: dict[str, Any], context: dict[str, str], answer: bool
) -> None:
    call = Call("s3:GetObject", f"{BUCKET}/a/x", context)
    assert allowed(call, statement(Condition=condition)) is answer


@pytest.mark.parametrize("strange", [{"NotAction": "x"}, {"Condition": {"IpAddress": {"x": "y"}}}])
def test_what_the_evaluator_does_not_know_is_an_error(strange: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        allowed(Call("s3:GetObject", f"{BUCKET}/a/x", {"x": "y"}), statement(**strange))
