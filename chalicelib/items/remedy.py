"""What to do about an item that is damaged or missing: said in one place, told in many."""

from typing import Final

REBUILD: Final = "python -m chalicelib rebuild --engine dynamodb"
"""The command that writes whatever is not as it must be."""
