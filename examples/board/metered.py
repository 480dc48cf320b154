#!/usr/bin/python3
"""Any other runner, with the energy of a run from a power meter, for hwnas's runner `command`:

    metered.py --serial DEVICE [--baud 115200] [OPTION...] -- PROGRAM ARGUMENT...
    metered.py --file POWER_IN_MICROWATTS [OPTION...] -- PROGRAM ARGUMENT...
    metered.py --file MILLIVOLTS MILLIAMPERES [OPTION...] -- PROGRAM ARGUMENT...

The meter can't see when PROGRAM has made the network, warmed up and begins with the runs that count. So each
request becomes two, a burst of one run and a long one, and what both have in common cancels out:

    energy of a run = (energy of the long burst - energy of the lone run) / (runs of the long burst - 1)

(several streams have a lone run each). Time is treated alike, and idle power over that time is taken off. A
burst's energy is counted until --settle-ms after its answer, so readings may be late by that much; both bursts
have that tail, which cancels out as well.
What does not is the writing of each run's time into the answer, in the order of a microsecond a run.
"""
import argparse
import time

from line_program import LineProgram, own_arguments_and_program, serve
from power_meter import PowerMeter, file_readings, serial_readings

ATTEMPTS = 3
MOST_TIMES = 10000  # that an answer tells: a second of short runs would have a million


class Metered:
    def __init__(self, program, meter, arguments):
        self.program, self.meter, self.arguments = program, meter, arguments
        self.idle_watts, self.idle_since = None, 0

    def idle(self):
        """Watts while the program waits; 0 where that is not measured."""
        seconds = self.arguments.idle_seconds
        if seconds > 0 and (self.idle_watts is None or
                            time.monotonic() - self.idle_since > self.arguments.idle_every):
            time.sleep(self.arguments.settle_ms / 1000)
            start = time.monotonic()
            time.sleep(seconds)
            self.idle_since = time.monotonic()
            self.idle_watts = self.meter.joules(start, self.idle_since) / (self.idle_since - start)
        return self.idle_watts or 0

    def burst(self, request):
        """The answer, its runs, and the joules and seconds that all of it took."""
        start = time.monotonic()
        answer = self.program.ask(request)
        time.sleep(self.arguments.settle_ms / 1000)
        end = time.monotonic()
        return answer, len(answer.get("milliseconds", [])), self.meter.joules(start, end), end - start

    def measure(self, request):
        idle = self.idle()
        lone_request = {**request, "least_runs": 1, "least_milliseconds": 0}
        long_request = {**request, "least_runs": max(2, request["least_runs"]),
                        "least_milliseconds": max(self.arguments.burst_ms, request["least_milliseconds"])}
        # What is done once a network is in neither burst: its way to a board, an engine of trtexec.
        answer = self.program.ask(lone_request)
        if "milliseconds" not in answer:
            return answer  # an error, or unsupported
        time.sleep(self.arguments.settle_ms / 1000)
        for _ in range(ATTEMPTS):
            answer, lone_runs, lone_joules, lone_seconds = self.burst(lone_request)
            if lone_runs == 0:
                return answer
            answer, runs, joules, seconds = self.burst(long_request)
            if runs <= lone_runs:
                return answer
            answer["milliseconds"] = answer["milliseconds"][::-(-runs // MOST_TIMES)]
            idle_joules = idle * (seconds - lone_seconds)
            used = joules - lone_joules - idle_joules
            if used > 0 and seconds > lone_seconds:
                answer["millijoules"] = 1000 * used / (runs - lone_runs)
                if self.arguments.idle_seconds > 0:
                    answer["idle_millijoules"] = 1000 * idle_joules / (runs - lone_runs)
                break
        return answer  # without energy where the meter never saw any

    def answer_to(self, request):
        self.meter.check()
        if request["task"] == "measure":
            return self.measure(request)
        answer = self.program.ask(request)
        if "context" in answer:
            answer["context"]["power_meter"] = " ".join(self.arguments.file or [self.arguments.serial])
        return answer


parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
source = parser.add_mutually_exclusive_group(required=True)
source.add_argument("--serial", help="a device that prints watts, a number a line")
source.add_argument("--file", nargs="+", help="one in microwatts, or two in millivolts and milliamperes")
parser.add_argument("--baud", type=int, default=115200, help="of the serial device (%(default)s)")
parser.add_argument("--every-ms", type=float, default=5, help="between two looks at the file (%(default)s)")
parser.add_argument("--burst-ms", type=float, default=1000, help="that the long burst takes at least (%(default)s)")
parser.add_argument("--settle-ms", type=float, default=300, help="in which power comes to rest (%(default)s)")
parser.add_argument("--idle-seconds", type=float, default=2, help="to measure idle power; 0: leave it in (%(default)s)")
parser.add_argument("--idle-every", type=float, default=60, help="seconds; then it is measured again (%(default)s)")
own, command = own_arguments_and_program()
arguments = parser.parse_args(own)
if not command:
    parser.error("expected -- and the other runner, PROGRAM ARGUMENT...")
meter = PowerMeter(serial_readings(arguments.serial, arguments.baud) if arguments.serial else
                   file_readings(arguments.file, arguments.every_ms / 1000))
program = LineProgram(command)
try:
    serve(Metered(program, meter, arguments).answer_to)
finally:
    program.end()
