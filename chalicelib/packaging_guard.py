"""Hands `chalice deploy` and the like over to the project's own tools, which make what can run.

Chalice's own packager cannot (docs/package.md). What is done instead stands in
tools/chalice_commands.py, which is not in the package: here is only how it is found.
"""

import sys
from typing import Any


def check() -> None:
    """Let the project's tools take over if chalice's command line is loading the app.

    In Lambda, in tests and within our own tools it is not: this does nothing.

    Raises:
        SystemExit: the command is done by other means, or cannot be; see the tools.
    """
    if "chalice.cli" not in sys.modules:
        return
    deployer = sys.modules["chalice.deploy.deployer"]
    context = _command()
    if context is None or hasattr(deployer.LambdaDeploymentPackager, "makes_slim_packages"):
        return
    try:
        from tools.chalice_commands import take_over
    except ModuleNotFoundError:
        raise SystemExit("error: here is a copy without tools/; type this in the clone") from None
    take_over(context)


def _command() -> Any:
    """Click's context of the chalice command that is loading the app; None if none is.

    `chalice local` loads it in a thread, of which click knows nothing.
    """
    import threading

    main = sys._current_frames().get(threading.main_thread().ident or 0)
    for innermost in (sys._getframe(), main):
        frame = innermost
        while frame is not None:
            if frame.f_globals.get("__name__") == "chalice.cli" and "ctx" in frame.f_locals:
                return frame.f_locals["ctx"]
            frame = frame.f_back
    return None
