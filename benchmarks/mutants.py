"""How much of a broken module its tests see: one small fault after the other, do they fail?

    python -m benchmarks.mutants fast dense …
    python -m benchmarks.mutants variants --show

A mutant is the module with one fault: an operator, number, word, name or comparison exchanged, a
condition turned, a keyword or a call left out. The words of an error's message stay, but what it
names (the argument, what was found, what is expected) is left out in turn. zip's `strict` stays: it
is a check of its own. The tests are collected once; each mutant is a process of its own, in which
the functions get their broken code (a fault outside of functions: the module is imported anew). No
file is touched. Needs fork, so not on Windows.

The tests of a module are tests/test_<module>.py (others: see TESTS), the golden values where it has
some, and the examples in its docstrings.
"""

import argparse
import ast
import importlib
import importlib.util
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]
TESTS = {
    "description": ("cells", "routes"),
    "fast_rnn": ("fast",),
    "formulas": ("routes",),
    "variants": ("cells", "routes"),
}
OPTIONS = (
    "-p",
    "_hypothesis_pytestplugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
)
OPTIONS += ("-q", "-s", "--tb=no", "--assert=plain", "--hypothesis-profile=mutants")
SECONDS, BYTES = 60, 8 << 30  # of the processor, and of memory, for one mutant

OPERATORS = (
    *((ast.Add, ast.Sub), (ast.Sub, ast.Add), (ast.Mult, ast.Div), (ast.Div, ast.Mult)),
    *((ast.FloorDiv, ast.Mult), (ast.Mod, ast.Mult), (ast.Pow, ast.Mult), (ast.MatMult, ast.Mult)),
    *((ast.BitOr, ast.BitAnd), (ast.BitAnd, ast.BitOr), (ast.LShift, ast.RShift)),
    *((ast.Lt, ast.LtE), (ast.LtE, ast.Lt), (ast.Gt, ast.GtE), (ast.GtE, ast.Gt)),
    *((ast.Eq, ast.NotEq), (ast.NotEq, ast.Eq), (ast.Is, ast.IsNot), (ast.IsNot, ast.Is)),
    *((ast.In, ast.NotIn), (ast.NotIn, ast.In), (ast.And, ast.Or), (ast.Or, ast.And)),
    *((ast.USub, ast.UAdd), (ast.Break, ast.Continue), (ast.Continue, ast.Break)),
)
NAMES = (
    *(("any", "all"), ("all", "any"), ("min", "max"), ("max", "min"), ("minimum", "maximum")),
    *(("maximum", "minimum"), ("argmin", "argmax"), ("argmax", "argmin"), ("zeros", "ones")),
    *(("ones", "zeros"), ("zeros_like", "ones_like"), ("ones_like", "zeros_like")),
    *(("sum", "mean"), ("mean", "sum"), ("multiply", "add"), ("add", "multiply")),
    *(("subtract", "add"), ("tanh", "sin"), ("exp", "expm1"), ("log", "log1p"), ("sqrt", "abs")),
    *(("reversed", "list"), ("sorted", "list"), ("floor", "ceil"), ("ceil", "floor")),
)
SKIPPED = {"annotation", "returns", "decorator_list", "format_spec", "type_params", "bases"}


def faults(node: ast.AST, in_raise: bool) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node, each with one fault."""
    new = exchange(node)
    if new:
        yield new
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str()) if not in_raise:
            yield ast.Constant("mutant")
        case ast.FormattedValue():
            yield ast.Constant("")
        case ast.AugAssign():
            yield ast.Assign([node.target], node.value, lineno=node.lineno)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.If() | ast.IfExp() | ast.While():
            yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Call():
            for n, keyword in enumerate(node.keywords):
                if keyword.arg != "strict":
                    yield changed(node, keywords=node.keywords[:n] + node.keywords[n + 1 :])
        case ast.Expr(ast.Call()):
            yield ast.Pass()


def exchange(node: ast.AST) -> ast.AST | None:
    """Return the operator or name that is exchanged for this one."""
    for old, new in OPERATORS:
        if type(node) is old:
            return new()
    for old, new in NAMES:
        if isinstance(node, ast.Attribute) and node.attr == old:
            return changed(node, attr=new)
        if isinstance(node, ast.Name) and node.id == old and isinstance(node.ctx, ast.Load):
            return changed(node, id=new)
    return None


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of a node with other fields."""
    return type(node)(**(dict(ast.iter_fields(node)) | fields))


def mutants(
    node: ast.AST, in_raise: bool = False, line: int = 0, within: bool = False
) -> Iterator[tuple[int, str, bool]]:
    """Put one fault after the other into the tree; yield line, words and whether in a function."""
    within = within or isinstance(node, ast.FunctionDef)
    for field, value in ast.iter_fields(node):
        if field in SKIPPED:
            continue
        for n, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or is_prose(child) or is_rest(node, child):
                continue
            put = (
                partial(value.__setitem__, n)
                if isinstance(value, list)
                else partial(setattr, node, field)
            )
            here, raises = getattr(child, "lineno", line), in_raise or isinstance(child, ast.Raise)
            for new in faults(child, raises):
                put(ast.copy_location(new, child) if hasattr(child, "lineno") else new)
                yield here, f"{words(child)}  →  {words(new)}", within
                put(child)
            yield from mutants(child, raises, here, within)


