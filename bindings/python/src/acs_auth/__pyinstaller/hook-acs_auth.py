"""Adds the native library to programs that import acs_auth: it is loaded by its path, so PyInstaller can't find it."""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs("acs_auth")
