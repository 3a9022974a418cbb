"""Counterparts of the official package's private modules that its samples and tests import."""
