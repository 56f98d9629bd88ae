"""The repository keeps its own promises: floors, sizes, doors, and lists that must agree."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
MODULES = sorted((ROOT / "lstm_core").rglob("*.py"))

# From the top floor to the ground. A module not named here stands on the fifth, OTHERS.
FLOORS = (
    {"lesson"},
    {"explorers"},
    {"draw"},
    {"exercises"},
    {"training", "tasks", "data"},
    {"cells", "description", "formulas", "graph", "notation", "routes", "variants"},
    {"rnn", "lstm", "fast", "fast_rnn", "dense", "losses", "optimizers"}
    | {"gradients", "jacobians", "interop"},
    {"activations", "checks", "parameters"},
)
OTHERS = 4
PACKAGES = {  # what a floor may import beyond Python and numpy
    0: {"numpy", "IPython", "ipywidgets"},
    1: {"numpy", "IPython", "ipywidgets", "anywidget", "traitlets", "matplotlib"},
    2: {"numpy", "matplotlib", "PIL"},
}
TOP_LEVEL = {
    *("notebooks", "lstm_core", "tests", "benchmarks", ".ci", ".github", "docs"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "CITATION.cff"),
    *("pyproject.toml", "constraints.txt", "environment.yml", "Makefile", "jupyter_lab_config.py"),
    *(".gitignore", ".gitattributes"),
}
# Lines of code: equations are held in the head, pictures are longer, exercises are lists of tasks.
MODULE_LINES = {"": 250, "draw": 350, "explorers": 350, "exercises": 500, "data": 250}
STATEMENTS, FILE_BYTES = 25, 1_000_000

each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix()
)


def tracked():
    """Return the files in git; outside a clone there is nothing to ask."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def floor(dotted):
    """Return the number of the floor of a module such as "lstm_core.draw.theme"."""
    part = [*dotted.split("."), ""][1]
    return next((n for n, names in enumerate(FLOORS) if part in names), OTHERS)


def imports(path):
    """Yield every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: write imports in full"
            if node.module == "lstm_core":
                yield from (f"lstm_core.{alias.name}" for alias in node.names)
            else:
                yield node.module


@each_module
def test_imports_point_down(path):
    here = floor(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in imports(path):
        root = name.split(".")[0]
        if root == "lstm_core":
            assert floor(name) >= here, f"imports {name}, which stands above it"
        else:
            allowed = PACKAGES.get(here, {"numpy"}) | sys.stdlib_module_names
            assert root in allowed, f"imports {root}, which its floor does without"


def test_the_ground_needs_numpy_alone():
    paths = [path.relative_to(ROOT).with_suffix("") for path in MODULES]
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths]
    ground = [name for name in names if floor(name) not in PACKAGES]
    assert "lstm_core.exercises.frame" in ground
    code = f"import sys, {', '.join(ground)}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    modules = set(loaded.stdout.split())
    assert "numpy" in modules
    assert not {"matplotlib", "ipywidgets", "anywidget", "IPython", "PIL"} & modules


def test_everything_in_the_package_is_installed_with_it():
    given = SETTINGS["tool"]["setuptools"]["package-data"]
    for path in (ROOT / "lstm_core").rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            patterns = given.get(".".join(path.parent.relative_to(ROOT).parts), [])
            assert any(path.match(pattern) for pattern in patterns), f"{path} is left out"
    for package, patterns in given.items():
        for pattern in patterns:
            assert list((ROOT / package.replace(".", "/")).glob(pattern)), f"no file is {pattern}"


def code_lines(path):
    """Count the lines of a file that hold code: no blanks, comments or docstrings."""
    source = path.read_text(encoding="utf-8")
    prose = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            prose |= set(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(n not in prose and bool(line.split("#")[0].strip()) for n, line in lines)


def statements(function):
    """Count the statements in a function, those of functions within it left out."""
    count, todo = 0, list(function.body)
    while todo:
        node = todo.pop()
        count += isinstance(node, ast.stmt)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            todo += ast.iter_child_nodes(node)
    return count


@each_module
def test_functions_and_modules_are_small(path):
    assert code_lines(path) <= MODULE_LINES[path.parent.name.removeprefix("lstm_core")]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    long = {f.name: size for f in functions if (size := statements(f)) > STATEMENTS}
    assert not long, f"statements in one function: {long}"


def test_files_are_small():
    large = {p.name: p.stat().st_size for p in tracked() if p.stat().st_size > FILE_BYTES}
    assert not large


def test_the_top_level_holds_what_is_listed():
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert found <= TOP_LEVEL, f"strangers: {sorted(found - TOP_LEVEL)}"
    missing = TOP_LEVEL - {path.name for path in ROOT.iterdir()}
    assert not missing


def ranges(lines):
    """Read requirements as pyproject.toml and constraints.txt write them."""
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def test_environment_is_in_step_with_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    python, *conda, tool, local = environment["dependencies"]
    version = re.fullmatch(r"python=(\d\.\d+)", python)
    assert version, f"{python}: Binder takes one version, written python=3.12"
    assert SpecifierSet(PROJECT["requires-python"]).contains(version[1])
    assert (tool, local) == ("pip", {"pip": ["-e ."]})
    assert {str(Requirement(r)) for r in conda} == set(map(str, ranges(PROJECT["dependencies"])))


def test_constraints_fit_the_project():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = ranges(lines)
    for requirement in ranges(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]):
        found = [pin for pin in pins if pin.name.lower() == requirement.name.lower()]
        assert found, f"{requirement.name} is not locked: make lock"
        for pin in found:
            (version,) = pin.specifier
            assert version.operator == "=="
            assert requirement.specifier.contains(version.version), f"{pin}: make lock"
    assert not re.search(r"https?://|--(index|extra|find)", "\n".join(lines)), "names and versions"


def test_each_pin_counts_once_on_every_system():
    pins = ranges((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    for system in ("linux", "darwin", "win32"):
        for version in ("3.11", "3.12", "3.13", "3.14"):
            here = default_environment() | {
                "sys_platform": system,
                "os_name": "nt" if system == "win32" else "posix",
                "python_version": version,
                "python_full_version": f"{version}.5",
            }
            names = [p.name for p in pins if p.marker is None or p.marker.evaluate(here)]
            assert len(names) == len(set(names))
            assert "numpy" in names


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_on_a_page_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", (ROOT / page).read_text(encoding="utf-8")))
    named |= set(re.findall(r"^make ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"), re.M))
    assert "test" in named
    assert named <= targets, f"no such command: {sorted(named - targets)}"


def test_the_workflow_tries_every_supported_python():
    path = ROOT / ".github" / "workflows" / "tests.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    tried = workflow["jobs"]["linux"]["strategy"]["matrix"]["python"]
    assert tried == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={tried[0]}"
    classifiers = [c for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert [c.split(" :: ")[-1] for c in classifiers] == tried
    actions = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    assert actions
    assert all(re.fullmatch(r"[\w/-]+@v\d+", action) for action in actions)


def test_what_mutation_testing_names_is_there():
    mutmut = SETTINGS["tool"]["mutmut"]
    named = [*mutmut["only_mutate"], *mutmut["pytest_add_cli_args_test_selection"]]
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
