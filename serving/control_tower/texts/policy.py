"""What the page Policy says."""

from serving.control_tower.language import Text

TITLE = Text("Policy", "Política")
ABOUT = Text(
    "What approving from each score on would have brought on the test loans, beside the lender's "
    "sub-grade at equal volume.",
    "Qué habría supuesto aprobar desde cada puntuación en los préstamos de test, junto al "
    "sub-grado de la entidad a igual volumen.",
)
LOOK_BACK = Text(
    "A look back: {loans} of {all} test loans whose losses the books tell, {defaults} of which "
    "defaulted. A cut-off that is picked here does better on these loans than it will on others.",
    "Una mirada atrás: {loans} de {all} préstamos de test cuyas pérdidas constan, {defaults} de "
    "ellos en impago. Un corte elegido aquí sale mejor con estos préstamos que con otros.",
)
CUT_OFF = Text("Approve from (points)", "Aprobar desde (puntos)")
IN_FORCE = Text("in force", "vigente")
CHOSEN = Text("chosen", "elegido")
IN_FORCE_IS = Text(
    "In force: approved from {approve} points, declined below {decline}, a person between them. "
    "`RISK_APPROVE_FROM` and `RISK_DECLINE_BELOW` change it for the models made from then on.",
    "Vigente: aprobada desde {approve} puntos, rechazada por debajo de {decline}, una persona "
    "entre medias. `RISK_APPROVE_FROM` y `RISK_DECLINE_BELOW` lo cambian para otros modelos.",
)
APPROVED = Text("Approved", "Aprobados")
DEFAULTS = Text("Default rate of approved", "Impago de los aprobados")
LOSS = Text("Loss", "Pérdida")
PROFIT = Text("Profit", "Beneficio")
AGAINST_GRADE = Text("{value} by sub-grade", "{value} por sub-grado")
AGAINST_FORCE = Text("{change} against in force", "{change} respecto al vigente")
SHARE_APPROVED = Text("share approved", "parte aprobada")
DEFAULT_RATE = Text("default rate of approved", "impago de los aprobados")
LOSS_USD = Text("loss, USD", "pérdida, USD")
PROFIT_USD = Text("profit, USD", "beneficio, USD")
LESS_RISK = Text("Approval against default", "Aprobación e impago")
LESS_LOSS = Text("Approval against loss", "Aprobación y pérdida")
MORE_PROFIT = Text("Approval against profit", "Aprobación y beneficio")
NO_LOANS = Text(
    "The books tell the loss of none of {all} test loans.",
    "Los libros no dicen la pérdida de ninguno de los {all} préstamos de test.",
)
NO_PROFIT = Text("No profit is told: {why}.", "No consta el beneficio: {why}.")
INTERVALS = Text(
    "The band is the interval at 95 % over resampled loans.",
    "La banda es el intervalo al 95 % con préstamos remuestreados.",
)
SWAP = Text("Swap set against the grade", "Intercambio respecto al sub-grado")
SWAP_ABOUT = Text(
    "At equal volume, which loans the model would take in, and which it would leave out. Loans of "
    "the sub-grade at the edge count in part.",
    "A igual volumen, qué préstamos admitiría el modelo y cuáles dejaría fuera. Los del sub-grado "
    "del borde cuentan en parte.",
)
TAKEN_IN = Text("taken in by the model", "admitidos por el modelo")
LEFT_OUT = Text("left out by the model", "excluidos por el modelo")
DIFFERENCE = Text(
    "By the swap {defaults} defaults, and {loss} of loss.",
    "Con el intercambio, {defaults} impagos y {loss} de pérdida.",
)
GROUP = Text("loans", "préstamos")
DEFAULTED = Text("defaulted", "impagados")
RATE = Text("default rate", "tasa de impago")
EXPECTED = Text("Expected loss of approved: {value}", "Pérdida esperada de los aprobados: {value}")
