"""Makes moto refuse, and do, what AWS does and moto does not; for the process that runs moto."""

import json
import re
from typing import Any


def patch() -> None:
    """Make this process's moto as strict as AWS where a deployment meets it."""
    _validate_destinations()
    _refuse_roles_that_are_gone()
    _keep_role_policies()
    _delete_what_is_gone()
    _forget_what_is_removed()
    keep_what_is_retained()
    refuse_updates_of_what_is_stuck()


def _validate_destinations() -> None:
    """S3 validates all destinations of a bucket: the function is there and lets S3 call it."""
    from moto.awslambda.models import lambda_backends
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import S3Backend

    backend: Any = S3Backend
    put = backend.put_bucket_notification_configuration

    def is_valid(account: str, arn: str, bucket: str) -> bool:
        try:
            function = lambda_backends[account][arn.split(":")[3]].get_function(arn)
        except Exception:  # moto has many ways to say that there is none
            return False
        statements = json.dumps(function.policy.statements)
        return "s3.amazonaws.com" in statements and f":s3:::{bucket}" in statements

    def validated(self: Any, bucket_name: str, notification_config: dict[str, Any]) -> None:
        functions = (notification_config or {}).get("CloudFunctionConfiguration") or []
        for item in functions:
            if not is_valid(self.account_id, item["CloudFunction"], bucket_name):
                text = "Unable to validate the following destination configurations"
                raise S3ClientError("InvalidArgument", text)
        put(self, bucket_name, notification_config)

    backend.put_bucket_notification_configuration = validated


def _refuse_roles_that_are_gone() -> None:
    """A function cannot be given a role that is not there."""
    from moto.awslambda.exceptions import InvalidParameterValueException
    from moto.awslambda.models import LambdaBackend
    from moto.iam.exceptions import NotFoundException
    from moto.iam.models import iam_backends

    backend: Any = LambdaBackend
    update = backend.update_function_configuration

    def checked(self: Any, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        try:
            if "Role" in body:
                iam_backends[self.account_id][self.partition].get_role_by_arn(body["Role"])
        except NotFoundException:
            # Not "cannot be assumed": chalice would wait for minutes for a role that never comes.
            text = "The role defined for the function does not exist"
            raise InvalidParameterValueException(text) from None
        return update(self, function_name, qualifier, body)

    backend.update_function_configuration = checked


def _keep_role_policies() -> None:
    """A stack's roles have the policies that the template has now, as JSON."""
    from moto.iam.models import Role

    role_class: Any = Role
    create = role_class.create_from_cloudformation_json.__func__
    update = role_class.update_from_cloudformation_json.__func__

    def with_policies(role: Any, template: dict[str, Any]) -> Any:
        for policy in template["Properties"].get("Policies", []):
            role.put_policy(policy["PolicyName"], json.dumps(policy["PolicyDocument"]))
        return role

    def created(cls: Any, name: str, template: Any, *rest: Any, **named: Any) -> Any:
        return with_policies(create(cls, name, template, *rest, **named), template)

    def updated(cls: Any, /, **named: Any) -> Any:
        return with_policies(update(cls, **named), named["cloudformation_json"])

    role_class.create_from_cloudformation_json = classmethod(created)
    role_class.update_from_cloudformation_json = classmethod(updated)


def _delete_what_is_gone() -> None:
    """A stack that is to remove something which is gone already has nothing to do."""
    from moto.cloudformation.parsing import ResourceMap

    resources: Any = ResourceMap
    delete = resources._delete_resource

    def tolerant(self: Any, resource: Any, template: Any) -> None:
        try:
            delete(self, resource, template)
        except Exception as error:
            if not re.search("NotFound|NoSuch|NonExistent|DoesNotExist", type(error).__name__):
                raise

    resources._delete_resource = tolerant


def _forget_what_is_removed() -> None:
    """What an update has removed from a stack, a later one makes anew."""
    from moto.cloudformation.parsing import ResourceMap

    resources: Any = ResourceMap
    update = resources.update

    def forgetful(self: Any, template: dict[str, Any], *rest: Any, **named: Any) -> None:
        removed = self._resource_json_map.keys() - template["Resources"].keys()
        for name in removed:
            resource = self._parsed_resources.pop(name, None)
            if resource is not None:
                self._delete_resource(resource, self._resource_json_map[name])
        kept = {name: of for name, of in self._resource_json_map.items() if name not in removed}
        self._resource_json_map = kept
        update(self, template, *rest, **named)

    resources.update = forgetful


def keep_what_is_retained() -> None:
    """A stack that is deleted leaves RetainExceptOnCreate behind too; moto knows only Retain."""
    from moto.cloudformation.parsing import ResourceMap

    resources: Any = ResourceMap
    delete = resources.delete

    def retaining(self: Any) -> None:
        for of in self._resource_json_map.values():
            if isinstance(of, dict) and of.get("DeletionPolicy") == "RetainExceptOnCreate":
                of["DeletionPolicy"] = "Retain"
        delete(self)

    resources.delete = retaining


def refuse_updates_of_what_is_stuck() -> None:
    """A stack whose creation, deletion or way back has failed takes no update."""
    from moto.cloudformation.exceptions import ValidationError
    from moto.cloudformation.models import CloudFormationBackend

    backend: Any = CloudFormationBackend
    update = backend.update_stack

    def refusing(self: Any, name: str, *rest: Any, **named: Any) -> Any:
        status = self.get_stack(name).status
        if status.startswith("ROLLBACK_") or status in ("DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"):
            raise ValidationError(
                message=f"Stack:{name} is in {status} state and can not be updated."
            )
        return update(self, name, *rest, **named)

    backend.update_stack = refusing
