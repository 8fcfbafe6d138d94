"""What chalice's commands do in this project when they are typed by hand: what `make` does.

Called by chalicelib/packaging_guard.py when chalice loads the app. As in `tools.hand_over`, here is
the standard library only, and syntax that Python 3.9 reads.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tools.hand_over import (
    OLDEST_LOCAL_PYTHON,
    OLDEST_PYTHON,
    ROOT,
    VENV,
    RefusedError,
    Work,
    become,
    get_ready,
    start_again,
    version,
)

LIBRARIES = ("pyarrow", "jsonschema")

# What `make deploy` takes from the environment or its command line, and the option that it is for.
DEPLOY_OPTIONS = {
    "BUCKET": "--bucket",
    "ALARM_EMAIL": "--alarm-email",
    "RATE": "--rate",
    "BURST": "--burst",
    "ACCESS_LOGS": "--access-logs",
    "BUDGET_USD": "--budget",
    "UPLOADS_EMAIL": "--uploads-email",
    "EDGE": "--edge",
    "EDGE_DOMAIN": "--edge-domain",
    "EDGE_CERTIFICATE": "--edge-certificate",
}

# With these in the environment AWS_PROFILE would not count.
_STRONGER_THAN_PROFILE = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_DEFAULT_PROFILE",
)


def take_over(context: Any) -> None:
    """Do a chalice command by our own tools, if it is one that chalice itself cannot do.

    Args:
        context: click's context of the command.

    Raises:
        SystemExit: unless chalice is to go on.
    """
    command = context.command.name
    try:
        work = planned(command, context.params, os.environ, given=_is_given(context, "stage"))
    except RefusedError as refusal:
        raise SystemExit(f"error: {refusal}") from None
    if work is None:
        _stop_on_wrong_setting()
        return
    if context.obj.get("debug"):
        _note("--debug has no effect here; what chalice says is kept in build/deploy")
    if command == "local":
        # It loads the app in a thread, and another one waits for files to change.
        start_again(work)
    get_ready(work)
    # At the end of the command, when chalice has removed its temporary files.
    context.call_on_close(lambda: become(work))
    raise SystemExit


def planned(
    command: str, params: Mapping[str, Any], environ: Mapping[str, str], *, given: bool
) -> Work | None:
    """What is run instead of a command; None where chalice itself goes on.

    Args:
        command: its name.
        params: its options and arguments, as chalice's command line reads them.
        environ: the environment.
        given: whether the stage was, rather than left to chalice's default.

    Raises:
        RefusedError: it cannot be done so.
    """
    plans: dict[str, Callable[..., Work]] = {
        "deploy": _deploy,
        "delete": _delete,
        "package": _package,
        "plan": _plan,
    }
    if command in plans:
        return plans[command](params, environ)
    if command == "local":
        return _local(params, environ, given)
    if sys.version_info < OLDEST_LOCAL_PYTHON:
        raise RefusedError(
            f"{version(sys.version_info)} cannot load the app: it takes 3.11 or newer"
        )
    return None


def _deploy(params: Mapping[str, Any], environ: Mapping[str, str]) -> Work:
    stage = str(params["stage"])
    if params.get("autogen_policy"):
        raise RefusedError(
            "--autogen-policy is not supported: what the functions may do stands in "
            ".chalice/policy-*.json; leave the option out"
        )
    api_stage = params.get("api_gateway_stage")
    if api_stage is not None and api_stage != _configured(stage, "api_gateway_stage"):
        raise RefusedError(
            "--api-gateway-stage is not supported: set api_gateway_stage in .chalice/config.json"
        )
    if params.get("connection_timeout") is not None:
        _note("--connection-timeout has no effect here: connections have AWS's usual 60 s")
    options = [
        f"{option}={environ[name]}" for name, option in DEPLOY_OPTIONS.items() if environ.get(name)
    ]
    return Work(
        "python",
        ["-m", "tools.deploy", *options, "--", stage],
        _with_profile(params, environ),
        OLDEST_PYTHON,
    )


def _delete(params: Mapping[str, Any], environ: Mapping[str, str]) -> Work:
    arguments = ["-m", "tools.deploy", "--destroy", "--", str(params["stage"])]
    return Work("python", arguments, _with_profile(params, environ), OLDEST_LOCAL_PYTHON)


def _package(params: Mapping[str, Any], environ: Mapping[str, str]) -> Work:
    if params.get("pkg_format", "cloudformation") != "cloudformation":
        raise RefusedError(
            "--pkg-format terraform is not supported: `chalice deploy` makes what belongs to the "
            "package; without the option the package alone is written"
        )
    if params.get("merge_template") is not None or params.get("template_format", "json") != "json":
        raise RefusedError(
            "--merge-template and --template-format are not supported: no template is written, "
            "since chalice can make none for an app with an S3 event"
        )
    out = Path(params["out"])
    path = out if params.get("single_file") else out / "deployment.zip"
    arguments = ["-m", "tools.package", f"--stage={params['stage']}", f"--to={path}"]
    return Work("python", arguments, dict(environ), OLDEST_PYTHON)


def _plan(params: Mapping[str, Any], environ: Mapping[str, str]) -> Work:
    del params, environ
    raise RefusedError(
        "`chalice dev plan` is not supported: it would plan with chalice's own package, which is "
        "not what is deployed; docs/deploy.md says what `chalice deploy` makes"
    )


def _local(params: Mapping[str, Any], environ: Mapping[str, str], given: bool) -> Work | None:
    """`chalice local` is chalice's own, but for its stage, and where the libraries are missing."""
    stage = str(params["stage"]) if given else "local"
    if not _can_serve():
        reload = "--autoreload" if params["autoreload"] else "--no-autoreload"
        arguments = [f"--stage={stage}", f"--host={params['host']}", f"--port={params['port']}"]
        return Work("chalice", ["local", *arguments, reload], dict(environ), OLDEST_LOCAL_PYTHON)
    if not given:
        for name in _variables(str(params["stage"])):
            os.environ.pop(name, None)
        os.environ.update(_variables(stage))
    return None


