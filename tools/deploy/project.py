"""The chalice project of one deployment: a copy of the source, with the stage made concrete.

Chalice takes its configuration as it is. So it is filled in here, in `build/deploy/STAGE.REGION/`,
and nothing in the source tree is ever changed by a deployment.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any, Final

from chalicelib.views.registry import folders
from tools.deploy.errors import DeployError
from tools.deploy.stage import Stage

SOURCES: Final = ("app.py", "requirements.txt", "chalicelib")
ENGINE: Final = "OnlyWithEngine"
"""The key of a statement that is left out of a stage with another engine."""
VIEW: Final = "VIEW"
"""The placeholder that makes an entry of a list stand for one entry per folder of a view."""


def folder(root: Path, stage: Stage) -> Path:
    """Where a stage's project is made: each region has its own, which may be deployed meanwhile."""
    return root / "build" / "deploy" / f"{stage.name}.{stage.account.region}"


@contextmanager
def alone(root: Path, stage: Stage) -> Iterator[None]:
    """Let no other deployment from this clone change the stage in its region during the block.

    Raises:
        DeployError: one is doing so.
    """
    path = folder(root, stage)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError(
                f"the stage {stage.name} in {stage.account.region} is being deployed or destroyed "
                "from this clone right now; wait for its end"
            ) from None
        yield


def make(
    root: Path,
    stage: Stage,
    roles: Mapping[str, str] | None = None,
    places: Mapping[str, int] | None = None,
) -> Path:
    """Make a stage's project anew.

    Args:
        root: the source tree.
        stage: the stage.
        roles: the ARN of each function's role; None when nothing is to be deployed.
        places: how much concurrency is reserved for which function; as configured when None.

    Returns:
        The project's folder.
    """
    target = folder(root, stage)
    shutil.rmtree(target, ignore_errors=True)
    (target / ".chalice").mkdir(parents=True)
    for name in SOURCES:
        _copy(root / name, target / name)
    config = _with_roles(stage.config, roles or {})
    config = config if places is None else _with_reservations(config, places)
    _write_json(target / ".chalice" / "config.json", config)
    return target


def render_policy(path: Path, stage: Stage) -> dict[str, Any]:
    """A function's policy, with the stage's own names in it and all folders of views.

    What only one engine needs is there in a stage with that engine alone.

    Raises:
        DeployError: it cannot be read or has an unknown placeholder.
    """
    try:
        written = _of_engine(json.loads(path.read_text("utf-8")), stage.query_engine)
        policy: dict[str, Any] = _filled(written, stage.placeholders)
    except (OSError, ValueError, KeyError) as error:
        raise DeployError(f".chalice/{path.name} cannot be used: {error!r}") from error
    return policy


def reservations(config: dict[str, Any]) -> dict[str, int]:
    """How much concurrency is reserved for which function."""
    functions = config["lambda_functions"].items()
    return {
        name: function["reserved_concurrency"]
        for name, function in functions
        if "reserved_concurrency" in function
    }


def _with_roles(config: dict[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    """The configuration with roles that chalice takes as they are, and has no policy files for."""
    functions = {
        name: {
            **{key: value for key, value in function.items() if key != "iam_policy_file"},
            **({"manage_iam_role": False, "iam_role_arn": roles[name]} if name in roles else {}),
        }
        for name, function in config["lambda_functions"].items()
    }
    return {**config, "lambda_functions": functions}


def _with_reservations(config: dict[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    """The configuration with other reservations; chalice takes away one that is not named."""
    functions = {
        name: {
            **{key: value for key, value in function.items() if key != "reserved_concurrency"},
            **({"reserved_concurrency": places[name]} if name in places else {}),
        }
        for name, function in config["lambda_functions"].items()
    }
    return {**config, "lambda_functions": functions}


def _of_engine(policy: dict[str, Any], engine: str) -> dict[str, Any]:
    """A policy file without the statements of other engines."""
    statements = [
        {key: value for key, value in statement.items() if key != ENGINE}
        for statement in policy.get("Statement", [])
        if statement.get(ENGINE, engine) == engine
    ]
    return {**policy, "Statement": statements}


def _filled(node: Any, values: dict[str, str]) -> Any:
    """A part of a policy with its placeholders filled in; `${VIEW}` has a place only in lists."""
    if isinstance(node, dict):
        return {key: _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [entry for item in node for entry in _entries(item, values)]
    return Template(node).substitute(values) if isinstance(node, str) else node


def _entries(item: Any, values: dict[str, str]) -> list[Any]:
    """What an entry of a list stands for."""
    if not isinstance(item, str) or f"${{{VIEW}}}" not in item:
        return [_filled(item, values)]
    return [_filled(item, {**values, VIEW: folder}) for folder in folders()]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copyfile(source, target)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
