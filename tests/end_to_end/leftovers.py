"""What a program leaves behind: processes that carry its mark, files of its folder."""
import os
import pathlib
import time

MARK = "HWNAS_TEST_MARK"


def marked_environment(mark):
    """Ours, with a mark that everything started under it inherits."""
    return {**os.environ, MARK: mark}


def marked_processes(mark):
    """What still runs of all that was started with the mark, as `number: command line`."""
    sought = f"{MARK}={mark}".encode()
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if sought in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append(f"{entry.name}: {command}")
        except OSError:  # it ended meanwhile
            continue
    return found


def survivors(mark, seconds=5):
    """The marked processes that have not ended after so long."""
    deadline = time.monotonic() + seconds
    while (found := marked_processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
