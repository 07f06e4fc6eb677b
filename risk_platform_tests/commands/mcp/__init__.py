"""Tests of the server for assistants, against a real service and by the real client."""
