"""The C ABI of the native library, by ctypes: the way of all calls that wait, and of signing.

A call of a few texts and a record costs some 10 µs here, and some 80 µs, more than the library's own part of an exchange, by the
module that uniffi makes. That one has all else: the types, how objects are made, what is pure, and the library's calls of Python.
"""
