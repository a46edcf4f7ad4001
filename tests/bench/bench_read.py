"""Reading and validating a million answers, beside pandas.read_csv on the same file: bench_read.py FOLDER FRAMEWORK"""

import json
import random
import sys
from pathlib import Path

from bench import beside, figure, medians, python, run

ROWS = 1_000_000
THREADS = 2  # what the packages take when nothing is said
PANDAS = """
import sys, time
import pandas
began = time.perf_counter()
pandas.read_csv(sys.argv[1], engine="c")
print(time.perf_counter() - began)
"""


def answer_texts(scale):
    if scale["kind"] == "ordinal":
        return [option["id"] for option in scale["options"]]
    if scale["kind"] == "binary":
        return ["yes", "no"]
    if scale["kind"] == "checklist":
        items = [item["id"] for item in scale["items"]]
        return ["none"] + ["|".join(items[:k]) for k in range(1, len(items) + 1)]
    low, high = sorted((scale["worst"], scale["best"]))
    return [f"{low + (high - low) * k / 64:.2f}" for k in range(65)]


def write_answers(path, framework):
    """The framework's scored questions, put to refugees and subsidiary protection in as many regions as it takes."""
    draw = random.Random(1)
    asked = [
        (indicator["id"], group, answer_texts(indicator["scale"]))
        for indicator in framework["indicators"]
        for group in ("refugee", "subsidiary")
        if indicator.get("scored", True) and group in indicator.get("groups", (group,))
    ]
    with open(path, "w", encoding="utf-8") as file:
        file.write("unit,round,group,indicator,answer,state\n")
        for row in range(ROWS):
            cell, k = divmod(row, len(asked))
            indicator, group, texts = asked[k]
            answer = draw.choice(texts) + "," if draw.random() < 0.98 else ",not_collected"
            file.write(f"R{cell // 3:05},{(2017, 2019, 2021)[cell % 3]},{group},{indicator},{answer}\n")


def main(folder, framework):
    answers = folder / "answers-1000000.csv"
    write_answers(answers, json.loads(framework.read_text(encoding="utf-8")))
    one = lambda: run(folder / "bench_read", framework, answers, 1)
    several = lambda: run(folder / "bench_read", framework, answers, THREADS)
    rival = lambda: python(PANDAS, answers)
    own, own_several, (pandas_seconds,) = medians(9, one, several, rival)
    size = answers.stat().st_size
    figure("read.csv_1000000.file", size / 1e6, "MB")
    remark = "pandas.read_csv, C engine, one thread: reads, does not validate"
    for threads, (seconds, growth, _) in ((1, own), (THREADS, own_several)):
        name = f"read.csv_1000000.threads_{threads}"
        beside(name, seconds, pandas_seconds, "s", remark)
        figure(f"{name}.memory", growth / size, "times the file: growth of the peak")
    answers.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
