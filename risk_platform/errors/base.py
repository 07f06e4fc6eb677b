"""The root of the error tree: what can go wrong, each with the sentence that a person reads.

Every error keeps its facts in ``args``, so that it survives pickling between processes.
"""


class RiskPlatformError(Exception):
    """Anything that this platform raises on purpose."""
