"""`python -m tools.deploy STAGE`, which `make deploy` and `make destroy` call."""

import argparse
import sys
from pathlib import Path

from tools.deploy.deploy import deploy
from tools.deploy.destroy import destroy
from tools.deploy.errors import AWS_ERRORS, DeployError, one_line
from tools.deploy.guards.options import Options, add_arguments

ROOT = Path(__file__).resolve().parent.parent.parent


def main(argv: list[str] | None = None) -> int:
    """Deploy or destroy a stage; 0 when done, 1 when it failed, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="make deploy STAGE=…", description=__doc__)
    parser.add_argument("stage", help="the stage, as .chalice/config.json has it")
    parser.add_argument("--bucket", help="the lake's bucket (BUCKET=…)")
    parser.add_argument("--alarm-email", help="who is told of alarms (ALARM_EMAIL=…)")
    add_arguments(parser)
    parser.add_argument("--destroy", action="store_true", help="take the stage down")
    arguments = parser.parse_args(argv)
    if not arguments.stage:
        return _fail("which stage? `make deploy STAGE=dev` deploys dev")
    try:
        if arguments.destroy:
            destroy(ROOT, arguments.stage)
        else:
            bucket, email = arguments.bucket or None, arguments.alarm_email or None
            deploy(ROOT, arguments.stage, bucket, email, Options.of(arguments))
    except DeployError as error:
        return _fail(str(error))
    except AWS_ERRORS as error:
        return _fail(f"AWS: {one_line(str(error))}")
    except KeyboardInterrupt:
        return _fail("stopped; the same command goes on where this one ended", 130)
    return 0


def _fail(sentence: str, code: int = 1) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
