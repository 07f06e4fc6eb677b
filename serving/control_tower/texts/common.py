"""What every page says."""

from serving.control_tower.language import Text

TOWER = Text("Control tower", "Torre de control")
LANGUAGE = Text("Language", "Idioma")
LINKS = Text("Elsewhere", "En otros sitios")
LINK_DAGSTER = Text("Assets and runs (Dagster)", "Activos y ejecuciones (Dagster)")
LINK_MLFLOW = Text("Models (MLflow)", "Modelos (MLflow)")
LINK_API = Text("The scoring API", "La API de scoring")

SOURCE = Text("Source", "Fuente")
SOURCES = Text("Sources", "Fuentes")
LIVE = Text("live", "en vivo")
PROTOCOL = Text("protocol", "protocolo")
SAMPLED = Text(
    "rates from {seen} of {all} decisions, at even distances",
    "tasas de {seen} de {all} decisiones, a distancias iguales",
)
FILL = Text("This fills it:", "Esto lo llena:")
NOT_YET = Text(
    "Nothing is published as `{asset}` yet.", "Todavía no se ha publicado nada como `{asset}`."
)
NO_LOG = Text("Nothing was decided yet.", "Aún no se ha decidido nada.")
SILENT = Text(
    "The scoring service does not answer at {address}.",
    "El servicio de scoring no responde en {address}.",
)
NOT_SHOWN = Text("This cannot be shown. {error}", "Esto no se puede mostrar. {error}")
NOT_DONE = Text("Nothing was done. {error}", "No se ha hecho nada. {error}")
THE_REST = Text(
    "Whatever does not depend on it is shown all the same. This starts it:",
    "Lo que no depende de ello se muestra igualmente. Esto lo inicia:",
)

APPROVE = Text("approved", "aprobada")
REFER = Text("referred", "derivada")
DECLINE = Text("declined", "rechazada")
VERDICTS = {"approve": APPROVE, "refer": REFER, "decline": DECLINE}

RUNNING = Text("Scoring runs", "El scoring funciona")
STOPPED = Text("Scoring is stopped", "El scoring está parado")
UNKNOWN = Text("State not known", "Estado desconocido")
LEASE_LEFT = Text("lease ends in {left}", "la licencia termina en {left}")
SINCE = Text("since {at}, by {by}: {reason}", "desde el {at}, por {by}: {reason}")

GREEN = Text("green", "verde")
AMBER = Text("amber", "ámbar")
RED = Text("red", "rojo")
INSUFFICIENT = Text("too few loans", "faltan préstamos")
LIGHTS = {"green": GREEN, "amber": AMBER, "red": RED, "insufficient": INSUFFICIENT}

MODEL = Text("model", "modelo")
SUB_GRADE = Text("sub-grade", "sub-grado")
PD = Text("probability of default", "probabilidad de impago")
MEAN_PD = Text("mean PD", "PD media")
DEFAULT_RATE = Text("default rate", "tasa de impago")
POINTS = Text("Points", "Puntos")
YES = Text("yes", "sí")
NO = Text("no", "no")
DOWNLOAD = Text("Download", "Descargar")

OPENED = Text("opened", "abierto")
DID_STOP = Text("stopped", "parado")
REQUESTED = Text("resume requested", "reanudación pedida")
RESUMED = Text("resumed", "reanudado")
DID_REFUSE = Text("refused", "denegado")
SUSPENDED = Text("key suspended", "clave suspendida")
REINSTATED = Text("key reinstated", "clave restituida")
ACTIONS = {
    "opened": OPENED,
    "stopped": DID_STOP,
    "resume requested": REQUESTED,
    "resumed": RESUMED,
    "refused": DID_REFUSE,
    "suspended": SUSPENDED,
    "reinstated": REINSTATED,
}
