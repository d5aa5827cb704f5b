"""move.py FROM TO: makes the programs of the virtual environment in FROM work once the folder is renamed to TO.

pip writes the path of the environment's Python into the first lines of every program that it installs.
"""

import os
import sys

source, target = (os.fsencode(argument) for argument in sys.argv[1:])
programs = os.path.join(source, b"bin")
for name in os.listdir(programs):
    path = os.path.join(programs, name)
    if os.path.islink(path) or not os.path.isfile(path):
        continue
    with open(path, "rb") as file:
        content = file.read()
    if source in content:
        with open(path, "wb") as file:
            file.write(content.replace(source, target))
