"""common -- the table of make bench, and what is timed in turns"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH_NN = os.environ.get("BENCH_NN", "build/cc/bench/bench_nn")
PYTHON = "/usr/bin/python3"
THREADS = len(os.sched_getaffinity(0))
TURNS = 5              # at least, where something is compared
TURN = 0.3             # seconds of a turn, at least a step
COPIES = 150           # of 40 stamps: 490 MB

COLUMNS = ("part what batch threads value unit gflop/s of_sgemm beside by ratio goal "
           "verdict").split()
missed = []


def show(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def row(busy=False, **cells):
    """Prints a row; goal is judged by ratio if there is one, else by value."""
    goal = cells.get("goal")
    if goal is not None:
        found = cells["ratio"] if cells.get("ratio") is not None else cells["value"]
        less = isinstance(goal, str)
        bound = float(goal.lstrip("<")) if less else goal
        good = found <= 1.05 * bound if less else found >= 0.95 * bound
        cells["verdict"] = "busy" if busy else "ok" if good else "MISSED"
        if not good and not busy:
            missed.append(cells["what"])
    print("\t".join("" if cells.get(c) is None else show(cells[c]) for c in COLUMNS), flush=True)


class Worker:
    """A process that runs steps on request."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.said = self.process.stdout.readline().strip()
        self.seconds = []
        if not self.said:
            sys.exit(f"bench: {command[0]} does not run")

    def turn(self, seconds=TURN):
        print(seconds, file=self.process.stdin, flush=True)
        self.seconds.append(float(self.process.stdout.readline()))

    def median(self):
        return statistics.median(self.seconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Run:
    """A command with its output thrown away: seconds, those of CPU time, bytes of resident
    memory, what it said."""

    def __init__(self, *command, cwd=None):
        begun = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL,
                                       stderr=said, cwd=cwd)
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.monotonic() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            self.said = said.read()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.resident = usage.ru_maxrss * 1024
        if process.returncode:
            sys.exit(f"bench: {' '.join(map(str, command))}: {self.said}")


class Scratch:
    """Files in a directory of our own, made when first asked for."""

    def __init__(self, directory):
        self.directory = directory

    def path(self, name, *command, copies=1):
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            data = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE,
                                  check=True).stdout
            with open(path, "wb") as f:
                for _ in range(copies):
                    f.write(data)
        return path

    def stamps(self):
        return self.path("stamps.pz", "make_stream", "stamps", 40, 64, copies=COPIES)

    def labelled(self, count=40, copies=1):
        return self.path(f"labelled{count}x{copies}.pz", "make_stream", "labelled", count, 64,
                         copies=copies)

    def model(self, net):
        return self.path(f"{net}.model", "train", "-q", "--net", net, "-n", 1, "-b", 2,
                         self.labelled())


# ---- peers that may be lacking ----

def imports(modules):
    return subprocess.run([PYTHON, "-c", f"import {modules}"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def pass_over(what, lacking):
    print(f"bench: {what}: no {lacking}, passed over", file=sys.stderr)


# ---- whether the cores are ours ----

def products():
    """A product of matrices on one thread and on all."""
    return {n: Worker(BENCH_NN, "-", 1, n, "sgemm") for n in sorted({1, THREADS})}


def is_busy(sgemm):
    return sgemm[1].median() / sgemm[THREADS].median() < 0.8 * THREADS
