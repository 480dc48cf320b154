"""Watts over time, from what a meter prints or a file of the system holds."""
import collections
import math
import os
import re
import termios
import threading
import time
import tty

KEPT_SECONDS = 600
LEAST_READINGS = 3
NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")


def serial_readings(device, baud):
    """Watts, the first number of each line that a serial device prints."""
    port = os.open(device, os.O_RDONLY | os.O_NOCTTY)
    if os.isatty(port):  # a pipe of another program will do, too
        tty.setraw(port)
        settings = termios.tcgetattr(port)
        settings[4] = settings[5] = getattr(termios, f"B{baud}")
        termios.tcsetattr(port, termios.TCSANOW, settings)
    with os.fdopen(port, errors="replace") as lines:
        next(lines, None)  # of which the beginning may be missing
        for line in lines:
            number = NUMBER.search(line)
            if number:
                yield float(number[0])


def file_readings(paths, seconds):
    """Watts, every so many seconds, from one file in microwatts (hwmon's power1_input), or two in millivolts and
    milliamperes (in1_input and curr1_input)."""
    while True:
        try:
            texts = [open(path).read() for path in paths]
            yield math.prod(float(text) for text in texts) / 1e6
        except ValueError:
            pass  # read while it was written
        time.sleep(seconds)


class PowerMeter:
    """Reads in a thread of its own."""

    def __init__(self, readings):
        self.samples = collections.deque()  # (time, watts)
        self.failure = ""
        self.reader = threading.Thread(target=self.read, args=(readings,), daemon=True)
        self.reader.start()

    def read(self, readings):
        try:
            for watts in readings:
                now = time.monotonic()
                self.samples.append((now, watts))
                while self.samples[0][0] < now - KEPT_SECONDS:
                    self.samples.popleft()
            self.failure = "it ended"
        except Exception as error:
            self.failure = str(error)

    def check(self):
        """Ends the program where the meter is lost: hwnas starts it anew, and the meter with it."""
        if not self.reader.is_alive():
            raise SystemExit(f"the power meter: {self.failure}")

    def joules(self, start, end):
        """The integral of the power, straight between two readings."""
        self.check()
        samples = list(self.samples)
        inside = [sample for sample in samples if start < sample[0] < end]
        if len(inside) < LEAST_READINGS:
            raise RuntimeError(f"the power meter: expected at least {LEAST_READINGS} readings in {end - start:.2f} s; "
                               f"found {len(inside)}; set a longer --settle-ms and --idle-seconds")
        # Its edges have the power of the nearest reading.
        points = [(start, inside[0][1]), *inside, (end, inside[-1][1])]
        return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))
