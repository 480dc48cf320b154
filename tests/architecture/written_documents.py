"""Documents and schemas that a program writes are what it writes now.

usage: written_documents.py HWNAS SOURCE_FOLDER
"""
import pathlib
import subprocess
import sys

hwnas, source = sys.argv[1], pathlib.Path(sys.argv[2])
failures = []

schema = source / "configs/schema/space.schema.json"
written = subprocess.run([hwnas, "families", "--schema", schema], check=True, capture_output=True, text=True).stdout
if written != schema.read_text():
    failures.append(f"{schema}: write it anew by `hwnas families --schema {schema.relative_to(source)}`")
table = subprocess.run([sys.executable, source / "scripts/networks_table.py", hwnas, "--check"], capture_output=True,
                       text=True)
if table.returncode != 0:
    failures.append(table.stderr)
print("\n".join(failures) or "all up to date")
sys.exit(1 if failures else 0)
