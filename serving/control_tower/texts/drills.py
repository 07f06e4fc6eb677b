"""What the page Drills says."""

from serving.control_tower.language import Text

TITLE = Text("Drills", "Simulacros")
ABOUT = Text(
    "Black swans that were sent to this platform on purpose, and how it fared. A demonstration: "
    "never in production.",
    "Cisnes negros enviados a propósito a esta plataforma, y cómo le fue. Una demostración: nunca "
    "en producción.",
)
NONE_YET = Text("No drill was done yet.", "Aún no se ha hecho ningún simulacro.")
DONE = Text("Scenarios", "Escenarios")
PASSED = Text("Passed", "Superados")
OF = Text("of {all}", "de {all}")
LEAKED = Text("Bad decisions leaked", "Decisiones malas filtradas")
FALSE_ALARMS = Text("False alarms", "Falsas alarmas")
LEAGUE = Text("How long each went unnoticed", "Cuánto tardó cada uno en notarse")
SECONDS = Text("seconds until it was known", "segundos hasta notarse")
PASS = Text("passed", "superado")
FAIL = Text("failed", "no superado")
SKIP = Text("skipped", "omitido")
TABLE = Text("The league", "La clasificación")
SCENARIO = Text("scenario", "escenario")
WHAT = Text("what happened", "qué ocurrió")
HOW = Text("outcome", "resultado")
UNTIL = Text("seconds", "segundos")
BAD = Text(
    "bad applications: sent / leaked / refused", "malas: enviadas / filtradas / no admitidas"
)
RECOVERED = Text("recovered", "recuperado")
AT = Text("at (UTC)", "hora (UTC)")
RUN_ONE = Text("Put it through one more", "Someterla a otro más")
RUN_ABOUT = Text(
    "Drills send bad applications to the running service and may stop it. They are started from a "
    "terminal, by a person who watches.",
    "Los simulacros envían solicitudes malas al servicio y pueden pararlo. Los inicia desde un "
    "terminal una persona que vigila.",
)
PICK = Text("Scenario", "Escenario")
EVERY = Text("all of them", "todos")
