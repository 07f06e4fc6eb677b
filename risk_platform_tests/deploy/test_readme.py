"""The commands of deploy/README.md: run, or held against what they name where no engine is."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from risk_platform_tests.deploy.programs import DEPLOY, PATH, program
from risk_platform_tests.deploy.test_composition import CONTAINERS, SECRETS
from risk_platform_tests.deploy.test_manifests import FOLDER

BLOCKS = re.findall(
    r"^```\n(.+?)^```$", (DEPLOY / "README.md").read_text(), re.MULTILINE | re.DOTALL
)
LINES = [line for block in BLOCKS for line in block.splitlines() if line]
# What a container engine does, or a cluster; to put manifests together takes neither.
OF_ENGINES = [
    line
    for line in LINES
    if line.startswith(("docker ", "kubectl ")) and not line.startswith("kubectl kustomize")
]
WITHIN = re.compile(
    r"docker compose --file deploy/compose\.yaml (?:run|exec) (?:--?[\w-]+ )*([\w-]+) ?(.*)"
)


def within_containers() -> Iterator[tuple[str, str]]:
    """Yield containers with the commands that the page has run in them; empty: their own."""
    for line in LINES:
        if found := WITHIN.fullmatch(line):
            yield found[1], found[2]


@pytest.mark.parametrize("line", [line for line in LINES if line not in OF_ENGINES])
def test_what_can_be_run_is_run(line: str, tmp_path: Path) -> None:
    """In a copy, so that nothing is written where the project lies."""
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    program(shlex.split(line)[0])
    environment = os.environ | {"PATH": PATH}
    subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=environment, check=True)


@pytest.mark.parametrize("line", [line for line in OF_ENGINES if line.startswith("docker ")])
def test_what_an_engine_runs_is_there(line: str) -> None:
    """The file, the container, and where what is written goes to: a secret."""
    words = shlex.split(line)
    assert words[:4] == ["docker", "compose", "--file", "deploy/compose.yaml"]
    assert words[4] in {"build", "run", "up", "exec"}
    if found := WITHIN.fullmatch(line):
        assert found[1] in CONTAINERS
    else:
        assert words[4] in {"build", "up"}
    if ">" in words:
        assert Path(words[-1]).parent == Path("deploy/secrets")
        assert Path(words[-1]).name in SECRETS


@pytest.mark.parametrize("line", [line for line in OF_ENGINES if line.startswith("kubectl ")])
def test_what_a_cluster_runs_is_there(line: str) -> None:
    """The namespace, the deployments, the secret; within pods what containers run as well."""
    found = [one for file in FOLDER.glob("*.yaml") for one in yaml.safe_load_all(file.read_text())]
    deployments = {one["metadata"]["name"] for one in found if one.get("kind") == "Deployment"}
    named = set(re.findall(r"\bdeployment/(\w+)", line))
    assert named <= deployments
    assert re.findall(r"--namespace (\w+)", line) in ([], ["risk"])
    if " -- " in line:
        assert line.partition(" -- ")[2] in {command for _, command in within_containers()}
    for file in re.findall(r"> (\S+)", line):
        assert Path(file).parent == Path("deploy/secrets")
        assert Path(file).name in SECRETS


def test_commands_within_containers_are_found() -> None:
    """Those are run by the test of the whole stack, in this order."""
    found = list(within_containers())
    assert found[0] == ("migrate", "")
    assert [command.split()[1:3] for _, command in found[1:]] == [
        *[["keys", "create"]] * 3,
        ["gate", "request"],
        ["gate", "approve"],
    ]
