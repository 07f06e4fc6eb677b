# pyarrow makes its compute functions when it is imported, and ships no stub that names them.
from collections.abc import Callable
from typing import Any

def __getattr__(name: str) -> Callable[..., Any]: ...