def _can_serve() -> bool:
    """Whether this Python has what the app needs; `.venv` always has, or is to say itself."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return True
    return sys.version_info >= OLDEST_LOCAL_PYTHON and all(map(find_spec, LIBRARIES))


def _stop_on_wrong_setting() -> None:
    """End the process as app.py would, which `chalice local` loads in a thread: that would end."""
    if threading.current_thread() is threading.main_thread():
        return
    from chalicelib import config  # noqa: PLC0415 - this Python can import it
    from chalicelib.errors import ConfigError  # noqa: PLC0415

    try:
        config.load()
    except ConfigError as error:
        print(f"leaderboard-api: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def _with_profile(params: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which `--profile` counts, as for chalice, more than anything set."""
    profile = params.get("profile")
    if profile is None:
        return dict(environ)
    rest = {name: text for name, text in environ.items() if name not in _STRONGER_THAN_PROFILE}
    return {**rest, "AWS_PROFILE": str(profile)}


def _config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    return config


def _configured(stage: str, name: str) -> Any:
    config = _config()
    return config.get("stages", {}).get(stage, {}).get(name, config.get(name))


def _variables(stage: str) -> dict[str, str]:
    """The environment variables that chalice sets for a stage."""
    config = _config()
    own = config.get("stages", {}).get(stage, {})
    return {
        **config.get("environment_variables", {}),
        **own.get("environment_variables", {}),
    }


def _is_given(context: Any, name: str) -> bool:
    """Whether an option was typed; click 7 does not tell, and then it was not."""
    source = getattr(context, "get_parameter_source", lambda _name: None)(name)
    return getattr(source, "name", "DEFAULT") != "DEFAULT"


def _note(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)
