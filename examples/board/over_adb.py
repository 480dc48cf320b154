#!/usr/bin/python3
"""A runner on an Android device that adb reaches, for hwnas's runner `command`:

    over_adb.py [--serial SERIAL] [--folder FOLDER] [-- PROGRAM ARGUMENT...]

PROGRAM runs on the device and speaks the runners' protocol; without it that is `hwnas-onnxruntime` beside its
library in /data/local/tmp.
"""
import argparse

import remote_board
from line_program import own_arguments_and_program

TOOLS = "/data/local/tmp"  # where adb may put programs


class AdbBoard(remote_board.Board):
    def __init__(self, serial):
        self.name = serial or "the device of adb"
        self.adb = ["adb"] + (["-s", serial] if serial else [])

    def command(self, text, lasting=False):
        return [*self.adb, "shell", "-T", text]  # no terminal, which would repeat the requests

    def send(self, path, remote):
        remote_board.checked([*self.adb, "push", path, remote], f"the copy of {path} to {self.name}")


parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
parser.add_argument("--serial", help="of `adb devices`, where there are several")
remote_board.add_arguments(parser, f"{TOOLS}/hwnas")
own, program = own_arguments_and_program()
arguments = parser.parse_args(own)
remote_board.forward(AdbBoard(arguments.serial),
                     program or [f"{TOOLS}/hwnas-onnxruntime", f"{TOOLS}/libonnxruntime.so"], arguments)
