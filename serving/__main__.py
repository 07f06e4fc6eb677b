"""``python -m serving``: serve until stopped."""

from serving.start import serve

if __name__ == "__main__":
    serve()
