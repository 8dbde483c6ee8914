"""The map of the house holds: who may import whom, which library lives where, and every file has its place.

To add a file, a room or a library: change the tables here and docs/house.md in the same commit.
"""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "house.md"
HOUSE = "ovro_alert"

# ── the tables ──

NOUNS = {"nouns", "notices", "alerts", "verdicts", "commands", "messages"}
NOUNS |= {
    "actions",
    "mergers",
    "gamma_rays",
    "triggers",
    "co_observing",
    "transients",
    "in_short",
    "digests",
    "stories",
    "accounts",
    "statuses",
    "circumstances",
}
NOUNS |= {"catalogue", "doors", "tellers"}
GROUND = {"errors", "observatory", "times", "sky", "sky_maps", "meridian"} | NOUNS

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "observatory": set(),
    "times": {"errors", "observatory"},
    "sky": {"errors", "observatory", "times"},
    "sky_maps": {"errors", "observatory", "times", "sky"},
    "meridian": {"errors", "observatory", "times", "sky"},
    **{noun: GROUND - {noun} for noun in NOUNS},
    "reading": GROUND,
    "writing": GROUND,
    "scenarios": GROUND,
    "keeping": {"errors", "times"},
    "vtp": {"errors", "times"},
    "client": GROUND,
    "following": GROUND | {"client", "keeping"},
    "streams": GROUND | {"client", "keeping"},
    "telescopes": GROUND | {"writing", "keeping", "vtp"},
    "telling": GROUND | {"writing", "vtp"},
    "relay": GROUND | {"reading", "scenarios", "settings"},
    "pages": GROUND | {"relay"},
    "settings": GROUND | {"scenarios"},
}
"""Room → rooms that it may import. A room is a file or a folder of ovro_alert."""

DOORS = {"console", "__main__", "comet_door", "relay_api"}
DOORS |= {"chime_alert", "ligo_alert", "gcn_alert", "lwa_alert", "dsa_alert"}
"""May import any room; never each other, but `__main__` opens the console."""

LIBRARIES: dict[str, tuple[str, ...]] = {
    "sqlalchemy": ("ovro_alert/relay/journal",),
    "alembic": ("ovro_alert/relay/journal",),
    "fastapi": ("ovro_alert/relay/application", "ovro_alert/relay/routes", "ovro_alert/pages", "relay_api.py"),
    "starlette": ("ovro_alert/relay/application", "ovro_alert/relay/routes", "ovro_alert/pages", "relay_api.py"),
    "requests": ("ovro_alert/client", "ovro_alert/telescopes", "ovro_alert/console"),
    "lxml": ("ovro_alert/reading", "ovro_alert/writing"),
    "astropy": ("ovro_alert/times", "ovro_alert/sky", "ovro_alert/reading", "ovro_alert/writing"),
    "erfa": ("ovro_alert/times", "ovro_alert/sky", "ovro_alert/meridian", "ovro_alert/reading", "ovro_alert/writing"),
    "astropy_healpix": ("ovro_alert/times", "ovro_alert/sky", "ovro_alert/reading", "ovro_alert/writing"),
    "fastavro": ("ovro_alert/reading",),
    "jsonschema": ("ovro_alert/reading",),
    "slack_sdk": ("ovro_alert/telling",),
    "twisted": ("comet_door", "ovro_alert/streams"),
    "comet": ("comet_door", "ovro_alert/streams"),
    "zope": ("comet_door", "ovro_alert/streams"),
    "confluent_kafka": ("ovro_alert/streams", "ovro_alert/telling"),
    "gcn_kafka": ("ovro_alert/streams", "ovro_alert/telling"),
    "hop": ("ovro_alert/streams", "ovro_alert/telling"),
    "etcd3gw": ("ovro_alert/telescopes",),
    "pydantic_settings": ("ovro_alert/settings",),
    "click": ("ovro_alert/console", "chime_alert.py", "ligo_alert.py", "gcn_alert.py", "lwa_alert.py", "dsa_alert.py"),
    "rich": ("ovro_alert/console",),
}
"""Outside library → the only places that may import it: a file without its ending, or a folder."""

