"""Of the service itself: health, metrics, the document, errors."""

from typing import Final

from chalicelib.api.schemas.parts import METRIC, Schema, list_of, object_of
from chalicelib.boards.metrics import METRIC_NAMES, METRICS

_METRIC_EXAMPLE = {
    "metric": METRICS[0].name,
    "label": METRICS[0].label,
    "description": METRICS[0].description,
}

SERVICE: Final[dict[str, Schema]] = {
    "Health": object_of(
        {
            "status": {"const": "ok"},
            "version": {"type": "string", "description": "The app's version."},
            "engine": {"type": "string", "description": "What answers the boards."},
        },
        {"status": "ok", "version": "1.0.0", "engine": "boards"},
    ),
    "MetricName": {
        "type": "string",
        "enum": list(METRIC_NAMES),
        "description": "What players are ranked by.",
        "examples": [METRIC_NAMES[0]],
    },
    "MetricInfo": object_of(
        {
            "metric": METRIC,
            "label": {"type": "string", "description": "A heading for the board."},
            "description": {"type": "string", "description": "One sentence for people."},
        },
        _METRIC_EXAMPLE,
    ),
    "MetricList": object_of({"metrics": list_of("MetricInfo")}, {"metrics": [_METRIC_EXAMPLE]}),
    "OpenApi": {
        "type": "object",
        "properties": {
            "openapi": {"type": "string"},
            "info": {"type": "object"},
            "paths": {"type": "object"},
        },
        "required": ["openapi", "info", "paths"],
        "examples": [
            {"openapi": "3.1.0", "info": {"title": "rok leaderboard-api"}, "paths": {}},
        ],
    },
    "Error": object_of(
        {
            "Code": {"type": "string", "description": "What kind of error it is."},
            "Message": {"type": "string", "description": "What is wrong, for people."},
        },
        {"Code": "BadRequestError", "Message": "limit must be 1 to 1000, not 0"},
    ),
    "GatewayMessage": object_of(
        {"message": {"type": "string", "description": "What is wrong, in the gateway's words."}},
        {"message": "Missing Authentication Token"},
        description="What `chalice local` says of an unknown path.",
    ),
}
