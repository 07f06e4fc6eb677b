# What we use of numba, which brings no types.
from collections.abc import Callable
from typing import Any, TypeVar, overload

from numba import types as types

_F = TypeVar("_F", bound=Callable[..., Any])

@overload
def njit(signature: _F, /) -> _F: ...
@overload
def njit(signature: types.Signature, /, *, nogil: bool = ...) -> Callable[[_F], _F]: ...