LINES_AT_MOST = 200
BODY_AT_MOST = 40
LONG: dict[str, str] = {
    "ovro_alert/relay/journal/tables.py": "the journal's tables, side by side: data that a test compares with the file",
}
"""Files over the limit, each with its reason."""
WRITTEN_ONCE = "ovro_alert/relay/journal/migrations/versions/"
"""A migration says a whole schema in one go and is never touched again: no limit there."""

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "time.time", "time.monotonic", "time.sleep"}
MAY_ASK_THE_MACHINE: dict[str, str] = {
    "ovro_alert/times.py": "the clock itself",
    "ovro_alert/console": "a person waits",
    "ovro_alert/telling/direct.py": "a process that ends waits for its last words, whatever its clock",
}
"""Where the machine's clock may be looked at; everybody else is handed a Clock."""

MAY_READ_THE_ENVIRONMENT: dict[str, str] = {
    "ovro_alert/settings/layers.py": "where settings come from",
    "ovro_alert/console": "names what looks like a setting and is none",
    "ovro_alert/streams/subscription.py": "hands PYTHONPATH on to Comet",
}

# ── what is there ──


def house_files() -> list[Path]:
    """Every Python file that is part of the program."""
    inside = [path for top in (HOUSE, "comet_door") for path in (ROOT / top).rglob("*.py")]
    return sorted([*ROOT.glob("*.py"), *inside])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == HOUSE and len(parts) > 1 else parts[0]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = house_files()
MODULES = {module_of(path) for path in FILES}
TREES = {path: ast.parse(path.read_text(), str(path)) for path in FILES}
SCRIPTS = {path.stem for path in FILES if path.parent == ROOT}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every dotted name that the file imports, wherever in it, with its line."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in MODULES else str(node.module)), node.lineno


def own_rooms(path: Path) -> Iterator[tuple[str, int]]:
    """Rooms and scripts of ours that the file imports."""
    for module, line in imports(path):
        first, *rest = module.split(".")
        if first == HOUSE and rest:
            yield rest[0], line
        elif first in SCRIPTS or first == "comet_door":
            yield first, line


def none(faults: Iterable[str], remedy: str) -> None:
    """Fail with every fault at once, and what to do."""
    found = list(dict.fromkeys(faults))
    assert not found, "\n".join([f"{remedy}:", *found])


# ── the claims ──


def test_every_room_is_in_the_table() -> None:
    known = {*MAY_IMPORT, *DOORS, "__init__"}
    none((name_of(path) for path in FILES if room_of(path) not in known), "give the new room its row in MAY_IMPORT")


def test_a_room_imports_only_what_it_may() -> None:
    def faults() -> Iterator[str]:
        for path in FILES:
            room = room_of(path)
            for other, line in own_rooms(path):
                if other != room and not may_import(room, other):
                    yield f"{name_of(path)}:{line} imports {other}"

    none(faults(), "imports run one way; see the first table in docs/house.md")


def may_import(room: str, other: str) -> bool:
    if room in DOORS:
        return other not in DOORS or (room, other) == ("__main__", "console")
    return other in MAY_IMPORT.get(room, set())


def test_no_script_imports_another() -> None:
    scripts = [path for path in FILES if path.parent == ROOT]
    none(
        (f"{name_of(path)}:{line} {other}" for path in scripts for other, line in own_rooms(path) if other in SCRIPTS),
        "what two scripts share belongs in a room",
    )


def test_there_is_no_circle() -> None:
    graph = {module_of(path): {name for name, _ in imports(path) if name in MODULES} for path in FILES}
    try:
        list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_an_outside_library_is_only_in_its_place() -> None:
    def faults() -> Iterator[str]:
        for path in FILES:
            here = name_of(path)
            for module, line in imports(path):
                places = LIBRARIES.get(module.split(".")[0])
                if places is not None and not is_in(here, places):
                    yield f"{here}:{line} imports {module}; it belongs in {', '.join(places)}"

    none(faults(), "a library lives in one place; see the second table in docs/house.md")


def is_in(here: str, places: tuple[str, ...]) -> bool:
    return any(place in (here, here.removesuffix(".py")) or here.startswith(f"{place}/") for place in places)


def test_no_import_is_relative() -> None:
    """A line that says where its word comes from needs no looking around."""
    none(
        (
            f"{name_of(path)}:{node.lineno}"
            for path in FILES
            for node in ast.walk(TREES[path])
            if isinstance(node, ast.ImportFrom) and node.level
        ),
        "write the whole name",
    )


def test_only_the_console_prints() -> None:
    none(
        (
            f"{name_of(path)}:{node.lineno}"
            for path in FILES
            if room_of(path) != "console"
            for node in ast.walk(TREES[path])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ),
        "log it, or let the console say it",
    )


def test_the_clock_is_handed_in() -> None:
    """A room that looks at the machine's clock cannot be tested with one that is turned by hand."""
    none(uses(CLOCKS, MAY_ASK_THE_MACHINE), "take a Clock instead")


