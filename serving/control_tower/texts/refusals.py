"""What the service says where it refuses something, in English, and the same in Spanish."""

from serving.control_tower.language import Text

SERVICE = (
    Text(
        "the scoring service refused ({status}): {problem}",
        "el servicio de scoring lo rechazó ({status}): {problem}",
    ),
    Text("The body is no JSON, or ambiguous{detail}", "El cuerpo no es JSON, o es ambiguo{detail}"),
    Text("A key is needed{detail}", "Hace falta una clave{detail}"),
    Text("The key is not good for this{detail}", "La clave no sirve para esto{detail}"),
    Text(
        "Nothing is decided for this key at present{detail}",
        "De momento no se decide nada para esta clave{detail}",
    ),
    Text("There is nothing here{detail}", "Aquí no hay nada{detail}"),
    Text("The request came too slowly{detail}", "La petición llegó demasiado despacio{detail}"),
    Text(
        "The idempotency key stands for another request{detail}",
        "La clave de idempotencia es de otra petición{detail}",
    ),
    Text("Nothing is resumed{detail}", "No se reanuda nada{detail}"),
    Text("The request is too large{detail}", "La petición es demasiado grande{detail}"),
    Text("The JSON is no application{detail}", "El JSON no es una solicitud{detail}"),
    Text("The JSON is not what this takes{detail}", "El JSON no es lo que se espera{detail}"),
    Text("The key asks too often{detail}", "La clave pregunta demasiado a menudo{detail}"),
    Text("The service failed", "El servicio falló"),
    Text("Scoring is stopped", "El scoring está parado"),
    Text("Whether scoring is stopped cannot be read", "No se puede leer si el scoring está parado"),
    Text("The decision cannot be recorded", "No se puede registrar la decisión"),
    Text("Which keys are good cannot be read", "No se puede leer qué claves valen"),
    Text("Too much is asked at once", "Se pide demasiado a la vez"),
    Text("There is no verified model{detail}", "No hay un modelo verificado{detail}"),
    Text(
        "The model that decided cannot be had here any more{detail}",
        "El modelo que decidió ya no se puede obtener aquí{detail}",
    ),
    Text(": not resumed: {why}", ": no se reanuda: {why}"),
    Text(": no model is loaded: {why}", ": no hay ningún modelo cargado: {why}"),
    Text(": this needs a key with the role {roles}", ": hace falta una clave con el papel {roles}"),
    Text("say who decides", "diga quién decide"),
    Text(
        "give a reason of at least {length} characters",
        "dé un motivo de al menos {length} caracteres",
    ),
    Text(
        "evidence is the digest of a verdict of drift: 64 hex digits",
        "la prueba es la huella de un veredicto de deriva: 64 cifras hexadecimales",
    ),
    Text(
        "scoring was stopped by drift: name the digest of a verdict of drift that was recorded "
        "since, as risk-platform gate status tells it",
        "lo paró la deriva: dé la huella de un veredicto de deriva posterior, como la dice "
        "risk-platform gate status",
    ),
    Text(
        "there is no such request: see the open ones by `gate status`",
        "no existe esa petición: vea las abiertas con `gate status`",
    ),
    Text(
        "the request was approved before: a new one is needed",
        "la petición ya se aprobó: hace falta otra",
    ),
    Text(
        "the request is older than {minutes} minutes: ask anew",
        "la petición tiene más de {minutes} minutos: pídalo de nuevo",
    ),
    Text(
        "who asks for it cannot approve it: somebody else must",
        "quien lo pide no puede aprobarlo: debe hacerlo otra persona",
    ),
    Text(
        "scoring is not stopped: it runs since epoch {epoch}",
        "el scoring no está parado: funciona desde la época {epoch}",
    ),
    Text(
        "epoch {named} is named, and the gate is at epoch {epoch}: see why, and ask anew",
        "se nombra la época {named} y la compuerta está en la {epoch}: vea por qué y pídalo de "
        "nuevo",
    ),
)
