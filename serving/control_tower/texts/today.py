"""What the page Today says."""

from serving.control_tower.language import Text

TITLE = Text("Today", "Hoy")
ABOUT = Text(
    "Whether scoring runs, what it decides, and what changed.",
    "Si el scoring funciona, qué decide y qué ha cambiado.",
)
LEASE = Text("Lease", "Licencia")
OF_LEASE = Text("of {whole}", "de {whole}")
LEASE_IDLE = Text("stopped", "parado")
LEASE_ENDED = Text("ended", "terminada")
LEASE_HELP = Text(
    "Scoring runs on a lease that is renewed while no look finds drift. Where it ends, scoring "
    "stops by itself.",
    "El scoring funciona con una licencia que se renueva mientras no se halle deriva. Si termina, "
    "el scoring se para solo.",
)
CHAMPION = Text("Champion", "Campeón")
VERSION = Text("version {version}", "versión {version}")
EPOCH = Text("Moves of the gate", "Movimientos de la compuerta")
DRIFT = Text("Drift", "Deriva")
DRIFTED = Text("{share} of the model has drifted", "ha derivado el {share} del modelo")
NO_DRIFT_YET = Text("not judged yet", "sin juzgar aún")
WHAT_TO_DO = Text("What to do: {what}", "Qué hacer: {what}")
SEE_GOVERNANCE = Text(
    "Two people let it run again, on the page Governance.",
    "Dos personas lo reanudan, en la página Gobierno.",
)

SPAN = Text("Period", "Periodo")
HOUR = Text("1 hour", "1 hora")
DAY = Text("24 hours", "24 horas")
WEEK = Text("7 days", "7 días")
DECISIONS = Text("Decisions", "Decisiones")
APPROVAL = Text("Approval rate", "Tasa de aprobación")
RISK = Text("Mean PD", "PD media")
LATENCY = Text("Latency, median", "Latencia, mediana")
LATENCY_SLOW = Text("99 in 100 within {ms} ms", "99 de cada 100 en {ms} ms")
BEFORE = Text("{change} on the period before", "{change} sobre el periodo anterior")
NOTHING_DECIDED = Text(
    "Nothing was decided in this time.", "No se ha decidido nada en este periodo."
)
NOTHING_LOGGED = Text("Nothing was ever decided.", "Nunca se ha decidido nada.")
VOLUME_CHART = Text("decisions", "decisiones")
MIX_CHART = Text("share of decisions", "parte de las decisiones")
PD_CHART = Text("mean PD", "PD media")
LATENCY_CHART = Text("ms until logged", "ms hasta el registro")
MEDIAN = Text("median", "mediana")
SLOWEST = Text("99 in 100", "99 de 100")

NO_ALERTS = Text("Nothing needs attention.", "Nada requiere atención.")
ALERT_STOPPED = Text("Scoring is stopped: {reason}", "El scoring está parado: {reason}")
ALERT_LEASE = Text(
    "The lease ends in {left} and is not being renewed: look at Dagster's daemon and its sensors.",
    "La licencia termina en {left} y no se renueva: mire el demonio de Dagster y sus sensores.",
)
ALERT_DRIFT = Text("Drift is {light}: {sentence}", "La deriva está en {light}: {sentence}")
ALERT_SUSPENDED = Text("API key {key} is suspended.", "La clave de API {key} está suspendida.")
ALERT_OTHER_MODEL = Text(
    "Version {answers} answers, and version {deployed} is deployed: the service follows within "
    "seconds, or cannot verify it.",
    "Responde la versión {answers} y está desplegada la {deployed}: el servicio la sigue en "
    "segundos, o no puede verificarla.",
)

CHANGED = Text("What changed since yesterday", "Qué ha cambiado desde ayer")
NOTHING_CHANGED = Text(
    "Nothing was moved, published or judged in the last 24 hours.",
    "En las últimas 24 horas no se ha movido, publicado ni juzgado nada.",
)
CHANGE_GATE = Text("gate", "compuerta")
CHANGE_DRIFT = Text("drift", "deriva")
CHANGE_ASSET = Text("published", "publicado")
CHANGE_PUBLISHED = Text("{asset} {version}", "{asset} {version}")
CHANGE_GATE_SAID = Text("{action} by {by}: {reason}", "{action} por {by}: {reason}")
LAST_DECISIONS = Text("Last decisions", "Últimas decisiones")
AT = Text("at (UTC)", "hora (UTC)")
VERDICT = Text("verdict", "resultado")
REASON = Text("raised by", "la elevó")
WHAT = Text("what", "qué")
SAID = Text("said", "detalle")
