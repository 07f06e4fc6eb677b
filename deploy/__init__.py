"""What runs the platform elsewhere than on a desk: images, compositions, dashboards, alerts."""
