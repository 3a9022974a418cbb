"""What docs/check.py checks, one module per idea."""
