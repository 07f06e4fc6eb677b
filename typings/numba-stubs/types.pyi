from collections.abc import Sequence

class Signature: ...

class Type:
    def __getitem__(self, layout: object) -> Type: ...
    def __call__(self, *arguments: Type) -> Signature: ...

class NamedTuple(Type):
    def __init__(self, types: Sequence[Type], cls: type) -> None: ...

class NamedUniTuple(Type):
    def __init__(self, dtype: Type, count: int, cls: type) -> None: ...

boolean: Type
float64: Type
uint32: Type
void: Type
