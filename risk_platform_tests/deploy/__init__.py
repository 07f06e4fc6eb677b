"""Tests of what runs the platform elsewhere: alerts, dashboards, images, compositions, commands."""
