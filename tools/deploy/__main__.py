"""`python -m tools.deploy STAGE`, which `make deploy`, `chalice deploy` and the like call."""

import argparse
import signal
import sys
from pathlib import Path
from typing import Final, NoReturn

from tools.deploy.guards.options import NOBODY, Options, add_arguments

ROOT = Path(__file__).resolve().parent.parent.parent
INTERRUPTED: Final = 128 + signal.SIGINT
TERMINATED: Final = 128 + signal.SIGTERM


def main(argv: list[str] | None = None) -> int:
    """Deploy or destroy a stage; 0 when done, 1 when it failed, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="make deploy STAGE=…", description=__doc__)
    parser.add_argument("stage", help="the stage, as .chalice/config.json has it")
    parser.add_argument("--bucket", help="the lake's bucket (BUCKET=…)")
    parser.add_argument(
        "--alarm-email", help="who is told of alarms; `none` for nobody (ALARM_EMAIL=…)"
    )
    add_arguments(parser)
    parser.add_argument("--destroy", action="store_true", help="take the stage down")
    arguments = parser.parse_args(argv)
    if not arguments.stage:
        return _fail("which stage? `make deploy STAGE=dev` deploys dev")
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _fail("stopped; the same command goes on where this one ended", INTERRUPTED)


def _run(arguments: argparse.Namespace) -> int:
    # They take a while, in which Ctrl-C is to be heard.
    from tools.deploy.deploy import deploy  # noqa: PLC0415
    from tools.deploy.destroy import destroy  # noqa: PLC0415
    from tools.deploy.errors import AWS_ERRORS, DeployError, one_line  # noqa: PLC0415

    try:
        if arguments.destroy:
            destroy(ROOT, arguments.stage)
        else:
            email = "" if arguments.alarm_email == NOBODY else arguments.alarm_email or None
            deploy(ROOT, arguments.stage, arguments.bucket or None, email, Options.of(arguments))
    except DeployError as error:
        return _fail(str(error))
    except AWS_ERRORS as error:
        return _fail(f"AWS: {one_line(str(error))}")
    except Exception as error:  # a bad endpoint, a full disk, or a mistake of ours
        return _fail(f"{type(error).__name__}: {one_line(str(error))}")
    return 0


def _fail(sentence: str, code: int = 1) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return code


def _terminate(_signal: int, _frame: object) -> NoReturn:
    """End as on Ctrl-C: the stack unwinds, and no chalice that was started goes on alone."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main())
