"""What the page Score one says."""

from serving.control_tower.language import Text

TITLE = Text("Score one", "Evaluar una")
ABOUT = Text(
    "What if: change an application and see what is decided, and why. Each answer is a decision of "
    "the service, and stands in its log.",
    "Qué pasaría si: cambie una solicitud y vea qué se decide, y por qué. Cada respuesta es una "
    "decisión del servicio y queda en su registro.",
)
START_FROM = Text("Start from", "Partir de")
GOOD = Text("a good application", "una solicitud buena")
MIDDLING = Text("a middling one", "una intermedia")
BAD = Text("a bad one", "una mala")
SPARSE = Text("one that says little", "una que dice poco")
JOINT = Text("a joint one", "una conjunta")
EXAMPLES = {"good": GOOD, "middling": MIDDLING, "bad": BAD, "sparse": SPARSE, "joint": JOINT}
AMOUNT = Text("Amount, USD", "Importe, USD")
TERM = Text("Term, months", "Plazo, meses")
RATE = Text("Interest rate, % a year", "Tipo de interés, % anual")
INCOME = Text("Income a year, USD", "Ingresos al año, USD")
DTI = Text("Debt to income, %", "Deuda sobre ingresos, %")
FICO = Text("FICO score", "Puntuación FICO")
UTILISATION = Text("Revolving credit used, %", "Crédito rotativo usado, %")
INQUIRIES = Text("Inquiries in 6 months", "Consultas en 6 meses")
DELINQUENCIES = Text("Delinquencies in 2 years", "Impagos en 2 años")
EMPLOYMENT = Text("Years employed", "Años de empleo")
HOME = Text("Home", "Vivienda")
PURPOSE = Text("Purpose", "Finalidad")
NOT_GIVEN = Text("not given", "no consta")
HOMES = {
    "MORTGAGE": Text("with a mortgage", "con hipoteca"),
    "RENT": Text("rented", "de alquiler"),
    "OWN": Text("owned outright", "en propiedad"),
    "ANY": Text("any", "cualquiera"),
    "OTHER": Text("other", "otra"),
    "NONE": Text("none", "ninguna"),
}
PURPOSES = {
    "debt_consolidation": Text("debt consolidation", "consolidar deudas"),
    "credit_card": Text("credit card", "tarjeta de crédito"),
    "home_improvement": Text("home improvement", "reforma del hogar"),
    "other": Text("other", "otra"),
    "major_purchase": Text("major purchase", "compra importante"),
    "medical": Text("medical", "gastos médicos"),
    "small_business": Text("small business", "pequeño negocio"),
    "car": Text("car", "coche"),
    "moving": Text("moving", "mudanza"),
    "vacation": Text("vacation", "vacaciones"),
    "house": Text("house", "casa"),
    "wedding": Text("wedding", "boda"),
    "renewable_energy": Text("renewable energy", "energía renovable"),
    "educational": Text("education", "estudios"),
}
ALL_FIELDS = Text(
    "Every field, as the API is asked", "Todos los campos, tal como se piden a la API"
)
FIELDS_HELP = Text(
    "JSON in the contract's names; what stands here wins over the sliders. Empty: nothing.",
    "JSON con los nombres del contrato; lo que figure aquí prevalece sobre los controles. "
    "Vacío: nada.",
)
NO_JSON = Text(
    'This is no JSON object, such as {{"mort_acc": 2}}.',
    'Esto no es un objeto JSON, como {{"mort_acc": 2}}.',
)
NOT_DECIDED = Text("Nothing was decided. {error}", "No se ha decidido nada. {error}")
PROBABILITY = Text("Probability of default", "Probabilidad de impago")
BAND = Text("risk: {band}", "riesgo: {band}")
SEGMENT = Text("Segment", "Segmento")
BANDS = {
    "very low": Text("very low", "muy bajo"),
    "low": Text("low", "bajo"),
    "medium": Text("medium", "medio"),
    "high": Text("high", "alto"),
    "very high": Text("very high", "muy alto"),
}
LADDER = Text(
    "{points} points; approved from {approve}, declined below {decline}",
    "{points} puntos; aprobada desde {approve}, rechazada por debajo de {decline}",
)
WHY = Text("What raised the risk", "Qué elevó el riesgo")
NO_REASONS = Text("Nothing raised the risk.", "Nada elevó el riesgo.")
POINTS_TAKEN = Text("points taken", "puntos restados")
REASONS_ABOUT = Text(
    "How many points each of the main reasons took",
    "Cuántos puntos restó cada motivo principal",
)
TOO_LITTLE = Text(
    "Too little is known: fields with more than half of the model's weight are missing, so that a "
    "person must look at it.",
    "Se sabe demasiado poco: faltan campos con más de la mitad del peso del modelo, así que debe "
    "verla una persona.",
)
MISSING = Text("fields not given: {count}", "campos no dados: {count}")
CHANGE = Text("What would have to change", "Qué tendría que cambiar")
CHANGE_ABOUT = Text(
    "Changes in the borrower's hands, alone and two at a time: {count} applications, sent "
    "together. They are decisions too.",
    "Cambios al alcance de la persona, solos y de dos en dos: {count} solicitudes, enviadas "
    "juntas. También son decisiones.",
)
SEARCH = Text("Look for changes", "Buscar cambios")
NOTHING_HELPS = Text(
    "None of the {count} changes that were tried would have it approved.",
    "Con ninguno de los {count} cambios probados se aprobaría.",
)
NO_LEVERS = Text(
    "Nothing of it that is known lies in the borrower's hands.",
    "Nada de lo que se sabe está al alcance de la persona.",
)
WOULD = Text("It would be approved with:", "Se aprobaría con:")
LEVERS = {
    "loan_amnt": Text("an amount of {value} USD", "un importe de {value} USD"),
    "term": Text("a term of {value} months", "un plazo de {value} meses"),
    "revol_util": Text(
        "{value} % of revolving credit used", "un {value} % del crédito rotativo en uso"
    ),
    "dti": Text(
        "debt payments of {value} % of income", "pagos de deuda del {value} % de los ingresos"
    ),
    "inq_last_6mths": Text(
        "an inquiry count of {value} in 6 months", "un número de consultas en 6 meses de {value}"
    ),
}
AND = Text(" and ", " y ")
AS_IT_IS = Text(
    "The rate is kept as the lender set it; the instalment follows from amount and term.",
    "El tipo se mantiene como lo fijó la entidad; la cuota resulta del importe y el plazo.",
)
LETTER = Text("The letter", "La carta")
LETTER_LANGUAGE = Text("Language of the letter", "Idioma de la carta")
NO_LETTER = Text("It is approved: no letter is due.", "Está aprobada: no hace falta carta.")
REPLAY = Text("Decide it again from the log", "Decidirla otra vez desde el registro")
SAME = Text(
    "Decided again from the log: the same to the bit.",
    "Decidida otra vez desde el registro: idéntica hasta el último bit.",
)
OTHER = Text("Decided again it differs in: {fields}", "Decidida otra vez difiere en: {fields}")
ASKED_BY = Text("decision {id}", "decisión {id}")
