"""``python -m serving``: serve until stopped."""

from risk_platform.scoring.lean import spare_imports

if __name__ == "__main__":
    spare_imports()
    from serving.start import serve  # all that imports LightGBM comes after that

    serve()
