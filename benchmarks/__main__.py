"""Everything that is measured: `python -m benchmarks [part …]`, parts: see PARTS.

Figures are ratios within one run wherever possible: absolute times differ from machine to machine.
"""

import importlib
import sys

PARTS = ("kernels", "explorers", "browser", "lessons")


def main() -> None:
    """Run the parts asked for (default: all), one after the other."""
    asked = sys.argv[1:] or PARTS
    del sys.argv[1:]  # the parts have arguments of their own when run alone
    unknown = set(asked) - set(PARTS)
    if unknown:
        sys.exit(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    for part in asked:
        print(f"\n# {part}\n", flush=True)
        importlib.import_module(f"benchmarks.{part}").main()


if __name__ == "__main__":
    main()