def is_prose(node: ast.AST) -> bool:
    """Tell a docstring, the list of names that a module gives away, or the name of a type."""
    if isinstance(node, ast.Assign):
        made = getattr(getattr(node.value, "func", None), "id", "")
        return made == "TypeVar" or getattr(node.targets[0], "id", "") == "__all__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_rest(node: ast.AST, child: ast.AST) -> bool:
    """Tell zip's `strict`, and the −1 of reshape: there any negative number says "the rest"."""
    if isinstance(child, ast.keyword):
        return child.arg == "strict"
    reshape = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "reshape"
    return reshape and isinstance(child, ast.UnaryOp)


def words(node: ast.AST) -> str:
    """Return the first line of a node's source, or its kind where it has none."""
    try:
        source = ast.unparse(ast.fix_missing_locations(node)).strip()
    except (AttributeError, ValueError):
        source = ""
    return (source or type(node).__name__).splitlines()[0]


class Finder:
    """Gives Python the broken module in the place of that in the file."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path = name, str(path)
        self.loader = type("Loader", (SourceFileLoader,), {"get_code": lambda *_: code})

    def find_spec(self, name: str, *_: object) -> object:
        """Answer for one module alone."""
        if name != self.name:
            return None
        loader = self.loader(name, self.path)
        return importlib.util.spec_from_file_location(name, self.path, loader=loader)


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return every function of a module and its classes by name, properties included."""
    found = {}
    for owner in (module, *(v for v in vars(module).values() if isinstance(v, type))):
        if getattr(owner, "__module__", module.__name__) != module.__name__:
            continue
        for name, value in vars(owner).items():
            value = getattr(value, "fget", None) or getattr(value, "func", None) or value
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                found[f"{owner.__name__}.{name}"] = value
    return found


def break_functions(name: str, path: Path, code: CodeType) -> None:
    """Put the broken code into the functions that are there already, whoever holds them."""
    spec = Finder(name, path, code).find_spec(name)
    broken = importlib.util.module_from_spec(spec)
    kept = sys.modules[name]
    sys.modules[name] = broken  # dataclasses look for their module
    spec.loader.exec_module(broken)
    sys.modules[name] = kept
    new = functions(broken)
    for key, function in functions(kept).items():
        for part in ("__code__", "__defaults__", "__kwdefaults__"):
            setattr(function, part, getattr(new[key], part))


class Mutants:
    """A pytest plugin that runs the collected tests once for each mutant, in place of once."""

    def __init__(self, module: str, tests: list[str], show: Callable[[str], None]) -> None:
        self.name, self.tests, self.show = f"lstm_core.{module}", tests, show
        self.path = ROOT / "lstm_core" / f"{module}.py"
        self.count = self.killed = 0
        self.seconds: dict[str, float] = {}
        self.notes = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long a test takes."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Break, test, count."""
        if session.testsfailed or not session.items or not self.passes(session, lambda: None):
            return True
        self.notes.seek(0)
        seconds = json.loads(self.notes.read())
        session.items.sort(key=lambda item: seconds[item.nodeid])  # the quickest first
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        for line, what, within in mutants(tree):
            code = compile(ast.fix_missing_locations(tree), str(self.path), "exec")
            self.count += 1
            quick = partial(break_functions, self.name, self.path, code)
            sure = partial(self.start_anew, code)  # what ran at import has its old code otherwise
            if not (within and not self.passes(session, quick)) and self.passes(session, sure):
                self.show(f"{self.path.relative_to(ROOT)}:{line}: {what}")
            else:
                self.killed += 1
        return True

    def start_anew(self, code: CodeType) -> None:
        """Import everything again, with the broken module, and run all tests."""
        for name in [n for n in sys.modules if n.split(".")[0] in ("lstm_core", "tests")]:
            del sys.modules[name]
        sys.meta_path.insert(0, Finder(self.name, self.path, code))
        os._exit(pytest.main([*OPTIONS, "-x", *self.tests]))

    def passes(self, session: pytest.Session, fault: Callable[[], object]) -> bool:
        """Return whether all tests pass, in a process of their own."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
            fault()
            for item, following in zip(session.items, [*session.items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    os._exit(1)
            if not self.count:
                self.notes.write(json.dumps(self.seconds))
                self.notes.flush()
            os._exit(0)
        finally:
            os._exit(1)


def tests_of(module: str) -> list[str]:
    """Return the tests that belong to a module."""
    files = [ROOT / "tests" / f"test_{name}.py" for name in TESTS.get(module, (module,))]
    golden = ROOT / "tests" / "test_golden.py"
    if module in golden.read_text(encoding="utf-8"):
        files.append(golden)
    examples = ROOT / "tests" / "test_doctests.py"
    return [*map(str, files), f"{examples}::test_examples_in_docstrings[lstm_core.{module}]"]


def measure(module: str, tests: list[str], show: Callable[[str], None]) -> tuple[int, int]:
    """Return how many mutants of a module there are, and how many are killed; show the others."""
    plugin = Mutants(module, tests, show)
    pytest.main([*OPTIONS, *tests], plugins=[plugin])
    return plugin.count, plugin.killed


def main() -> None:
    """Measure the modules that are named, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--show", action="store_true", help="the mutants that survive")
    options = parser.parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile(
        "mutants",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        max_examples=10,
        **{"deadline": None, "derandomize": True, "database": None},
    )
    out = os.fdopen(os.dup(1), "w", buffering=1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(quiet, number)
    for module in options.modules:
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        start = time.perf_counter()
        show = (lambda line: print(line, file=out)) if options.show else (lambda line: None)
        count, killed = measure(module, tests_of(module), show)
        took = time.perf_counter() - start
        share = f"{killed / count:.1%}" if count else "its tests fail without any fault"
        print(f"{module} | {count} | {killed} | {share} | {took:.0f} s", file=out)
        out.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