def test_the_environment_is_read_in_one_place() -> None:
    none(uses({"os.environ", "os.getenv"}, MAY_READ_THE_ENVIRONMENT), "make it a setting")


def uses(words: set[str], allowed: dict[str, str]) -> Iterator[str]:
    """Find dotted names in the code, but where they are allowed."""
    for path in FILES:
        if not is_in(name_of(path), tuple(allowed)):
            for node in ast.walk(TREES[path]):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in words:
                    yield f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"


def test_a_file_is_short_enough_to_read() -> None:
    none(
        (
            f"{name_of(path)} has {lines} lines"
            for path in FILES
            if (lines := path.read_text().count("\n")) > LINES_AT_MOST
            and name_of(path) not in LONG
            and not name_of(path).startswith(WRITTEN_ONCE)
        ),
        "which of its things is another file?",
    )


def test_every_reason_for_a_long_file_is_still_needed() -> None:
    none((name for name in LONG if (ROOT / name).read_text().count("\n") <= LINES_AT_MOST), "take these out of LONG")


def test_a_function_is_short_enough_to_read() -> None:
    none(
        (
            f"{name_of(path)}:{node.lineno} {node.name} has {body_of(node)} lines"
            for path in FILES
            if not name_of(path).startswith(WRITTEN_ONCE)
            for node in ast.walk(TREES[path])
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_of(node) > BODY_AT_MOST
        ),
        "which of its steps has a name of its own?",
    )


def body_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


# ── the map ──


def on_the_map() -> set[str]:
    """Paths that the floor plan names: the first words of each line of its code block, under their folder's line."""
    plan = re.search(r"## Floor plan\n.*?```\n(.*?)```", MAP.read_text(), re.DOTALL)
    assert plan, "docs/house.md has no floor plan"
    found: set[str] = set()
    folders: list[tuple[int, str]] = []
    for line in filter(str.strip, plan.group(1).splitlines()):
        indent = len(line) - len(line.lstrip())
        names = re.split(r" {2,}", line.strip())[0].split()
        folders = [(depth, folder) for depth, folder in folders if depth < indent]
        above = folders[-1][1] if folders else ""
        found |= {above + name for name in names}
        if len(names) == 1 and names[0].endswith("/"):
            folders.append((indent, above + names[0]))
    return found


def is_mapped(name: str, plan: set[str]) -> bool:
    """A file is on the map by its own name; a folder's `__init__.py` by the folder's."""
    return name in plan or (name.endswith("/__init__.py") and name.removesuffix("__init__.py") in plan)


def test_every_file_is_on_the_map() -> None:
    plan = on_the_map()
    tree = [path for top in (HOUSE, "comet_door") for path in (ROOT / top).rglob("*") if path.is_file()]
    names = [name_of(path) for path in [*tree, *ROOT.glob("*.py")] if path.suffix not in (".pyc", ".cache")]
    lost = sorted(name for name in names if not is_mapped(name, plan))
    none(lost, "give each its word in the floor plan of docs/house.md")


def test_everything_at_the_top_is_on_the_map() -> None:
    plan = on_the_map()
    unseen = {"var", ".git", ".venv", "dropin.cache"} | {path.name for path in ROOT.glob(".*_cache")}
    seen = [path.name for path in ROOT.iterdir() if path.name not in unseen]
    names = [name for name in seen if not name.startswith(("twistd", ".hypothesis", "__pycache__"))]
    lost = sorted(name for name in names if name not in plan and f"{name}/" not in plan)
    none(lost, "give each its word in the floor plan of docs/house.md")


def test_the_map_names_nothing_that_is_gone() -> None:
    gone = sorted(name for name in on_the_map() if not (ROOT / name).exists())
    none(gone, "take these off the floor plan of docs/house.md")


def test_the_map_has_every_row_of_both_tables() -> None:
    """Prose and test say the same: each room and each library is named in the map's tables."""
    words = set(re.findall(r"[\w./]+", MAP.read_text()))
    none(sorted({*MAY_IMPORT, *LIBRARIES} - words), "name these in the tables of docs/house.md")


def test_the_web_process_of_the_relay_holds_nothing_that_only_judging_needs():
    """Numbers in arrays and sky maps are the judge's; they would be 15 MB here for nothing."""
    ask = "import sys, relay_api; print(sorted({'numpy', 'erfa', 'astropy', 'lxml', 'fastavro'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "[]"
