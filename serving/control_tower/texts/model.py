"""What the page Model says."""

from serving.control_tower.language import Text

TITLE = Text("Model", "Modelo")
ABOUT = Text(
    "How good the champion is on loans later than any it saw, beside the lender's sub-grade and "
    "the other candidates.",
    "Qué tal es el campeón con préstamos posteriores a todos los que vio, junto al sub-grado de la "
    "entidad y los demás candidatos.",
)
WARNING = Text("These figures need care: {warning}", "Cuidado con estas cifras: {warning}")
UNDER = Text(
    "{model}, protocol {protocol}. Test: {maturity}.",
    "{model}, protocolo {protocol}. Test: {maturity}.",
)
AUC = Text("AUC", "AUC")
AUC_BESIDE = Text("AUC (sub-grade {grade})", "AUC (sub-grado {grade})")
KS_BESIDE = Text("KS (sub-grade {grade})", "KS (sub-grado {grade})")
AT_95 = Text("{interval} at 95 %", "{interval} al 95 %")
BRIER = Text("Brier", "Brier")
ECE = Text("Calibration error (ECE)", "Error de calibración (ECE)")
MEANS = Text("Mean PD / default rate", "PD media / impago")
BASE = Text("mean squared error", "error cuadrático medio")
BY_DECILE = Text("by decile of PD", "por decil de PD")
RANKING = Text("Ranking", "Ordenación")
CALIBRATION = Text("Calibration", "Calibración")
CANDIDATES = Text("Candidates", "Candidatos")
STABILITY = Text("Stability", "Estabilidad")
CARD = Text("Card", "Ficha")
ROC = Text("ROC", "ROC")
PAYERS_AXIS = Text("share of payers above", "parte de pagadores por encima")
DEFAULTERS_AXIS = Text("share of defaulters above", "parte de impagados por encima")
ROC_ABOUT = Text(
    "Receiver operating characteristic of the champion and of the sub-grade",
    "Curva ROC del campeón y del sub-grado",
)
SEPARATION = Text("Separation (KS {ks})", "Separación (KS {ks})")
SEPARATION_ABOUT = Text(
    "Share of payers and of defaulters with at most each PD; KS is the widest gap",
    "Parte de pagadores e impagados con cada PD como máximo; KS es la mayor distancia",
)
PAYERS = Text("payers", "pagadores")
DEFAULTERS = Text("defaulters", "impagados")
PD_AXIS = Text("PD", "PD")
UPTO_AXIS = Text("share with at most this PD", "parte con esta PD como máximo")
DELONG = Text(
    "DeLong's test on the same loans: AUC {difference} above the sub-grade ({interval}), p = {p}.",
    "Test de DeLong con los mismos préstamos: AUC {difference} sobre el sub-grado ({interval}), "
    "p = {p}.",
)
RELIABILITY = Text("By decile of PD", "Por decil de PD")
RELIABILITY_ABOUT = Text(
    "Default rate over mean PD by decile; on the diagonal they are the same",
    "Tasa de impago frente a PD media por decil; en la diagonal coinciden",
)
BY_GRADE = Text("By grade", "Por grado")
BY_VINTAGE = Text("By vintage", "Por cosecha")
PARTS_ABOUT = Text(
    "Mean PD and default rate of each part; the bar is where chance puts the rate, 19 times in 20",
    "PD media y tasa de impago de cada parte; la barra es donde el azar sitúa la tasa, 19 de 20 "
    "veces",
)
MEAN_GAP = Text("mean gap {gap}", "diferencia media {gap}")
MATURITY = Text(
    "Youngest loan of each vintage, months observed: {months}",
    "Préstamo más joven de cada cosecha, meses observados: {months}",
)
WITHIN = Text("Ranking within grades (AUC)", "Ordenación dentro de cada grado (AUC)")
TOO_FEW = Text(
    "Grades with too few defaults to tell are left out.",
    "Se omiten los grados con impagos insuficientes.",
)
STANDINGS = Text(
    "AUC with intervals at 95 %. The champion was chosen on validation; test played no part.",
    "AUC con intervalos al 95 %. El campeón se eligió en validación; test no intervino.",
)
SPLIT = Text("Split", "Partición")
TEST = Text("test", "test")
VALIDATION = Text("validation", "validación")
NAME = Text("candidate", "candidato")
P_VALUE = Text("p against sub-grade", "p frente al sub-grado")
GATE = Text("What the champion had to show", "Qué tuvo que demostrar el campeón")
DEMAND = Text("demand", "exigencia")
PASSED = Text("holds", "se cumple")
FOUND = Text("found", "hallado")
SHIFTS = Text(
    "Scores of each vintage against validation (PSI); the mark is what chance gives",
    "Puntuaciones de cada cosecha frente a validación (PSI); la marca es lo que da el azar",
)
ALL = Text("all", "todas")
STABLE = Text("stable", "estable")
SHIFTED = Text("shifted", "desplazada")
SPREAD = Text("AUC, best less worst vintage", "AUC, mejor menos peor cosecha")
DECAY = Text("Gini lost since validation", "Gini perdido desde validación")
DIGEST = Text("digest", "huella")
MADE_AT = Text("trained", "entrenado")
LOADED = Text("answers since", "responde desde")
RUN = Text("run", "ejecución")
INPUTS = Text("inputs", "entradas")
CONTRACT = Text("contract", "contrato")
OUTCOME = Text("outcome", "resultado")
POPULATION = Text("population", "población")
DIVISION = Text("division", "división")
WHOLE_REPORT = Text(
    "Validation report and model card (HTML)", "Informe de validación y ficha (HTML)"
)
NO_STABILITY = Text(
    "The report was made without vintages to compare.",
    "El informe se hizo sin cosechas que comparar.",
)
NO_REPORT = Text("There is no validation report yet.", "Aún no hay informe de validación.")
