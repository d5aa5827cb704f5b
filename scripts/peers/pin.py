"""pin.py NAME…: writes NAME.txt, every file that NAME.in leads to with its SHA-256, as pip downloads them here.

For a package that is compiled the files of PLATFORMS are pinned too, where there are any, so that those machines can
use the same list; that a package needs another one there is not seen. Run it with Python 3.11, for which the lists are.
"""

import glob
import hashlib
import os
import re
import subprocess
import sys
import tempfile

PLATFORMS = [
    ["manylinux2014_x86_64", "manylinux_2_28_x86_64"],
    ["manylinux2014_aarch64", "manylinux_2_28_aarch64"],
    ["macosx_11_0_arm64", "macosx_14_0_arm64"],
]
HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = """\
# Written by scripts/peers/pin.py from {name}.in; do not edit. Pinned are the files for Python 3.11 on Linux (x86-64,
# and ARM where there are any) and on macOS (ARM): elsewhere pip refuses what it finds, which is better than a guess.
"""


def pip_download(folder, *arguments):
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", folder]
    return subprocess.run(command + list(arguments), capture_output=True, text=True)


def pin(name):
    with tempfile.TemporaryDirectory() as folder:
        found = pip_download(folder, "--requirement", os.path.join(HERE, name + ".in"))
        if found.returncode != 0:
            sys.exit(found.stderr)
        for wheel in sorted(os.listdir(folder)):
            package, version = wheel.split("-")[:2]
            if wheel.endswith("-any.whl"):
                continue
            for tags in PLATFORMS:
                options = [word for tag in tags for word in ("--platform", tag)]
                pip_download(folder, "--no-deps", "--python-version", "3.11", *options, f"{package}=={version}")
        pins = {}
        for path in glob.glob(os.path.join(folder, "*.whl")):
            package, version = os.path.basename(path).split("-")[:2]
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            pins.setdefault(f"{re.sub('[-_.]+', '-', package).lower()}=={version}", set()).add(digest)
    with open(os.path.join(HERE, name + ".txt"), "w", encoding="utf-8") as file:
        file.write(HEAD.format(name=name))
        for package in sorted(pins):
            file.write(package + "".join(f" \\\n    --hash=sha256:{digest}" for digest in sorted(pins[package])) + "\n")


for argument in sys.argv[1:]:
    pin(argument)
