"""The assets of the platform, a module for each stage.

``STAGES`` is the order in which the platform reads: each stage reads what the ones before it
published, and none imports another.
"""

STAGES = (
    "files",
    "raw",
    "clean",
    "ageing",
    "split",
    "features",
    "models",
    "families",
    "clusters",
    "predictions",
    "evaluation",
    "registry",
    "gate",
    "reports",
    "policies",
    "serving",
    "monitoring",
    "vintages",
    "drills",
)
