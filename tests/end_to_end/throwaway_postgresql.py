"""A PostgreSQL server of its own for tests, by scripts/throwaway-postgresql.sh."""
import json
import os
import pathlib
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/throwaway-postgresql.sh"


class Missing(Exception):
    """There is no PostgreSQL here; says so."""


class Server:
    def __init__(self):
        started = subprocess.run([SCRIPT, "start", str(os.getpid())], capture_output=True, text=True)
        if started.returncode == 77:
            raise Missing(started.stderr.strip())
        if started.returncode != 0:
            raise RuntimeError(started.stderr)
        self.folder = started.stdout.strip()
        self.address = self.address_of("postgres")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("stop")

    def address_of(self, database):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def fresh_database(self, name):
        """Makes it. Gives its address."""
        subprocess.run(["psql", "--no-psqlrc", "-qc", f"CREATE DATABASE {name}", self.address], check=True, capture_output=True)
        return self.address_of(name)

    def call(self, verb):
        subprocess.run([SCRIPT, verb, self.folder], check=True, capture_output=True)

    def rows(self, statement, address=None):
        """Rows as dictionaries; nothing where the server is down."""
        said = subprocess.run(["psql", "--no-psqlrc", "--tuples-only", "--no-align", address or self.address, "-c",
                               f"SET search_path = hwnas; SELECT to_json(array_agg(t)) FROM ({statement}) t"],
                              capture_output=True, text=True)
        text = said.stdout.strip().removeprefix("SET").strip()
        return json.loads(text) or [] if said.returncode == 0 and text else []
