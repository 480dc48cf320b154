"""Both ends of the runners' protocol: one JSON object a line each way."""
import collections
import json
import os
import shlex
import subprocess
import sys
import threading


class Lost(RuntimeError):
    """The program is gone or spoke nonsense. The next request starts it anew."""


class LineProgram:
    """A program that answers requests, started when it is first needed and again after it was lost."""

    def __init__(self, command, name=None):
        self.command = command
        self.name = name or shlex.join(command)  # in messages
        self.process = None

    def running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        self.end()
        try:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.PIPE, text=True, errors="replace")
        except OSError as error:
            raise Lost(f"{self.command[0]}: cannot start: {error.strerror}") from None
        # Read all the time, since a full pipe would stop the program; only the end explains a crash.
        self.last_errors = collections.deque(maxlen=10)
        self.error_reader = threading.Thread(target=self.last_errors.extend, args=(self.process.stderr,), daemon=True)
        self.error_reader.start()

    def ask(self, request):
        """The answer to a request, with the same id; it may be an error."""
        if not self.running():
            self.start()
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line.endswith("\n"):
            raise Lost(self.explain())
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or answer.get("id") != request["id"]:
            self.end()
            raise Lost(f"{self.name}: expected a JSON object with \"id\": {request['id']}; "
                       f"found {line[:200].strip()!r}")
        return answer

    def explain(self):
        """Why the program ended, which it has, or is about to."""
        self.end()
        self.error_reader.join(timeout=0.5)
        code = self.process.returncode
        # A shell adds 128 to the signal that ended its program.
        signal = -code if code < 0 else code - 128 if 128 < code < 128 + 65 else 0
        reason = f"killed by signal {signal}" if signal else f"exit code {code}"
        return f"{self.name} ended: {reason} {''.join(self.last_errors)}".strip()

    def end(self):
        """Ends the program with its input. Who started us waits a second, so this takes less."""
        if self.process is None:
            return
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # what was not yet written is lost with it
        try:
            self.process.wait(timeout=0.7)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def own_arguments_and_program():
    """What the command line has before its first `--`, and after it."""
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    return sys.argv[1:end], sys.argv[end + 1:]


def serve(answer_to):
    """Answers the requests of standard input until it ends. What `answer_to` raises is the answer's `error`."""
    # Whatever else prints goes to standard error, so that only answers are answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = answer_to(request)
        except Exception as error:
            answer = {"error": str(error) if isinstance(error, RuntimeError) else f"{type(error).__name__}: {error}"}
        print(json.dumps({**answer, "id": request["id"]}), file=answers, flush=True)
