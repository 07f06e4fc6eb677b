"""What the page Governance says."""

from serving.control_tower.language import Text

TITLE = Text("Governance", "Gobierno")
ABOUT = Text(
    "Who stopped scoring and who let it run again, which models led and why, whether the log is "
    "what it was, and the dossier.",
    "Quién paró el scoring y quién lo reanudó, qué modelos lideraron y por qué, si el registro "
    "sigue intacto, y el expediente.",
)
GATE = Text("The gate", "La compuerta")
YOUR_KEY = Text("Your API key", "Su clave de API")
KEY_HELP = Text(
    "Who acts is the key that is shown: one of the role operate stops, one of the role resume asks "
    "and approves. It is kept for this session alone. Where the service asks for no keys, leave it "
    "empty.",
    "Actúa la clave que se muestra: con el papel operate se para, con el papel resume se pide y se "
    "aprueba. Se guarda solo durante esta sesión. Si el servicio no pide claves, déjelo vacío.",
)
WRONG_KEY = Text(
    "The service knows no such key, or it was revoked. `risk-platform keys show` lists them.",
    "El servicio no conoce esa clave, o fue revocada. `risk-platform keys show` las enumera.",
)
STOP = Text("Stop scoring", "Parar el scoring")
STOP_ABOUT = Text(
    "Once this is done no decision is committed any more. Two people let it run again.",
    "Una vez hecho, no se registra ninguna decisión más. Dos personas lo reanudan.",
)
REASON = Text("Why (it is recorded)", "Por qué (queda registrado)")
NO_REASON = Text("Say why.", "Diga por qué.")
IS_STOPPED = Text("Scoring is stopped.", "El scoring está parado.")
ASK = Text("Ask that it run again", "Pedir que se reanude")
ASK_ABOUT = Text(
    "In at least 20 characters: what was wrong, and why it is right now. Somebody else approves it "
    "within half an hour.",
    "En 20 caracteres o más: qué iba mal y por qué ya está bien. Otra persona lo aprueba en media "
    "hora.",
)
EVIDENCE = Text(
    "Digest of a verdict of drift since, where drift stopped it",
    "Huella de un veredicto de deriva posterior, si lo paró la deriva",
)
ASKED = Text(
    "Asked for. Somebody else approves it until {until}.",
    "Pedido. Otra persona lo aprueba hasta {until}.",
)
OPEN = Text("Asked for, and not approved yet", "Pedido y aún sin aprobar")
REQUEST = Text("{by} asks ({at}): {reason}", "{by} pide ({at}): {reason}")
APPROVE = Text("Approve what {by} asked for", "Aprobar lo que pidió {by}")
IS_RUNNING = Text("Scoring runs again.", "El scoring funciona de nuevo.")
EVENTS = Text("What was done about the gate", "Qué se ha hecho con la compuerta")
NO_EVENTS = Text("Nobody moved it yet.", "Aún nadie la ha movido.")
AT = Text("at (UTC)", "hora (UTC)")
ACTION = Text("action", "acción")
BY = Text("by", "por")
DONE_BY = Text("{done} by {by}", "{done} por {by}")
DONE_BY_TWO = Text(
    "{done} by {by}, approved by {approver}", "{done} por {by}, aprobado por {approver}"
)
RULE = Text("rule", "regla")
WHY = Text("reason", "motivo")
LEADERS = Text("Which models led", "Qué modelos lideraron")
VERSION = Text("version", "versión")
WAY = Text("way", "vía")
NONE_WAITS = Text("No proposal waits for anybody.", "Ninguna propuesta espera a nadie.")
WAITS = Text(
    "Version {version} ({candidate}), proposed by {by}, waits: somebody else approves it by:",
    "La versión {version} ({candidate}), propuesta por {by}, espera: otra persona la aprueba con:",
)
VERIFICATION = Text("The log of decisions", "El registro de decisiones")
VERIFY_ABOUT = Text(
    "Every row is read again and held against the chain of seals and its anchors: a row that was "
    "edited, deleted or added is named.",
    "Se relee cada fila y se contrasta con la cadena de sellos y sus anclas: se nombra toda fila "
    "editada, borrada o añadida.",
)
VERIFY = Text("Verify the log", "Verificar el registro")
VERIFYING = Text("Reading every row", "Leyendo cada fila")
VERIFIED = Text(
    "{sealed} sealed rows are as they were sealed; anchors outside the database vouch for "
    "{anchored}; {unsealed} wait to be sealed.",
    "{sealed} filas selladas están como se sellaron; anclas fuera de la base de datos responden de "
    "{anchored}; {unsealed} esperan sello.",
)
NOT_INTACT = Text(
    "**The log is not what it was.** {error}", "**El registro no es lo que era.** {error}"
)
CUTS = Text(
    "Restores that lost rows, each accepted by somebody: {count}.",
    "Restauraciones que perdieron filas, cada una aceptada por alguien: {count}.",
)
DOSSIER = Text("The dossier", "El expediente")
DOSSIER_ABOUT = Text(
    "One ZIP file: validation report and model card, figures, what the gate of models found, "
    "promotions, policy and manifest of the bundle, events of the gate, verdicts of drift and "
    "drills, each with its SHA-256.",
    "Un archivo ZIP: informe de validación y ficha del modelo, cifras, lo que halló la compuerta "
    "de modelos, promociones, política y manifiesto del paquete, eventos de la compuerta, "
    "veredictos de deriva y simulacros, cada uno con su SHA-256.",
)
PACK = Text("Put it together", "Prepararlo")
HOLDS = Text("{count} files, {size} kB", "{count} archivos, {size} kB")
LACKS = Text("Not published yet: {names}", "Aún sin publicar: {names}")
