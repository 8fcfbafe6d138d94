"""A formula of the reader's own."""

import re
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.config import MAX_DKP_WEIGHT, WEIGHABLE
from chalicelib.errors import BadParameterError

_ONE: Final = re.compile(r"([a-z0-9_]+):(0|[1-9][0-9]{0,6})", re.ASCII)


class WeightsParameter(Parameter):
    """Points a unit of each counter, `counter:number` separated by commas; None when absent."""

    def parse(self, text: str) -> Mapping[str, int]:
        """See `Parameter.parse`; in the order given."""
        weights: dict[str, int] = {}
        for part in text.split(","):
            found = _ONE.fullmatch(part)
            if found is None or int(found[2]) > MAX_DKP_WEIGHT:
                raise BadParameterError(
                    f"{self.name} must be counters with whole numbers 0 to {MAX_DKP_WEIGHT} like "
                    f"{self.example}, not {shown(text)}"
                )
            counter, weight = found[1], int(found[2])
            if counter not in WEIGHABLE:
                raise BadParameterError(
                    f"{self.name} cannot weigh {shown(counter)}; there are {', '.join(WEIGHABLE)}"
                )
            if counter in weights:
                raise BadParameterError(f"{self.name} has {counter} twice; give it once")
            weights[counter] = weight
        return weights

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        one = f"(?:{'|'.join(WEIGHABLE)}):(?:0|[1-9][0-9]{{0,5}}|{MAX_DKP_WEIGHT})"
        return {"type": "string", "pattern": f"^{one}(?:,{one})*$"}

    def absent(self) -> None:
        """See `Parameter.absent`."""
