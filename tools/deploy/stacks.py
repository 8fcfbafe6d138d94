"""CloudFormation stacks: applied so that they are as their template says, whatever was before."""

import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError, WaiterError

from tools.deploy.account import Account
from tools.deploy.errors import DeployError, one_line

TEMPLATES: Final = "infra"
WAIT: Final = {"Delay": 3, "MaxAttempts": 400}

# What a creation leaves that did not succeed: nothing in it, but the name is taken.
_NEVER_CREATED: Final = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")
# What a deletion leaves that did not succeed: it takes no update, only another deletion.
_HALF_DELETED: Final = "DELETE_FAILED"
_STUCK: Final = "UPDATE_ROLLBACK_FAILED"
_CAUSELESS: Final = ("resource creation cancelled", "resource update cancelled")

# A resource or an output: its name, and the lines that are further in.
_ENTRY: Final = r"^  {name}:\n(?:    .*\n|\n)+"
# Where a template has a role's policy, which denies everything until it is filled in.
_POLICY: Final = re.compile(r"PolicyDocument: \{.*\} # (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """What a stack is to be.

    Attributes:
        stack: the stack's name.
        file: the template, in `infra/`.
        parameters: their values; None leaves one as it is.
        protected: whether AWS refuses to delete the stack.
        policies: what stands at `PolicyDocument: {…} # name`, by that name.
        without: the names of resources and outputs that are left out.
    """

    stack: str
    file: str
    parameters: dict[str, str | None]
    protected: bool = False
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    without: Collection[str] = ()

    def body(self, folder: Path) -> str:
        """The template's text, with the policies in it.

        Args:
            folder: the folder of the templates.
        """
        text = (folder / self.file).read_text("utf-8")
        for name in self.without:
            text = re.sub(_ENTRY.format(name=name), "", text, flags=re.MULTILINE)
        return _POLICY.sub(self._policy, text)

    def _policy(self, found: re.Match[str]) -> str:
        policy = self.policies.get(found[1])
        return found[0] if policy is None else f"PolicyDocument: {json.dumps(policy)}"


class Stacks:
    """The stacks of one account and region."""

    def __init__(self, account: Account, root: Path) -> None:
        """Nothing is asked yet.

        Args:
            account: whose.
            root: the project, which has the templates.
        """
        self._client: Any = account.session.client("cloudformation")
        self._templates = root / TEMPLATES

    def output(self, stack: str, name: str) -> str | None:
        """An output of a stack; None when there is no such stack, or it was never created."""
        return self.outputs(stack).get(name)

    def outputs(self, stack: str) -> dict[str, str]:
        """All outputs of a stack; none when there is no such stack, or it was never created."""
        found = self._describe(stack)
        if found is None or found["StackStatus"] in _NEVER_CREATED:
            return {}
        return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}

    def parameters(self, stack: str) -> dict[str, str]:
        """What a stack was last given; nothing when there is no such stack, or it never was."""
        found = self._describe(stack)
        if found is None or found["StackStatus"] in _NEVER_CREATED:
            return {}
        return _parameters(found)

    def resources(self, stack: str) -> dict[str, str]:
        """The names on AWS of what a stack has made, by their names in the template.

        None when there is no such stack. What is being made right now may have no name yet.
        """
        if self._settled(stack) is None:
            return {}
        found = self._client.describe_stack_resources(StackName=stack)["StackResources"]
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in found
            if item.get("PhysicalResourceId") and item["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def apply(self, template: Template) -> bool:
        """Make a stack what its template says; returns whether anything had to be done.

        Raises:
            DeployError: it cannot be made so; the text has AWS's reason.
        """
        found = self._settled(template.stack)
        status = found["StackStatus"] if found else None
        if status == _STUCK:
            raise DeployError(
                f"the stack {template.stack} is stuck in an update that AWS could not take back "
                f"({_STUCK}); `aws cloudformation continue-update-rollback --stack-name "
                f"{template.stack}` ends it (docs/deploy.md), then deploy again"
            )
        if status == _HALF_DELETED and template.protected:
            raise DeployError(
                f"the stack {template.stack} was deleted by hand, and not to the end ({status}); "
                "its bucket is not touched: docs/deploy.md says how to take it back"
            )
        before: dict[str, str] = {}
        if found is not None and status in (*_NEVER_CREATED, _HALF_DELETED):
            before = _parameters(found) if status == _HALF_DELETED else {}
            self._delete(template.stack, found)
            found = None
        if found is None:
            self._create(template, before)
            return True
        changed = self._update(template, found)
        if template.protected and found.get("EnableTerminationProtection") is False:
            # So it is with a stack that was imported.
            self._protect(template.stack, protect=True)
        return changed

    def delete(self, stack: str) -> bool:
        """Delete a stack; returns whether there was one.

        Raises:
            DeployError: it cannot be deleted.
        """
        found = self._settled(stack)
        if found is not None:
            self._delete(stack, found)
        return found is not None

    def _describe(self, stack: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return found if found["StackStatus"] != "DELETE_COMPLETE" else None

    def _settled(self, stack: str) -> dict[str, Any] | None:
        """The stack, once nothing changes it any more: a deployment that was stopped may still."""
        for attempt in range(WAIT["MaxAttempts"]):
            found = self._describe(stack)
            status = found["StackStatus"] if found else ""
            if not status.endswith("_IN_PROGRESS") or status in _NEVER_CREATED:
                return found
            if not attempt:
                print(f"Stack {stack}: {status}, waiting for its end", flush=True)
            time.sleep(WAIT["Delay"])
        raise DeployError(f"the stack {stack} is being changed all the time ({status}); try later")

    def _create(self, template: Template, before: dict[str, str]) -> None:
        self._client.create_stack(
            **self._request(template, before), EnableTerminationProtection=template.protected
        )
        self._wait("stack_create_complete", template.stack)

    def _update(self, template: Template, found: dict[str, Any]) -> bool:
        try:
            self._client.update_stack(**self._request(template, _parameters(found)))
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return False
            raise
        self._wait("stack_update_complete", template.stack)
        return True

    def _delete(self, stack: str, found: dict[str, Any]) -> None:
        if found.get("EnableTerminationProtection"):
            self._protect(stack, protect=False)
        self._client.delete_stack(StackName=stack)
        self._wait("stack_delete_complete", stack)

    def _protect(self, stack: str, *, protect: bool) -> None:
        self._client.update_termination_protection(
            StackName=stack, EnableTerminationProtection=protect
        )

    def _request(self, template: Template, before: dict[str, str]) -> dict[str, Any]:
        """The request for a template.

        A parameter that is None has the value it had before. A template that is new in having it
        has its default; AWS's own "use previous value" would fail then.
        """
        values = {
            name: before.get(name) if value is None else value
            for name, value in template.parameters.items()
        }
        return {
            "StackName": template.stack,
            "TemplateBody": template.body(self._templates),
            # Roles without names need no more.
            "Capabilities": ["CAPABILITY_IAM"],
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in values.items()
                if value is not None
            ],
        }

    def _wait(self, what: str, stack: str) -> None:
        try:
            self._client.get_waiter(what).wait(StackName=stack, WaiterConfig=WAIT)
        except WaiterError as error:
            why = self._reason(stack) or one_line(str(error))
            raise DeployError(f"the stack {stack} could not be made so: {why}") from error

    def _reason(self, stack: str) -> str | None:
        """Why the last change of a stack failed: of the newest failures, the first."""
        reason = None
        for event in self._client.describe_stack_events(StackName=stack)["StackEvents"]:
            status, why = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and why.lower() not in _CAUSELESS:
                reason = f"{event['LogicalResourceId']}: {one_line(why)}"
            if event["LogicalResourceId"] == stack and why == "User Initiated":
                break
        return reason


def _parameters(found: dict[str, Any]) -> dict[str, str]:
    return {item["ParameterKey"]: item["ParameterValue"] for item in found.get("Parameters", [])}
