"""What the platform puts on record, in English, and how it is told again in Spanish.

A test has the platform say each of these, so that none is told of what it no longer says.
"""

from serving.control_tower.language import Text

# Verdicts of drift, and the rules by which one is red.
DRIFT = (
    Text("No input has drifted", "Ninguna entrada ha derivado"),
    Text("To be watched: {inputs}", "A vigilar: {inputs}"),
    Text(
        "{loans} loans are too few to say: {limit} are needed",
        "{loans} préstamos son pocos para juzgar: hacen falta {limit}",
    ),
    Text("Scoring must stop: {rules}", "El scoring debe parar: {rules}"),
    Text(
        "{said} Without the decisions of key {key} it would not be so",
        "{said} Sin las decisiones de la clave {key} no sería así",
    ),
    Text(
        "what drifted in two windows carries {share} of the model (over {limit})",
        "lo que derivó en dos ventanas pesa el {share} del modelo (más del {limit})",
    ),
    Text(
        "the PDs are of another population (PSI {psi}, from {limit} on)",
        "las PD son de otra población (PSI {psi}, desde {limit})",
    ),
    Text(
        "{input} is of another population (KS {ks}, from {limit} on)",
        "{input} es de otra población (KS {ks}, desde {limit})",
    ),
    Text(
        "{input} is missing {share} more often (from {limit} on)",
        "{input} falta un {share} más a menudo (desde el {limit})",
    ),
    Text(
        "{share} of {input} is nothing that training saw (over {limit})",
        "el {share} de {input} no es nada que viera el entrenamiento (más del {limit})",
    ),
    Text(
        "{share} of the scores are equal (over {limit})",
        "el {share} de las puntuaciones son iguales (más del {limit})",
    ),
    Text("no report of drift was made yet", "aún no se ha hecho ningún informe de deriva"),
    Text(
        "the last report is of version {version}, and another one answers",
        "el último informe es de la versión {version}, y responde otra",
    ),
)

# What became of one input; its effect stands behind a semicolon.
INPUTS = (
    Text(
        "{input} is missing in {now} of the loans, in training in {before}",
        "{input} falta en el {now} de los préstamos, en el entrenamiento en el {before}",
    ),
    Text(
        "{input} is a label that training never saw in {share}, mostly {label}",
        "{input} es una etiqueta que el entrenamiento nunca vio en el {share}, sobre todo {label}",
    ),
    Text(
        "{input} is mixed otherwise: {label} is {now}, in training {before}",
        "{input} se reparte de otro modo: {label} es el {now}, en el entrenamiento el {before}",
    ),
    Text(
        "{input} is told in another unit: it is {factor} times what it was in training, and "
        "otherwise the same (median {now}, in training {before})",
        "{input} viene en otra unidad: es {factor} veces lo que era en el entrenamiento, y por lo "
        "demás igual (mediana {now}, en el entrenamiento {before})",
    ),
    Text(
        "{input} has moved: its median is {now}, in training {before}",
        "{input} se ha movido: su mediana es {now}, en el entrenamiento {before}",
    ),
    Text(
        "{input} is spread otherwise: half of it is within {low} and {high}, in training within "
        "{low_before} and {high_before}",
        "{input} se dispersa de otro modo: la mitad está entre {low} y {high}, en el "
        "entrenamiento entre {low_before} y {high_before}",
    ),
    Text(
        "{input} is distributed otherwise: quartiles {low}, {middle}, {high}, in training "
        "{low_before}, {middle_before}, {high_before}",
        "{input} se distribuye de otro modo: cuartiles {low}, {middle} y {high}, en el "
        "entrenamiento {low_before}, {middle_before} y {high_before}",
    ),
    Text("the mean PD hardly depends on it", "la PD media apenas depende de ello"),
    Text(
        "by it the mean PD is {points} points {way}",
        "por ello la PD media es {points} puntos {way}",
    ),
    Text("higher", "mayor"),
    Text("lower", "menor"),
)

# Why the gate was moved, by whom, and by which rule.
GATE = (
    Text("opened for the first time", "abierta por primera vez"),
    Text(
        "the drill is over: what stopped it was simulated",
        "el simulacro ha terminado: lo que lo paró era simulado",
    ),
    Text(
        "no verdict of drift has renewed the lease of {seconds} seconds (RISK_LEASE_SECONDS): see "
        "whether Dagster's daemon and its sensors are at work",
        "ningún veredicto de deriva ha renovado la licencia de {seconds} segundos "
        "(RISK_LEASE_SECONDS): mire si funcionan el demonio de Dagster y sus sensores",
    ),
    Text(
        "too few loans to tell drift for {hours} hours: RISK_INSUFFICIENT_HOURS lengthens that",
        "faltan préstamos para juzgar la deriva desde hace {hours} horas: "
        "RISK_INSUFFICIENT_HOURS lo alarga",
    ),
    Text(
        "the same application came {times} times within a minute",
        "la misma solicitud llegó {times} veces en un minuto",
    ),
    Text(
        "{input} is missing {share} more often than in training",
        "{input} falta un {share} más a menudo que en el entrenamiento",
    ),
    Text(
        "{share} of {input} lies beyond all of training",
        "el {share} de {input} queda fuera de todo el entrenamiento",
    ),
    Text(
        "{share} of different applications score the same",
        "el {share} de solicitudes distintas puntúan igual",
    ),
    Text("approval of {request}", "aprobación de {request}"),
    Text("the lease", "la licencia"),
    Text("the drift sensor", "el sensor de deriva"),
    Text("the breaker", "el disyuntor"),
    Text("the witness", "el testigo"),
    Text("drift: {rules}", "deriva: {rules}"),
    Text("breaker: {rule}", "disyuntor: {rule}"),
    Text("beyond training", "fuera del entrenamiento"),
    Text("missing", "faltan valores"),
    Text("equal scores", "puntuaciones iguales"),
    Text("repeated", "repetida"),
    Text("operator", "operador"),
    Text("lease", "licencia"),
    Text("witness", "testigo"),
    Text("two people", "dos personas"),
    Text("one person", "una persona"),
)

# What lets scoring run again; commands stay as they are typed.
ADVICE = (
    Text(
        "{by} asked that it run again: {reason}. Somebody else approves that: {command}",
        "{by} pidió que se reanude: {reason}. Otra persona lo aprueba: {command}",
    ),
    Text(
        "drift stopped it, and nobody has looked since: once Dagster's daemon has, risk-platform "
        "gate status says how it is resumed",
        "lo paró la deriva y nadie ha mirado desde entonces: cuando el demonio de Dagster lo haga, "
        "risk-platform gate status dice cómo se reanuda",
    ),
    Text(
        "once it is explained, one person asks: {command}; and another approves it",
        "una vez explicado, una persona lo pide: {command}; y otra lo aprueba",
    ),
    Text("once it is explained: {command}", "una vez explicado: {command}"),
)
