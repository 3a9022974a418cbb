"""Adds the program to the wheel, tags it with the program's platform, and includes the list of its components if there is one."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlatformTag(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + os.environ["ACS_EMULATOR_PLATFORM"]
        for name in os.listdir(os.path.join(self.root, "program")):
            build_data["shared_scripts"][os.path.join("program", name)] = name
        if os.path.exists(os.path.join(self.root, "sbom.cdx.json")):
            build_data["sbom_files"].append("sbom.cdx.json")
