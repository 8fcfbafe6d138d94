"""Stages and regions do not touch each other, in whichever order they come and go."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.e2e.artefact import NEEDS_312
from tests.e2e.aws_state import AwsState, Clients
from tests.e2e.clone import Clone
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.e2e.stage_state import Facts, facts, is_gone, is_whole
from tests.infra.support import INFRA
from tools.deploy import roles
from tools.deploy.stacks import Template
from tools.deploy.stage import APP, FUNCTIONS

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]

HERE, THERE = "eu-central-1", "us-west-2"


class Place(NamedTuple):
    """A stage in a region."""

    stage: str
    region: str


PLACES = (Place("dev", HERE), Place("dev", THERE), Place("prod", HERE))


class World:
    """One account, with regions, and a clone that deploys to it."""

    def __init__(self, clone: Clone, url: str) -> None:
        self.clone = clone
        self.clients = {region: Clients(url, region) for region in (HERE, THERE)}

    def change(self, place: Place, *arguments: str) -> str:
        """Deploy a place, or whatever the arguments say, and return what was said."""
        done = self.clone.call(place.stage, *arguments, AWS_REGION=place.region)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def facts(self) -> dict[Place, Facts]:
        """What there is of each place."""
        aws = {region: AwsState.read(clients) for region, clients in self.clients.items()}
        return {place: facts(aws[place.region], *place) for place in PLACES}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An empty account."""
    with MotoForChalice() as moto:
        clone = Clone(tmp_path_factory.mktemp("clone"), moto.url)
        clone.lighten()
        clone.add_stage("prod")
        yield World(clone, moto.url)


def every_change() -> list[Place]:
    """Places to bring up or to take down, in an order that meets every change in every state.

    A state is the set of places that are up. What a deployment does depends on the state alone, so
    a walk along every edge between states meets all orders: here the shortest there is, which ends
    where it starts.
    """
    left = {
        frozenset(place for bit, place in enumerate(PLACES) if number >> bit & 1): list(PLACES)
        for number in range(2 ** len(PLACES))
    }
    path: list[tuple[frozenset[Place], Place | None]] = [(frozenset(), None)]
    walk: list[Place] = []
    while path:
        state, by = path[-1]
        if left[state]:
            place = left[state].pop()
            path.append((state ^ {place}, place))
        else:
            path.pop()
            if by is not None:
                walk.append(by)
    return walk[::-1]


def test_the_walk_meets_every_change_in_every_state() -> None:
    seen, state = set(), frozenset[Place]()
    for place in every_change():
        seen.add((state, place))
        state ^= {place}
    assert len(seen) == len(every_change()) == 2 ** len(PLACES) * len(PLACES)


def test_a_place_comes_and_goes_and_the_others_stay_as_they_are(world: World) -> None:
    up: set[Place] = set()
    before = world.facts()
    for place in every_change():
        world.change(place, *(["--destroy"] if place in up else []))
        up ^= {place}
        after = world.facts()
        assert is_whole(after[place]) if place in up else is_gone(after[place]), (place, up)
        for other in PLACES:
            assert other == place or after[other] == before[other], (place, other, up)
        assert len(all_roles(world)) == len(FUNCTIONS) * len(up)
        before = after


class TestOldRoles:
    """A stage that an older version of the app deployed, whose roles chalice had named."""

    @pytest.fixture
    def old(self, world: World) -> World:
        """The stage `dev` in two regions, as the older version left it."""
        for region in (HERE, THERE):
            world.change(Place("dev", region))
            make_old(world.clients[region])
        assert all_roles(world) == OLD
        return world

    def test_they_stay_as_long_as_a_region_uses_them(self, old: World) -> None:
        said = old.change(Place("dev", HERE))
        assert said.count(f"stays for {THERE}") == 3
        after = old.facts()
        assert is_whole(after[Place("dev", HERE)])
        assert len(after[Place("dev", THERE)]["roles"]) == len(OLD)
        assert all_roles(old) >= OLD
        said = old.change(Place("dev", THERE))
        assert f"Roles of an older version: {', '.join(sorted(OLD))} removed" in said
        assert all(is_whole(found) for place, found in old.facts().items() if place.stage == "dev")
        assert not all_roles(old) & OLD

    def test_who_takes_the_last_stage_down_removes_them(self, old: World) -> None:
        old.change(Place("dev", THERE), "--destroy")
        assert all_roles(old) == OLD
        assert len(old.facts()[Place("dev", HERE)]["roles"]) == len(OLD)
        old.change(Place("dev", HERE), "--destroy")
        assert all_roles(old) == set()
        assert all(map(is_gone, old.facts().values()))


OLD = {f"leaderboard-api-dev-{name}" for name in ("api_handler", "ingest_players", "sweep_inbox")}
TRUST = '{"Version": "2012-10-17", "Statement": []}'


def all_roles(world: World) -> set[str]:
    """All roles of the account."""
    listed = world.clients[HERE].of("iam").list_roles()["Roles"]
    return {role["RoleName"] for role in listed}


def make_old(clients: Clients) -> None:
    """Give the functions roles of the old names, and take those of the stack away."""
    iam, functions = clients.of("iam"), clients.of("lambda")
    there = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    for role in sorted(OLD):
        function = role.removesuffix("-api_handler")
        new = functions.get_function_configuration(FunctionName=function)["Role"].split("/")[-1]
        rights = iam.get_role_policy(RoleName=new, PolicyName="rights")["PolicyDocument"]
        if role not in there:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
        iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=json.dumps(rights))
        arn = iam.get_role(RoleName=role)["Role"]["Arn"]
        functions.update_function_configuration(FunctionName=function, Role=arn)
    # That version told nobody.
    functions.delete_function(FunctionName=f"{APP}-dev-tell_uploader")
    stacks = clients.of("cloudformation")
    template = Template(f"{APP}-dev", "app.yaml", {})
    without = roles.with_roles(template, {}, without=FUNCTIONS).body(INFRA)
    before = stacks.describe_stacks(StackName=template.stack)["Stacks"][0]["Parameters"]
    stacks.update_stack(StackName=template.stack, TemplateBody=without, Parameters=before)
