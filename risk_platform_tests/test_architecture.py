"""The house rules that a machine can check: layers, sizes, documents, and the asset graph."""

import ast
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import numpy as np
import pytest

from risk_platform.definitions import build_definitions
from risk_platform.settings import Settings
from risk_platform_tests.asset_graph import describe

ROOT = Path(__file__).parents[1]
PACKAGES = ("risk_platform", "serving", "benchmarks", "deploy")
FILES = tuple(sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")))
LONGEST_FUNCTION, USUAL_FUNCTION, LONG_FILE = 40, 10, 200
CODE_IN_ARTEFACTS = {"pickle", "cloudpickle", "joblib", "dill", "shelve", "marshal"}
# What makes code of data: MLflow's and Python's own.
MAKES_CODE = {"load_model", "eval", "exec", "__import__", "import_module"}
WHERE_MODELS_GO = ("risk_platform/scoring", "risk_platform/handover", "serving")


def tree(file: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(file.read_text(), str(file))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return all functions of a file, nested ones too."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from its ``def`` on, without its docstring."""
    documented = ast.get_docstring(node) is not None
    docstring = node.body[0]
    skipped = (docstring.end_lineno or 0) - docstring.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - skipped


def named(file: Path) -> str:
    """Return a file's name below the project."""
    return str(file.relative_to(ROOT))


def test_functions_fit_on_half_a_screen() -> None:
    """No function is longer than 40 lines, and half of them have at most 10."""
    lengths = {
        f"{named(file)}:{node.name}": length(node) for file in FILES for node in functions(file)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= USUAL_FUNCTION


def test_files_are_short() -> None:
    """Nine in ten have at most 200 lines."""
    lengths = [len(file.read_text().splitlines()) for file in FILES]
    assert np.quantile(lengths, 0.9) <= LONG_FILE


def test_every_module_opens_with_what_belongs_in_it() -> None:
    """The first thing in a file is its docstring."""
    assert [named(file) for file in FILES if not ast.get_docstring(tree(file))] == []


def test_every_public_name_is_documented() -> None:
    """Classes and functions whose names have no underscore say what they are."""
    bare = [
        f"{named(file)}:{node.name}"
        for file in FILES
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []


def test_package_files_hold_a_docstring_alone() -> None:
    """``__init__.py`` re-exports nothing; only the stages' order stands in one of them."""
    full = {
        named(file): len(tree(file).body)
        for file in FILES
        if file.name == "__init__.py" and len(tree(file).body) > 1
    }
    assert list(full) == ["risk_platform/orchestration/assets/__init__.py"]


def test_no_handler_is_broad() -> None:
    """Errors are caught by name, but where what one client sent would take others with it."""
    broad = [
        named(file)
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
    ]
    assert broad == ["serving/recorder.py"]


def test_nothing_loads_code_from_an_artefact() -> None:
    """No pickle, under any of its names."""
    found = [
        f"{named(file)}: {name}"
        for file in FILES
        for node in ast.walk(tree(file))
        for name in _imported(node)
        if name.partition(".")[0] in CODE_IN_ARTEFACTS
    ]
    assert found == []


def calls_that_make_code(module: ast.Module) -> list[str]:
    """Return the names of what a module calls that would make code of data."""
    calls = [node.func for node in ast.walk(module) if isinstance(node, ast.Call)]
    names = [of.attr if isinstance(of, ast.Attribute) else ast.unparse(of) for of in calls]
    return [name for name in names if name in MAKES_CODE]


def test_nothing_on_the_way_of_a_model_makes_code_of_data() -> None:
    """``mlflow.….load_model`` runs what an artefact names, whatever its switch for pickles says."""
    files = [file for file in FILES if named(file).startswith(WHERE_MODELS_GO)]
    assert len(files) > 30
    assert {named(f): calls for f in files if (calls := calls_that_make_code(tree(f)))} == {}


@pytest.mark.parametrize(
    "line",
    ["mlflow.pyfunc.load_model(uri)", "load_model(uri)", "eval(text)", "exec(compile(text))"],
)
def test_what_makes_code_of_data_is_found(line: str) -> None:
    """The rule is more than a wish."""
    assert calls_that_make_code(ast.parse(line))


def test_imports_are_absolute_and_annotations_are_real() -> None:
    """Relative imports hide a layer, and late annotations break Dagster's."""
    relative = [
        named(file)
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and (node.level or node.module == "__future__")
    ]
    assert relative == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of a copy of the project."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_imports_go_down_the_layers() -> None:
    """All contracts of ``setup.cfg`` are kept."""
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


BREACHES = {
    "Layers import downwards only": (
        "risk_platform/contract/column.py",
        "risk_platform.features.parse",
    ),
    "Only the rim of the platform reaches Dagster": ("risk_platform/spark/tally.py", "dagster"),
    "The service reaches nothing heavy and nothing above the handover": (
        "serving/service.py",
        "risk_platform.spark.session",
    ),
    "The platform does not know the service": ("risk_platform/errors/base.py", "serving.doors"),
    "Stages meet in the asset graph only": (
        "risk_platform/orchestration/assets/models.py",
        "risk_platform.orchestration.assets.split",
    ),
    "MLflow lives in the registry alone": ("risk_platform/training/champion.py", "mlflow"),
    "The control tower is a client: it and the service do not know each other": (
        "serving/control_tower/tower.py",
        "serving.app",
    ),
    "Figures and sources of the control tower do not draw": (
        "serving/control_tower/figures/theme.py",
        "streamlit",
    ),
    "Streamlit lives in the control tower alone": ("serving/metrics.py", "streamlit"),
    "An assistant asks the API, and knows nothing else": (
        "risk_platform/commands/mcp/api.py",
        "risk_platform.handover.gate",
    ),
    "The protocol of assistants lives in one package": ("risk_platform/commands/keys.py", "mcp"),
}


@pytest.mark.parametrize("contract", BREACHES)
def test_each_contract_can_break(tmp_path: Path, contract: str) -> None:
    """An import that a contract forbids is found: the rule is more than a wish."""
    for package in ("risk_platform", "serving"):
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    name, forbidden = BREACHES[contract]
    with (tmp_path / name).open("a") as file:
        file.write(f"\nimport {forbidden}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    """Return what Dagster loads."""
    return build_definitions(Settings())


def test_the_asset_graph_is_the_one_that_was_agreed(definitions: dg.Definitions) -> None:
    """A change of the graph or of what must hold shows in the snapshot, to be read and renewed."""
    assert describe(definitions) == (Path(__file__).parent / "asset_graph.txt").read_text()


def test_every_asset_has_a_page(definitions: dg.Definitions) -> None:
    """In the UI each asset has a description, a group, owners and kinds."""
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert len(node.description or "") > 60, key
        assert node.group_name != "default"
        assert node.owners
        assert node.kinds


def test_the_code_location_loads() -> None:
    """What Dagster loads is valid, with every resource that an asset asks for."""
    dg.Definitions.validate_loadable(build_definitions(Settings()))
