"""The repository's own Python, parsed once for every rule."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("agency", "wallet", "subaccounts", "marketplace")


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    def calls(self) -> list[str]:
        """Every call as it is written: ``session.commit``."""
        return [ast.unparse(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)]


@cache
def product() -> list[Source]:
    """Every module of the product that holds a line."""
    found = [Source(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [source for source in found if source.lines]


@cache
def tests() -> list[Source]:
    return [source for path in sorted((ROOT / "tests").rglob("*.py")) if (source := Source(path)).lines]


@cache
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()
