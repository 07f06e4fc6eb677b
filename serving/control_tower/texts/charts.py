"""What charts call the fields of their rows, where somebody points at one."""

from serving.control_tower.language import Text

FIELDS = {
    "series": Text("series", "serie"),
    "part": Text("part", "parte"),
    "name": Text("name", "nombre"),
    "kind": Text("vintage", "cosecha"),
    "grade": Text("grade", "grado"),
    "decile": Text("decile", "decil"),
    "input": Text("input", "entrada"),
    "scenario": Text("scenario", "escenario"),
    "sentence": Text("said", "detalle"),
    "label": Text("mark", "marca"),
    "loans": Text("loans", "préstamos"),
    "defaults": Text("defaults", "impagos"),
    "decisions": Text("decisions", "decisiones"),
    "applications": Text("applications", "solicitudes"),
    "points": Text("points", "puntos"),
    "from": Text("from", "desde"),
    "to": Text("to", "hasta"),
    "value": Text("value", "valor"),
    "low": Text("95 %: from", "95 %: desde"),
    "high": Text("95 %: to", "95 %: hasta"),
    "distance": Text("distance", "distancia"),
    "psi": Text("PSI", "PSI"),
    "chance": Text("PSI by chance", "PSI por azar"),
    "reason": Text("reason", "motivo"),
}
