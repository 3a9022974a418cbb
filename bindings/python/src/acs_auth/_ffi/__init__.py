"""The C ABI of the native library, through ctypes: for signing and for every operation that waits.

A call with a few strings and a struct costs about 10 µs here. Through the module that uniffi generates it costs about 80 µs,
more than the library's own part of an exchange. uniffi's module has the rest: types, constructors, pure functions, callbacks.
"""
