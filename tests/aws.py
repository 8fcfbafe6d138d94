"""The fake AWS of the tests: its names, and what makes it quick."""

from typing import Any, Final

import pytest

REGION: Final = "eu-central-1"


def read_models_once(patch: pytest.MonkeyPatch) -> None:
    """Let all clients of the process share what botocore knows of each service.

    The app makes a session for each client, as it must; to read the description of S3 again
    takes 80 ms of the 100 ms that a client takes.
    """
    from botocore.loaders import Loader

    make, shared = Loader.__init__, dict[Any, Any]()

    def make_sharing(loader: Any, *args: Any, **named: Any) -> None:
        make(loader, *args, **named)
        loader._cache = shared

    patch.setattr(Loader, "__init__", make_sharing)


def list_services_once(patch: pytest.MonkeyPatch) -> None:
    """Let moto list its own folder once: it does so at each request, a third of its time."""
    from moto import backends

    services = tuple(backends.list_of_moto_modules())
    patch.setattr(backends, "list_of_moto_modules", lambda: services)
