"""Debian's Python modules, which another Python that stands first in PATH does not see."""
import importlib.util
import os
import sys

DEBIANS_PYTHON = "/usr/bin/python3"


def need(module, package):
    """Starts the script again with Debian's Python where this one lacks the module; skips the test where both do."""
    if importlib.util.find_spec(module):
        return
    if os.path.exists(DEBIANS_PYTHON) and not os.environ.get("HWNAS_TEST_DEBIANS_PYTHON"):
        os.environ["HWNAS_TEST_DEBIANS_PYTHON"] = "tried"
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, *sys.argv])
    print(f"SKIPPED: no {module} for Python ({package})")
    sys.exit(0)
