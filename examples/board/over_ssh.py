#!/usr/bin/python3
"""A runner on a board that ssh reaches, for hwnas's runner `command`:

    over_ssh.py [-F SSH_CONFIG] [--folder FOLDER] HOST [-- PROGRAM ARGUMENT...]

HOST is a name of ~/.ssh/config, or USER@ADDRESS; it must let us in by a key. PROGRAM runs on the board and
speaks the runners' protocol; without it that is `hwnas-onnxruntime libonnxruntime.so.1`.
"""
import argparse
import shlex
import tempfile

import remote_board
from line_program import own_arguments_and_program


class SshBoard(remote_board.Board):
    def __init__(self, host, config, sockets):
        self.name = self.host = host
        self.options = ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ControlPersist=no",
                        # A board that is gone is noticed after 15 s, and not after hours.
                        "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
                        "-o", f"ControlPath={sockets}/connection"] + (["-F", config] if config else [])

    def command(self, text, lasting=False):
        # The lasting connection carries the short ones too, which would take tenths of a second each.
        return ["ssh", *self.options, "-o", "ControlMaster=" + ("yes" if lasting else "no"), "--", self.host, text]

    def send(self, path, remote):
        with open(path, "rb") as file:
            self.shell(f"cat > {shlex.quote(remote)}", stdin=file)


parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
parser.add_argument("-F", dest="config", help="another file than ~/.ssh/config")
parser.add_argument("host")
remote_board.add_arguments(parser, ".cache/hwnas")
own, program = own_arguments_and_program()
arguments = parser.parse_args(own)
with tempfile.TemporaryDirectory(prefix="hwnas-ssh-") as folder:
    board = SshBoard(arguments.host, arguments.config, folder)
    remote_board.forward(board, program or ["hwnas-onnxruntime", "libonnxruntime.so.1"], arguments)
