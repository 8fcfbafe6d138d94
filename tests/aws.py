"""The fake AWS of the tests, as far as it has names."""

from typing import Final

REGION: Final = "eu-central-1"
