"""What the platform says of models, loans and borrowers, in English, and the same in Spanish.

A test has the platform say each of these, so that none is told of what it no longer says.
"""

from serving.control_tower.language import Text

# What the gate of models found.
MODELS = (
    Text(
        "It scores the hand-written applications as when it was made, bit for bit",
        "Puntúa las solicitudes de ejemplo como cuando se hizo, bit a bit",
    ),
    Text(
        "It scores examples otherwise than when it was made: {names}",
        "Puntúa ejemplos de otro modo que cuando se hizo: {names}",
    ),
    Text(
        "It says of the test loans what it was judged by",
        "Dice de los préstamos de test lo mismo con que se lo juzgó",
    ),
    Text(
        "It says of the test loans something else than what it was judged by, by up to {gap}",
        "Dice de los préstamos de test otra cosa que aquello con que se lo juzgó, hasta {gap}",
    ),
    Text(
        "It reads what the protocol allows, and nothing else",
        "Lee lo que el protocolo permite, y nada más",
    ),
    Text(
        "It reads what the protocol does not allow: {names}",
        "Lee lo que el protocolo no permite: {names}",
    ),
    Text("Its AUC of {auc} is credible", "Su AUC de {auc} es creíble"),
    Text(
        "Its AUC of {auc} is more than is credible ({limit}): it has seen the outcome",
        "Su AUC de {auc} es más de lo creíble ({limit}): ha visto el resultado",
    ),
    Text("It says more than the default rate does", "Dice más que la tasa de impago"),
    Text("It says no more than the default rate does", "No dice más que la tasa de impago"),
    Text("It is calibrated: {said}", "Está calibrado: {said}"),
    Text(
        "It is not calibrated: {said}. The means may differ by {shift}, deciles by {limit}",
        "No está calibrado: {said}. Las medias pueden diferir en {shift}, los deciles en {limit}",
    ),
    Text(
        "the mean PD is {pd} where {rate} defaulted, and by decile they differ by {error} on "
        "average",
        "la PD media es {pd} donde impagó el {rate}, y por decil difieren en {error} de media",
    ),
    Text(
        "It never takes what is better for what is worse, in {steps} steps",
        "Nunca toma lo mejor por lo peor, en {steps} pasos",
    ),
    Text(
        "It takes what is better for what is worse, by {names}",
        "Toma lo mejor por lo peor, por {names}",
    ),
    Text("Nothing leads yet", "Aún no lidera nada"),
    Text("It leads {said}", "Supera a la {said}"),
    Text(
        "It does not lead beyond noise: it differs from {said}, where p may be {limit}",
        "No la supera más allá del ruido: difiere de la {said}, y p puede ser {limit}",
    ),
    Text(
        "version {version} by {gap} of AUC ({low} to {high}, p {p})",
        "versión {version} en {gap} de AUC ({low} a {high}, p {p})",
    ),
    Text("{leads}, by another protocol ({protocol})", "{leads}, con otro protocolo ({protocol})"),
    Text("Version {version} leads", "Lidera la versión {version}"),
    Text("automatic", "automática"),
    Text("approved", "aprobada"),
    Text("rollback", "marcha atrás"),
)

# What is demanded of them, by the names of the demands.
DEMANDS = {
    "scores_its_examples_bit_for_bit": Text(
        "scores its examples bit for bit", "puntúa sus ejemplos bit a bit"
    ),
    "says_what_it_was_judged_by": Text(
        "says what it was judged by", "dice aquello con que se lo juzgó"
    ),
    "reads_what_the_protocol_allows": Text(
        "reads what the protocol allows", "lee lo que permite el protocolo"
    ),
    "ranks_no_better_than_is_credible": Text(
        "ranks no better than is credible", "no ordena mejor de lo creíble"
    ),
    "beats_the_base_rate": Text("beats the base rate", "mejora la tasa base"),
    "is_calibrated": Text("is calibrated", "está calibrado"),
    "keeps_to_credit_sense": Text("keeps to credit sense", "respeta el sentido crediticio"),
    "leads_the_champion_beyond_noise": Text(
        "leads the champion beyond noise", "supera al campeón más allá del ruido"
    ),
}

# By which rules figures came about.
RULES = (
    Text(
        "{loans} loans, observed for {months} months or more; {share} of their vintages still open",
        "{loans} préstamos, observados {months} meses o más; el {share} de sus cosechas sigue "
        "abierto",
    ),
    Text(
        "default within {months} months of issue; unknown until they have passed",
        "impago en los {months} meses desde la emisión; desconocido hasta que pasan",
    ),
    Text(
        "charged off or in default against fully paid; unknown until the loan has ended",
        "fallido o en impago frente a pagado; desconocido hasta que acaba el préstamo",
    ),
    Text(
        "as resolved, but unknown until the loan's term has ended, however it ended",
        "como resuelto, pero desconocido hasta el fin del plazo, acabe como acabe",
    ),
    Text("{term} months, individual and joint", "{term} meses, individuales y conjuntos"),
    Text("{term} months, individual", "{term} meses, individuales"),
    Text("36 and 60", "36 y 60"),
    Text(
        "validation from {validation}, test from {test}",
        "validación desde {validation}, test desde {test}",
    ),
    Text(
        "random {train} / {validation} / {test}, seed {seed}",
        "al azar {train} / {validation} / {test}, semilla {seed}",
    ),
    Text(
        "loans that ended early stand for their vintages: rates and figures are biased",
        "los préstamos que acabaron pronto representan a sus cosechas: tasas y cifras con sesgo",
    ),
    Text(
        "training looks ahead, at loans issued after those that are judged",
        "el entrenamiento mira adelante, a préstamos posteriores a los juzgados",
    ),
    Text(
        "of {loans} loans {complete} have complete money, their term having ended by the snapshot: "
        "fewer than {fewest}. Protocols of ended terms can tell",
        "de {loans} préstamos, {complete} tienen su dinero completo, con el plazo acabado en la "
        "fecha de la foto: menos de {fewest}. Los protocolos de plazo acabado pueden decirlo",
    ),
    Text(
        "validation has fewer than {fewest} defaults whose losses the books tell",
        "validación tiene menos de {fewest} impagos cuya pérdida consta",
    ),
    Text(
        "no loan of test with known money defaulted",
        "no impagó ningún préstamo de test con su dinero conocido",
    ),
)

# What sets segments of borrowers apart.
BORROWERS = (
    Text("low income", "ingresos bajos"),
    Text("high income", "ingresos altos"),
    Text("light debt", "poca deuda"),
    Text("heavy debt", "mucha deuda"),
    Text("low FICO", "FICO bajo"),
    Text("high FICO", "FICO alto"),
    Text("short history", "historial corto"),
    Text("long history", "historial largo"),
    Text("low utilisation", "poco crédito usado"),
    Text("high utilisation", "mucho crédito usado"),
    Text("few accounts", "pocas cuentas"),
    Text("many accounts", "muchas cuentas"),
    Text("ordinary borrowers", "prestatarios corrientes"),
)
