"""A plugin for Nuitka that leaves this package as bytecode: compiling it to C takes minutes."""

from nuitka.plugins.PluginBase import NuitkaPluginBase


class AsBytecode(NuitkaPluginBase):
    plugin_name = "as-bytecode"

    def decideCompilation(self, module_name):
        return "bytecode" if module_name.hasNamespace("acs_auth") else None
