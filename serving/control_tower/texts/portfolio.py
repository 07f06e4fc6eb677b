"""What the page Portfolio says."""

from serving.control_tower.language import Text

TITLE = Text("Portfolio", "Cartera")
ABOUT = Text(
    "Who borrows, how vintages went bad, what is expected to be lost, and a file of applications.",
    "Quién pide prestado, cómo se deterioran las cosechas, qué pérdida se espera, y un archivo de "
    "solicitudes.",
)
VINTAGES = Text("Vintage curves", "Curvas por cosecha")
VINTAGES_ABOUT = Text(
    "A curve ends where the quarter's youngest loan does. Young vintages are dashed: their loans "
    "were not all observed for {horizon} months, and they do not compare with mature ones beyond "
    "their end. Snapshot {snapshot}.",
    "Una curva acaba donde acaba el préstamo más joven del trimestre. Las cosechas jóvenes van a "
    "trazos: no todos sus préstamos se han observado {horizon} meses y, más allá de su final, no "
    "se comparan con las maduras. Foto de {snapshot}.",
)
MATURE = Text("mature", "madura")
YOUNG = Text("young", "joven")
MATURITY = Text("mature: {mature} · young: {young}", "maduras: {mature} · jóvenes: {young}")
PICK = Text("Vintages", "Cosechas")
MONTHS = Text("months on book", "meses desde la concesión")
DEFAULTED = Text("share that had defaulted", "parte en impago")
VINTAGES_CHART = Text(
    "Share of each quarter's loans that had defaulted by each month on book",
    "Parte de los préstamos de cada trimestre en impago por mes desde la concesión",
)
SEGMENTS = Text("Segments of borrowers", "Segmentos de prestatarios")
SEGMENTS_ABOUT = Text(
    "Expected and actual default of the test loans, and who applies now. Segments describe; no PD "
    "hangs on them.",
    "Impago esperado y real de los préstamos de test, y quién solicita ahora. Los segmentos "
    "describen; ninguna PD depende de ellos.",
)
LOANS = Text("loans: {count}", "préstamos: {count}")
SEGMENTS_CHART = Text(
    "Mean PD and default rate of each segment of the test loans",
    "PD media y tasa de impago de cada segmento de los préstamos de test",
)
NOW = Text("Who applies: last 24 hours", "Quién solicita: últimas 24 horas")
SEGMENT = Text("segment", "segmento")
SHARE_NOW = Text("share now", "parte ahora")
SHARE_TEST = Text("share of test", "parte en test")
PD_NOW = Text("mean PD now", "PD media ahora")
APPROVED_NOW = Text("approved now", "aprobadas ahora")
LOSS = Text("Expected loss", "Pérdida esperada")
LOSS_ABOUT = Text(
    "PD x LGD x EAD of the test loans, known before any was lent, beside the principal that was "
    "lost. What defaults cost was learnt on validation.",
    "PD x LGD x EAD de los préstamos de test, conocida antes de concederlos, junto al principal "
    "perdido. Lo que cuesta un impago se aprendió en validación.",
)
NO_LOSSES = Text("No expected loss is told: {why}.", "No consta la pérdida esperada: {why}.")
EXPECTED = Text("expected", "esperada")
REALISED = Text("realised", "realizada")
RATIO = Text(
    "Expected over realised: {ratio} ({interval} at 95 %). Below 1 the loss was underrated.",
    "Esperada sobre realizada: {ratio} ({interval} al 95 %). Por debajo de 1, se infravaloró.",
)
LOSS_CHART = Text("loss, USD", "pérdida, USD")
UPLOAD = Text("Score a file", "Evaluar un archivo")
UPLOAD_ABOUT = Text(
    "A CSV file in UTF-8 whose header has the contract's names. It is sent to the API in slices of "
    "1,000; each row is scored or refused with its reason. The same file sent again is not decided "
    "again.",
    "Un archivo CSV en UTF-8 cuya cabecera tenga los nombres del contrato. Se envía a la API en "
    "tandas de 1.000; cada fila se evalúa o se rechaza con su motivo. El mismo archivo, enviado "
    "otra vez, no se decide otra vez.",
)
FILE = Text("Applications (CSV, up to {most} MB)", "Solicitudes (CSV, {most} MB como máximo)")
NOT_SCORED = Text(
    "The file was not scored to its end. {error} What was decided stands in the log: send the same "
    "file again, and the rest follows.",
    "El archivo no se evaluó hasta el final. {error} Lo decidido queda en el registro: envíe el "
    "mismo archivo otra vez y seguirá el resto.",
)
ROW = Text("row", "fila")
VERDICT = Text("verdict", "resultado")
WHY = Text("reasons, or why it was refused", "motivos, o por qué no se admite")
DECISION = Text("decision", "decisión")
REFUSED = Text("refused", "no admitida")
UNREADABLE = Text("The file cannot be read: {error}", "No se puede leer el archivo: {error}")
READ = Text(
    "Rows: {rows}. Columns that are not sent: {ignored}.",
    "Filas: {rows}. Columnas que no se envían: {ignored}.",
)
NOT_CSV = Text("it is no CSV file in UTF-8", "no es un archivo CSV en UTF-8")
NO_NAMES = Text(
    "its header has none of the names of an application, such as loan_amnt, term or annual_inc",
    "su cabecera no tiene ningún nombre de una solicitud, como loan_amnt, term o annual_inc",
)
NO_ROWS = Text("below its header it has no rows", "bajo su cabecera no tiene filas")
BAD_LINE = Text("line {line} cannot be read: {error}", "no se lee la línea {line}: {error}")
NOTHING_IGNORED = Text("nothing", "nada")
SCORE_IT = Text("Score the file", "Evaluar el archivo")
WORKING = Text("Scoring", "Evaluando")
RECONCILED = Text(
    "Every row is accounted for: scored {scored} + refused {refused} = {rows}.",
    "Todas las filas cuadran: evaluadas {scored} + no admitidas {refused} = {rows}.",
)
NOT_RECONCILED = Text(
    "Rows {rows}, scored {scored}, refused {refused}: they do not add up.",
    "Filas {rows}, evaluadas {scored}, no admitidas {refused}: no cuadran.",
)
APPROVED = Text("Approved", "Aprobadas")
LOSS_OF_APPROVED = Text("Expected loss of approved", "Pérdida esperada de aprobadas")
SPREAD = Text("applications", "solicitudes")
