"""Versions: by what Dagster tells whether an asset is what its code and its inputs now give.

A code version is derived from the code, as one that is kept by hand is forgotten: it is a digest of
the syntax of an asset's module and of all that the module computes with. Comments, docstrings and
layout do not count. The version of the raw files is a digest of their bytes.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import dagster as dg

from risk_platform.sources.digest import source_digest

LOAN_FILES = dg.AssetKey("loan_files")
# Dagster's tag of an event, and ours of a run.
DATA_VERSION_TAG = "dagster/data_version"
DATA_VERSION = "risk_platform/data_version"
_PACKAGE = "risk_platform"
_ROOT = Path(__file__).parents[2]
# What these hold changes no value of an asset.
_STANDING = (f"{_PACKAGE}.orchestration", f"{_PACKAGE}.settings", f"{_PACKAGE}.errors")
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def code_version(module: str, root: Path = _ROOT) -> str:
    """Return the version of the code that makes a module's assets.

    Parameters
    ----------
    module
        Its name.
    root
        Folder that holds the package.
    """
    names, waiting = {module}, [module]
    while waiting:
        met = {name for name in _imports(waiting.pop(), root) if not name.startswith(_STANDING)}
        waiting += met - names
        names |= met
    parts = [f"{name}\n{_syntax(name, root)}\n" for name in sorted(names)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def raw_version(
    context: dg.AssetExecutionContext, digests: Mapping[str, str], encoding: str
) -> dg.DataVersion:
    """Record which files a run has read, and return the version of the loans in them.

    Whoever lands files need not have observed them: the observation is made here, and is what the
    landed loans are then known to be made from. The run is tagged with the version.

    Parameters
    ----------
    context
        Of the asset that landed the files.
    digests
        Each file's name with its SHA-256.
    encoding
        By which they were read.
    """
    files = source_digest(digests, encoding)
    context.log_event(dg.AssetObservation(LOAN_FILES, tags={DATA_VERSION_TAG: files}))
    # Dagster looked up what is observed when the step began, and asks again what it does not know.
    context.get_step_execution_context().wipe_input_asset_version_info(LOAN_FILES)
    code = next(iter(context.assets_def.specs)).code_version
    version = f"{code}-{files}"
    context.instance.add_run_tags(context.run.run_id, {DATA_VERSION: version})
    return dg.DataVersion(version)


def _imports(module: str, root: Path) -> Iterator[str]:
    """Yield the modules of this package that one imports."""
    for node in ast.walk(_tree(module, root)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PACKAGE):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in (node.module or "", *inner) if _file(name, root))


@cache
def _syntax(module: str, root: Path) -> str:
    tree = _tree(module, root)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def _tree(module: str, root: Path) -> ast.Module:
    file = _file(module, root)
    return ast.parse(file.read_text() if file else "")


def _file(module: str, root: Path) -> Path | None:
    path = root / module.replace(".", "/")
    places = (path.with_suffix(".py"), path / "__init__.py")
    return next((place for place in places if place.exists()), None)
