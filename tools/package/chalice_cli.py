"""Chalice's command line with our packager in it: `python -m tools.package.chalice_cli deploy …`.

What it uploads is the very zip that `make package` makes and measures, checked once more.
"""

import sys
from pathlib import Path

from chalice.deploy import deployer
from chalice.deploy.packager import LambdaDeploymentPackager

from tools.deploy.guards.gateway import GuardedSwaggerGenerator
from tools.package.build import build
from tools.package.passed import check_once
from tools.package.target import PackageError, Target


class SlimPackager(LambdaDeploymentPackager):
    """Stands in for chalice's own packager."""

    # chalicelib/packaging_guard.py looks for this: here nothing is to take over.
    makes_slim_packages = True

    def create_deployment_package(self, project_dir: str, python_version: str) -> str:
        """The path of the finished and checked zip.

        Raises:
            SystemExit: there is none that could be deployed; its text says why.
        """
        self._ui.write("Creating deployment package.\n")
        try:
            target = Target.of_this_python(self._architecture)
            if python_version != f"python{target.python}":
                raise PackageError(f"this Python makes no package for {python_version}")
            path = build(target, Path(project_dir))
            check_once(path, target)
        except PackageError as error:
            raise SystemExit(f"error: {error}") from None
        return str(path)


class NoLayerPackager:
    """Stands in for the packager that chalice takes for the app when there is to be a layer."""

    def __init__(self, **_: object) -> None:
        """Refuse: a layer is uploaded like a package, is larger, and was never checked.

        Raises:
            SystemExit: always.
        """
        raise SystemExit("error: automatic_layer in .chalice/config.json must not be set")


def install() -> None:
    """Make chalice, in this process, take our packager and our API document, and no others."""
    vars(deployer)["LambdaDeploymentPackager"] = SlimPackager
    vars(deployer)["AppOnlyDeploymentPackager"] = NoLayerPackager
    vars(deployer)["TemplatedSwaggerGenerator"] = GuardedSwaggerGenerator


def main() -> int:
    """Run chalice's command line."""
    from chalice.cli import main as chalice  # noqa: PLC0415 - after the packager is in place

    install()
    sys.argv[0] = "chalice"
    return int(chalice() or 0)


if __name__ == "__main__":
    sys.exit(main())
