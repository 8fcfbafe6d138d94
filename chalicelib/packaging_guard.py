"""Stop a plain `chalice deploy` or `chalice package`, which would make an unusable package.

Chalice packages all of pyarrow, which exceeds Lambda's size limit, and continues without it if it
finds no wheel. Only our own tools (tools/package) replace its packager with one that works.
"""

import sys
from types import ModuleType

_TYPE = {"deploy": "make deploy STAGE={stage}", "package": "make package", "plan": "make package"}


def check() -> None:
    """Stop chalice's command line if it would make a package with its own packager.

    In Lambda, under `chalice local` and in tests there is no such command: this does nothing.

    Raises:
        SystemExit: with one sentence that names the command to use instead.
    """
    click = sys.modules.get("click")
    deployer = sys.modules.get("chalice.deploy.deployer")
    if click is None or deployer is None or _is_ours(deployer):
        return
    context = click.get_current_context(silent=True)
    if context is None or getattr(context.command.callback, "__module__", "") != "chalice.cli":
        return
    command = str(context.command.name)
    if command in _TYPE:
        instead = _TYPE[command].format(stage=context.params.get("stage", "dev"))
        raise SystemExit(
            f"leaderboard-api: `chalice {command}` by itself cannot make a package that works in "
            f"Lambda (pyarrow is too large); type `{instead}` instead."
        )


def _is_ours(deployer: ModuleType) -> bool:
    return bool(getattr(deployer.LambdaDeploymentPackager, "makes_slim_packages", False))
