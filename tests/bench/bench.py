"""What the benchmarks share: programs run beside each other, and the lines "area.name value unit"."""

import subprocess
import sys
from statistics import median


def figure(name, value, unit):
    print(f"{name} {value:.6g} {unit}", flush=True)


def beside(name, own, rival, unit, remark=""):
    """The own figure, the rival's of the same run, and own/rival: the ratio is what may be compared between machines."""
    figure(name, own, unit)
    figure(f"{name}.rival", rival, f"{unit} ({remark})" if remark else unit)
    figure(f"{name}.ratio", own / rival, "own/rival")


def run(*command):
    """The numbers that a program prints."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def python(code, *arguments):
    return run(sys.executable, "-c", code, *arguments)


def medians(times, *programs):
    """Each program in turn, so many times over: what disturbs the machine disturbs them all. The medians of their numbers."""
    found = [[program() for program in programs] for _ in range(times)]
    return [[median(numbers) for numbers in zip(*(turn[k] for turn in found))] for k in range(len(programs))]
