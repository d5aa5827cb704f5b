"""Stands in for scikit-build-core while pip downloads the llama.cpp source distribution.

`pip download` asks the package's build backend for its metadata, for which it would first install the real backend
and cmake (the better part of a minute). Nothing here needs that metadata, so this backend (PEP 517) answers with
the name and version alone. scripts/setup-llama puts this folder on PYTHONPATH for that one command.
"""

import os
import re


def _project():
    with open("pyproject.toml", encoding="utf-8") as file:
        name = re.search(r'^name = "([^"]+)"', file.read(), re.MULTILINE)
    with open("PKG-INFO", encoding="utf-8") as file:
        version = re.search(r"^Version: (\S+)", file.read(), re.MULTILINE)
    return name.group(1), version.group(1)


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name, version = _project()
    folder = "{}-{}.dist-info".format(name.replace("-", "_"), version)
    os.mkdir(os.path.join(metadata_directory, folder))
    with open(os.path.join(metadata_directory, folder, "METADATA"), "w", encoding="utf-8") as file:
        file.write("Metadata-Version: 2.1\nName: {}\nVersion: {}\n".format(name, version))
    return folder
