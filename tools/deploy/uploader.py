"""`make uploader`: what a kingdom's officers may do, as a policy to attach (docs/uploading.md)."""

import argparse
import re
import sys
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tools.deploy.account import Account
from tools.deploy.errors import AWS_ERRORS, DeployError, one_line, while_doing
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import APP, Stage, check_name, data_stack, read_config

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_KINGDOM: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_CONSOLES: Final = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


def uploader_stack(stage: str, kingdom: str) -> str:
    """The stack of a kingdom's policy; no stage has such a name, for its capital."""
    return f"{APP}-{stage}-Kingdom{kingdom}"


def uploader_template(stage: Stage, kingdom: str) -> Template:
    """The stack that holds what a kingdom's officers may do."""
    parameters: dict[str, str | None] = {
        "Stage": stage.name,
        "BucketName": stage.bucket,
        "KeyPrefix": stage.key_prefix,
        "Kingdom": kingdom,
    }
    return Template(uploader_stack(stage.name, kingdom), "uploader.yaml", parameters)


def link(stage: Stage, prefix: str, kingdom: str) -> str:
    """Where S3's console shows a kingdom's folder.

    Args:
        stage: the stage.
        prefix: the lake's prefix, such as `inbox/`.
        kingdom: its number.
    """
    host = _CONSOLES.get(stage.account.partition, "console.aws.amazon.com")
    folder = quote(f"{stage.key_prefix}{prefix}source=rok_players/kingdom={kingdom}/", safe="/")
    region = stage.account.region
    return f"https://{host}/s3/buckets/{stage.bucket}?region={region}&prefix={folder}"


def allow(stage: Stage, stacks: Stacks, kingdom: str) -> None:
    """Make a kingdom's policy, or bring it up to date, and say what to do with it."""
    template = uploader_template(stage, kingdom)
    with while_doing(f"applying the stack {template.stack}"):
        stacks.apply(template)
    print(f"""
Kingdom {kingdom}: attach this policy to its officers' users (docs/uploading.md)
  {stacks.output(template.stack, "PolicyArn")}
and give them these links, for scans and for reports
  {link(stage, "inbox/", kingdom)}
  {link(stage, "reports/", kingdom)}""")


def remove(stage: Stage, stacks: Stacks, kingdom: str) -> None:
    """Remove a kingdom's policy; AWS refuses as long as anybody has it."""
    stack = uploader_stack(stage.name, kingdom)
    with while_doing(f"deleting the stack {stack}"):
        deleted = stacks.delete(stack)
    print(f"Kingdom {kingdom}: {'its policy is gone' if deleted else 'it has no policy'}")


def run(root: Path, name: str, kingdoms: list[str], *, change: str) -> None:
    """Make or remove the policies of kingdoms.

    Args:
        root: the source tree.
        name: the stage.
        kingdoms: their numbers.
        change: `allow` or `remove`.

    Raises:
        DeployError: it cannot be done; the kingdoms before are done.
    """
    for kingdom in kingdoms:
        if not _KINGDOM.fullmatch(kingdom):
            raise DeployError(f"{kingdom!r} is no kingdom: 1 to 99999, without leading zeros")
    config = read_config(root)
    check_name(name, config)
    account = Account.connect()
    stacks = Stacks(account, root)
    with while_doing("asking for the stack of the lake"):
        bucket = stacks.output(data_stack(name), "BucketName")
    if bucket is None:
        raise DeployError(
            f"there is no stage {name} in {account.region}; `make deploy STAGE={name}` makes it"
        )
    stage = Stage.of(config, name, account, bucket)
    for kingdom in kingdoms:
        {"allow": allow, "remove": remove}[change](stage, stacks, kingdom)


def main(argv: list[str] | None = None) -> int:
    """Make the policies; 0 when done, 1 when it failed, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="make uploader STAGE=… KINGDOM=…", description=__doc__)
    parser.add_argument("stage", help="the stage, as .chalice/config.json has it")
    parser.add_argument("kingdoms", nargs="+", help="the kingdoms' numbers (KINGDOM=…)")
    parser.add_argument(
        "--remove", dest="change", action="store_const", const="remove", default="allow"
    )
    arguments = parser.parse_args(argv)
    kingdoms = [number for text in arguments.kingdoms for number in re.split(r"[ ,]+", text)]
    try:
        run(ROOT, arguments.stage, kingdoms, change=arguments.change)
    except DeployError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except AWS_ERRORS as error:
        print(f"error: AWS: {one_line(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: stopped; the same command goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
