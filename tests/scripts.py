"""Our processes as they are started: are these options that they take?"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from comet.service.broker import Options
from uvicorn.main import main as uvicorn

ROOT = Path(__file__).resolve().parent.parent
OURS = ("chime_alert.py", "ligo_alert.py", "gcn_alert.py", "lwa_alert.py", "dsa_alert.py")


def take_options(words: list[str]) -> bool:
    """Read a command line as its program does, without running it; False if it is none of ours."""
    for place, word in enumerate(words):
        name, rest = Path(word).name, words[place + 1 :]
        started = place > 0 and Path(words[place - 1]).name.startswith("python")
        if name in OURS and started:
            importlib.import_module(name.removesuffix(".py")).main.make_context(name, rest)
            return True
        if name == "uvicorn" and rest:
            uvicorn.make_context(name, list(rest))
            assert assigned(rest[0])
            return True
        if name == "comet" and words[place - 1].endswith("twistd"):
            Options().parseOptions(rest)
            return True
    return False


def assigned(application: str) -> bool:
    """Whether `module:name` is made in one of our scripts; it is not imported, for it sets up its process's log."""
    module, name = application.split(":")
    tree = ast.parse((ROOT / f"{module}.py").read_text())
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
