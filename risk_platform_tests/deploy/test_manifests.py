"""Kubernetes: manifests by its schemas, that go together and run what the composition runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from risk_platform_tests.deploy.programs import DEPLOY, judged
from risk_platform_tests.deploy.test_composition import CONTAINERS

FOLDER = DEPLOY / "kubernetes"
MANIFESTS = sorted(set(FOLDER.glob("*.yaml")) - {FOLDER / "kustomization.yaml"})
KUBERNETES = "1.32.0"


def ids(file: Path) -> str:
    """Name a file."""
    return file.name


@pytest.mark.parametrize("file", MANIFESTS, ids=ids)
def test_manifests_are_ones(file: Path) -> None:
    """By Kubernetes' own schemas, strictly: no field is misspelt."""
    for manifest in yaml.safe_load_all(file.read_text()):
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_the_manifests_go_together() -> None:
    """As `kubectl apply --kustomize` puts them together."""
    whole = list(yaml.safe_load_all(judged("kubectl", "kustomize", DEPLOY / "kubernetes")))
    for manifest in whole:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    claims = {one["metadata"]["name"] for one in whole if one["kind"] == "PersistentVolumeClaim"}
    maps = {one["metadata"]["name"] for one in whole if one["kind"] == "ConfigMap"}
    for pod in pods(whole):
        for volume in pod["volumes"]:
            assert volume.get("persistentVolumeClaim", {"claimName": None})["claimName"] in {
                *claims,
                None,
            }
        (container,) = pod["containers"]
        assert {one["configMapRef"]["name"] for one in container["envFrom"]} <= maps


def pods(manifests: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what deployments run."""
    return [one["spec"]["template"]["spec"] for one in manifests if one["kind"] == "Deployment"]


def test_pods_run_what_containers_run() -> None:
    """By the same commands, shut as those are, and given the same secrets."""
    for file in MANIFESTS:
        for manifest in yaml.safe_load_all(file.read_text()):
            if manifest["kind"] != "Deployment":
                continue
            name, pod = manifest["metadata"]["name"], manifest["spec"]["template"]["spec"]
            (container,) = pod["containers"]
            assert container["command"] == CONTAINERS[name]["command"]
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert pod["securityContext"]["runAsNonRoot"]
            (secrets,) = (one["secret"] for one in pod["volumes"] if "secret" in one)
            assert {one["key"] for one in secrets["items"]} == set(CONTAINERS[name]["secrets"])
