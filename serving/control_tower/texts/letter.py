"""What a letter says."""

from serving.control_tower.language import Text

REFERENCE = Text("Reference: decision {decision}", "Referencia: decisión {decision}")
GREETING = Text("Dear applicant,", "Estimada persona solicitante:")
DECLINED = Text(
    "Thank you for your application for a loan. We are unable to approve it on the terms that you "
    "asked for.",
    "Gracias por su solicitud de préstamo. No podemos aprobarla en las condiciones que pidió.",
)
REFERRED = Text(
    "Thank you for your application for a loan. It could not be approved automatically, and a "
    "credit officer is looking at it now. We shall write to you with the outcome.",
    "Gracias por su solicitud de préstamo. No se pudo aprobar de forma automática y un analista de "
    "crédito la está revisando. Le escribiremos con el resultado.",
)
REASONS = Text(
    "The principal reasons, the most important first:",
    "Los motivos principales, empezando por el más importante:",
)
RIGHTS = Text(
    "You may ask us within 60 days for a copy of the information that we used, and tell us where "
    "it is wrong.",
    "En un plazo de 60 días puede pedirnos copia de la información que utilizamos e indicarnos "
    "dónde es errónea.",
)
EQUALITY = Text(
    "The federal Equal Credit Opportunity Act prohibits creditors from discriminating against "
    "credit applicants on the basis of race, color, religion, national origin, sex, marital "
    "status, or age (provided the applicant has the capacity to enter into a binding contract); "
    "because all or part of the applicant's income derives from any public assistance program; or "
    "because the applicant has in good faith exercised any right under the Consumer Credit "
    "Protection Act.",
    "La ley federal de Igualdad de Oportunidades de Crédito prohíbe a los acreedores discriminar a "
    "quienes solicitan crédito por raza, color, religión, origen nacional, sexo, estado civil o "
    "edad (siempre que la persona pueda celebrar un contrato vinculante), porque sus ingresos "
    "procedan en todo o en parte de un programa de asistencia pública, o por haber ejercido de "
    "buena fe algún derecho de la ley de Protección del Crédito al Consumidor.",
)
CLOSING = Text("Yours faithfully,\nCredit department", "Atentamente,\nDepartamento de crédito")
