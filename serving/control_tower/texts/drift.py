"""What the page Drift says."""

from serving.control_tower.language import Text

TITLE = Text("Drift", "Deriva")
ABOUT = Text(
    "How far those who apply are from those whom the model was trained on, input by input.",
    "Cuánto se alejan quienes solicitan de aquellos con los que se entrenó el modelo, entrada a "
    "entrada.",
)
NOT_JUDGED = Text(
    "Not judged yet: 2,000 decisions by the champion make a window.",
    "Sin juzgar aún: una ventana son 2.000 decisiones del campeón.",
)
LIGHT = Text("Light", "Luz")
SHARE = Text("Drifted share of the model", "Parte del modelo que deriva")
LIMIT = Text("stops above {limit}", "para por encima de {limit}")
DECISIONS = Text("Decisions in the window", "Decisiones en la ventana")
LOOKED = Text("Last look", "Última mirada")
DRIFTED = Text("Drifted: {inputs}", "Han derivado: {inputs}")
HISTORY = Text("Verdicts so far", "Veredictos hasta ahora")
HISTORY_AXIS = Text("drifted share of the model", "parte del modelo que deriva")
LIMIT_AXIS = Text("limit", "límite")
NO_HISTORY = Text("No window was judged yet.", "Aún no se ha juzgado ninguna ventana.")
EVERY_VERDICT = Text("Every verdict in words", "Cada veredicto en palabras")
AT = Text("at (UTC)", "hora (UTC)")
SENTENCE = Text("said", "dice")
BY_DAY = Text("A day, input by input", "Un día, entrada a entrada")
DAY = Text("Day", "Día")
NO_DAY = Text(
    "No day has been reported yet: `daily_monitoring` does it each night, or a person in Dagster.",
    "Aún no hay informe de ningún día: `daily_monitoring` lo hace cada noche, o una persona en "
    "Dagster.",
)
CONFIRMED = Text("confirmed", "confirmada")
SUSPECTED = Text("suspected", "sospechada")
WITHIN = Text("within limits", "dentro de límites")
DISTANCE = Text("distance (KS, or PSI of labels)", "distancia (KS, o PSI en etiquetas)")
FARTHEST = Text("The inputs that are farthest off", "Las entradas más alejadas")
ASPECTS = {
    "values": Text("values", "valores"),
    "missing": Text("missing", "faltan"),
    "unseen": Text("unseen labels", "etiquetas nuevas"),
}
INPUT = Text("input", "entrada")
ASPECT = Text("aspect", "aspecto")
BAND = Text("PSI band", "banda de PSI")
STABLE = Text("stable", "estable")
SHIFTED = Text("shifted", "desplazada")
ANOTHER = Text("another population", "otra población")
BY_CHANCE = Text("PSI by chance (1 %)", "PSI por azar (1 %)")
ADJUSTED_P = Text("adjusted p", "p ajustada")
WEIGHT = Text("weight in the model", "peso en el modelo")
BECAME = Text("verdict", "veredicto")
EVERY_INPUT = Text("Every input", "Todas las entradas")
EXPLAINED = Text("What became of them", "Qué les ha pasado")
NO_PICTURE = Text("No page of this day is kept.", "No se guarda ninguna página de este día.")
NOTHING_EXPLAINED = Text("Nothing is suspected.", "No se sospecha de nada.")
SCORES = Text("Scores: training, and that day", "Puntuaciones: entrenamiento y ese día")
MEAN_PD = Text("Mean PD", "PD media")
APPROVAL = Text("Approval rate", "Tasa de aprobación")
IMPUTED = Text("Fields not given", "Campos no dados")
TRAINING = Text("training {value}", "entrenamiento {value}")
PERFORMANCE = Text("Default rate", "Tasa de impago")
EXPECTED = Text("expected", "esperada")
REALISED = Text("realised after {months} months", "realizada a {months} meses")
PICTURE = Text("Evidently's report", "Informe de Evidently")
SHOW_PICTURE = Text("Show Evidently's report", "Mostrar el informe de Evidently")
PICTURE_ABOUT = Text(
    "Drawn of a sample; it illustrates, and does not decide.",
    "Dibujado con una muestra y en inglés; ilustra, no decide.",
)
