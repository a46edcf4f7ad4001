"""Reading and validating a million answers, beside pandas.read_csv on the same file: bench_read.py FOLDER FRAMEWORK"""

import json
import random
import sys
from pathlib import Path

from bench import beside, figure, medians, python, run

ROWS = 1_000_000
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
    own = lambda: run(folder / "bench_read", framework, answers)
    rival = lambda: python(PANDAS, answers)
    (seconds, growth, _), (pandas_seconds,) = medians(5, own, rival)
    beside("read.csv_1000000", seconds, pandas_seconds, "s", "pandas.read_csv, C engine: reads, does not validate")
    size = answers.stat().st_size
    figure("read.csv_1000000.file", size / 1e6, "MB")
    figure("read.csv_1000000.memory", growth / size, "times the file: growth of the peak")
    answers.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
