"""Answer a boto3 client's requests in this process (docs/adr/0019-rehearsed-in-the-init-phase.md).

The first request of each kind costs a client far more than the next ones: modules are imported,
the endpoint's rules and the service's model are read, signers and parsers are made. In Lambda's
init phase this can be done before there is a request, and without a network.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What a service is to have answered.

    Attributes:
        status: the HTTP status.
        headers: without the body's length.
        body: the whole body, which a HEAD request does not get.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def answering(client: Any, answer: Callable[[Any], Answer]) -> Iterator[None]:
    """Within the block no request of a client is sent; for a client that nobody else uses yet.

    Args:
        client: boto3's, of any service.
        answer: from botocore's prepared request to its answer.
    """

    def respond(request: Any, **_: Any) -> Any:
        return response_to(request, answer(request))

    # The first look-up of a host's address imports this codec.
    "localhost".encode("idna")
    client.meta.events.register_first("before-send", respond)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send", respond)


def response_to(request: Any, answer: Answer) -> Any:
    """An answer as botocore has it from its HTTP library."""
    from botocore.awsrequest import AWSResponse
    from urllib3 import HTTPResponse

    raw: Any = HTTPResponse(
        io.BytesIO(b"" if request.method == "HEAD" else answer.body),
        {**answer.headers, "Content-Length": str(len(answer.body))},
        answer.status,
        preload_content=False,
        request_method=request.method,
    )
    return AWSResponse(request.url, answer.status, raw.headers, raw)
