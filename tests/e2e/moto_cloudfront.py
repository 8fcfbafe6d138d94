"""CloudFront's distributions for moto's CloudFormation, which has none: they have a host."""

import secrets
from typing import Any, Self

from moto.core.common_models import CloudFormationModel


class Distribution(CloudFormationModel):
    """A distribution, as a stack makes it; moto finds the class by its base.

    Attributes:
        physical_resource_id: its id.
    """

    def __init__(self) -> None:
        self.physical_resource_id = f"E{secrets.token_hex(6).upper()}"
        self._host = f"d{secrets.token_hex(6)}.cloudfront.net"

    @staticmethod
    def cloudformation_name_type() -> str:
        """It has no name."""
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        """Its type in a template."""
        return "AWS::CloudFront::Distribution"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether `Fn::GetAtt` knows this of it."""
        return attr == "DomainName"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What `Fn::GetAtt` says."""
        assert attribute_name == "DomainName"
        return self._host

    @classmethod
    def create_from_cloudformation_json(cls, *_: Any, **__: Any) -> Self:
        """Make one."""
        return cls()

    @classmethod
    def update_from_cloudformation_json(cls, original_resource: Self, *_: Any, **__: Any) -> Self:
        """Keep it: its host does not change."""
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
        """Nothing is left of it."""
