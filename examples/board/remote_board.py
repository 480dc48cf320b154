"""Requests to a program on a board that runs shell commands, and the networks' files that these name."""
import collections
import hashlib
import pathlib
import re
import shlex
import subprocess

from line_program import LineProgram, Lost, serve


class Board:
    """How a board is reached; `name` says which one."""

    def command(self, text, lasting=False):
        """What runs `text` in the board's shell: a program here and its arguments. One is lasting, the others short."""
        raise NotImplementedError

    def send(self, path, remote):
        """Copies a file."""
        raise NotImplementedError

    def shell(self, text, **streams):
        return checked(self.command(text), f"{text} on {self.name}", **streams)


def checked(command, name, **streams):
    """What a command prints. Throws where it fails; `name` says what it was to do."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace",
                              **(streams or {"stdin": subprocess.DEVNULL}))
    except OSError as error:
        raise Lost(f"{command[0]}: cannot start: {error.strerror}") from None
    if done.returncode != 0:
        raise Lost(f"{name}: exit code {done.returncode} {done.stderr[-1000:]}".strip())
    return done.stdout


class Networks:
    """ONNX files in a folder of the board. They are named by their content, so each is sent once; those that were
    not asked for the longest are removed when all together would be more than `most_bytes`."""

    def __init__(self, board, folder, most_bytes):
        self.board, self.folder, self.most_bytes = board, folder, most_bytes
        self.sizes = None  # by name, the oldest first; None: not known

    def look(self):
        folder = shlex.quote(self.folder)
        names = self.board.shell(f"mkdir -p {folder} && cd {folder} && rm -f *.part && ls -tr").split()
        found = (re.fullmatch(r"[0-9a-f]{32}-([0-9]+)\.onnx", name) for name in names)
        self.sizes = collections.OrderedDict((match[0], int(match[1])) for match in found if match)

    def place(self, path):
        """The board's path of a file, which is sent where it is not there."""
        if self.sizes is None:
            self.look()
        content = pathlib.Path(path).read_bytes()
        name = f"{hashlib.sha256(content).hexdigest()[:32]}-{len(content)}.onnx"
        remote = f"{self.folder}/{name}"
        if name not in self.sizes:
            self.make_room(len(content))
            self.send(path, remote, len(content))
            self.sizes[name] = len(content)
        self.sizes.move_to_end(name)
        return remote

    def send(self, path, remote, size):
        part = remote + ".part"
        self.board.send(path, part)
        # On the board a connection that breaks looks like the file's end, so the size is looked at.
        part, whole = shlex.quote(part), shlex.quote(remote)
        there = self.board.shell(f"size=$(wc -c < {part}); echo $size; [ $size -ne {size} ] || mv {part} {whole}")
        if there.strip() != str(size):
            raise Lost(f"{remote}: expected {size} bytes on the board; found {there.strip()}; is there room for more?")

    def make_room(self, size):
        removed = []
        while self.sizes and sum(self.sizes.values()) + size > self.most_bytes:
            removed.append(self.sizes.popitem(last=False)[0])
        if removed:
            self.board.shell(f"cd {shlex.quote(self.folder)} && rm -f {shlex.join(removed)}")


def add_arguments(parser, folder):
    parser.add_argument("--folder", default=folder, help="of the board, for the networks' files (%(default)s)")
    parser.add_argument("--most-mib", type=float, default=512, help="that these files may take (%(default)s)")


def forward(board, program, arguments):
    """Answers requests by what a program on the board answers."""
    networks = Networks(board, arguments.folder, arguments.most_mib * 2**20)
    # Were the program the shell's last command, some shells would leave their place to it, and its
    # signal would reach ssh, which can't tell it from a broken connection.
    command = shlex.join(program)
    program = LineProgram(board.command(command + "; exit $?", lasting=True), f"{command} on {board.name}")

    def answer_to(request):
        if not program.running():
            networks.sizes = None  # the board may have been started anew
        if "model" in request:
            request = {**request, "model": networks.place(request["model"])}
        return program.ask(request)

    try:
        serve(answer_to)
    finally:
        program.end()
