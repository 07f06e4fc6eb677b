"""What the platform says of drills, in English, and the same in Spanish.

A test has the platform say each of these, so that none is told of what it no longer says.
"""

from serving.control_tower.language import Text

# What is done in each.
SCENARIOS = (
    Text(
        "Ordinary applications: any stop is a false alarm",
        "Solicitudes corrientes: toda parada es una falsa alarma",
    ),
    Text(
        "Incomes come a thousandfold: 65,000 USD as 65,000,000",
        "Los ingresos llegan multiplicados por mil: 65.000 USD como 65.000.000",
    ),
    Text("The bureau's feed gives nulls", "La fuente del buró da nulos"),
    Text(
        "Labels are renamed: half to rare ones, half to words that the contract lacks",
        "Etiquetas renombradas: la mitad a raras, la mitad a palabras que el contrato no tiene",
    ),
    Text("Income and amount change places", "Ingresos e importe se intercambian"),
    Text(
        "More debt, lower scores, more small businesses, as in 2008",
        "Más deuda, peores puntuaciones, más pequeños negocios, como en 2008",
    ),
    Text(
        "Rates rise by three points, and instalments with them",
        "Los tipos suben tres puntos, y las cuotas con ellos",
    ),
    Text("Percentages come as fractions", "Los porcentajes llegan como fracciones"),
    Text("Months come as {shape}", "Los meses llegan como {shape}"),
    Text("Debt to income comes a hundredfold", "Deuda sobre ingresos llega multiplicada por cien"),
    Text(
        "One application again and again, without an idempotency key",
        "Una solicitud una y otra vez, sin clave de idempotencia",
    ),
    Text(
        "One application again and again, under one idempotency key",
        "Una solicitud una y otra vez, con una sola clave de idempotencia",
    ),
    Text(
        "Debt rises and income falls by {step} sd a day of {day} applications",
        "Sube la deuda y bajan los ingresos {step} de al día, de {day} solicitudes",
    ),
    Text(
        "One client sends 30 % of the traffic, all of it far beyond any borrower",
        "Un cliente envía el 30 % del tráfico, todo ello fuera de cualquier prestatario",
    ),
    Text(
        "Dagster's daemon stands still, so that nothing renews the lease",
        "El demonio de Dagster se para, y nada renueva la licencia",
    ),
    Text(
        "A file of the model's bundle is changed where services read it",
        "Se cambia un archivo del paquete del modelo donde lo leen los servicios",
    ),
    Text("A decision is edited in the database", "Se edita una decisión en la base de datos"),
    Text(
        "A service is started whose clock is two hours ahead",
        "Arranca un servicio con el reloj dos horas adelantado",
    ),
    Text(
        "A service is started whose clock is two hours behind",
        "Arranca un servicio con el reloj dos horas atrasado",
    ),
)

# How each went.
OUTCOMES = (
    Text(
        "{decided} ordinary decisions, and no stop",
        "{decided} decisiones corrientes y ninguna parada",
    ),
    Text(
        "stopped after {decided} ordinary decisions", "parado tras {decided} decisiones corrientes"
    ),
    Text("stopped before anything bad was sent", "parado antes de enviar nada malo"),
    Text(
        "{whom} was stopped ({rule}) after {seconds} s", "se paró {whom} ({rule}) a los {seconds} s"
    ),
    Text("scoring", "el scoring"),
    Text("the client", "el cliente"),
    Text(
        "{said}, and not for what was sent",
        "{said}, y no por lo enviado",
    ),
    Text("{said}, all of it for one client", "{said}, todo ello por un solo cliente"),
    Text(
        "{said}, and {others} applications of others were refused",
        "{said}, y se rechazaron {others} solicitudes de otros",
    ),
    Text("{said}, {leaked} bad decisions leaked", "{said}, {leaked} decisiones malas filtradas"),
    Text("{answers} answers by one decision", "{answers} respuestas con una sola decisión"),
    Text(
        "{share} refused at the door, {leaked} leaked",
        "{share} no admitidas en la puerta, {leaked} filtradas",
    ),
    Text(
        "{decided} bad decisions, {refused} refusals and no stop",
        "{decided} decisiones malas, {refused} rechazos y ninguna parada",
    ),
    Text("{after}, and no stop", "{after}, y ninguna parada"),
    Text("stopped after {seconds} s, {after}", "parado a los {seconds} s, {after}"),
    Text(
        "{leaked} decisions after the lease's end", "{leaked} decisiones tras el fin de la licencia"
    ),
    Text(
        "a service that was started {started}, {others} PDs were others, {healed}",
        "un servicio que arrancó {started}, {others} PD distintas, {healed}",
    ),
    Text("answered at once", "respondió enseguida"),
    Text("waited until the file was whole", "esperó a que el archivo estuviera entero"),
    Text("brought anew after {seconds} s", "traído de nuevo a los {seconds} s"),
    Text("put back by hand", "repuesto a mano"),
    Text("the audit took {seconds} s{found}", "la auditoría tardó {seconds} s{found}"),
    Text(" and found nothing", " y no halló nada"),
    Text(
        ": the log was changed at position {position}: {what}",
        ": el registro se cambió en la posición {position}: {what}",
    ),
    Text("decision {decision} was edited", "se editó la decisión {decision}"),
)
