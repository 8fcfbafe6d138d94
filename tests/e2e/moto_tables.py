"""DynamoDB's tables in moto's CloudFormation: they go when they are no longer wanted, as on AWS."""

from typing import Any

from moto.cloudformation.parsing import ResourceMap
from moto.dynamodb.exceptions import ResourceNotFoundException
from moto.dynamodb.models.table import Table


def patch() -> None:
    """Let stacks delete what a condition no longer wants, and tables that are gone already;
    and know a table after an update that is not about it."""
    resources: Any = ResourceMap
    update = resources.update

    def with_conditions(self: Any, template: dict[str, Any], *rest: Any, **named: Any) -> None:
        before = dict(self._parsed_resources)
        update(self, template, *rest, **named)
        for name, resource in template["Resources"].items():
            condition = resource.get("Condition")
            if condition and not self.lazy_condition_map[condition]:
                self._parsed_resources.pop(name, None)
                if before.get(name) is not None:
                    self._delete_resource(before[name], resource)

    resources.update = with_conditions
    table: Any = Table
    delete = table.delete

    def tolerant(*what: Any) -> None:
        try:
            delete(*what)
        except ResourceNotFoundException:
            return

    def unchanged(original_resource: Any, **_: Any) -> Any:
        return original_resource

    table.delete = tolerant
    table.update_from_cloudformation_json = staticmethod(unchanged)
