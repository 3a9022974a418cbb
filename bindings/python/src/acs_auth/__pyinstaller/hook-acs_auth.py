"""What PyInstaller puts beside a program that imports acs_auth: the native library, which is loaded by its path."""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs("acs_auth")
