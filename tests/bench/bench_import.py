"""What importing niem takes beyond NumPy and pandas, in processes of their own: bench_import.py"""

from bench import beside, medians, python

CODE = """
import time
began = time.perf_counter()
import numpy, pandas
there = time.perf_counter()
import niem
print((time.perf_counter() - there) * 1e3, (there - began) * 1e3)
"""


def main():
    ((own, rival),) = medians(15, lambda: python(CODE))
    beside("import.niem", own, rival, "ms", "NumPy and pandas, which it needs")


if __name__ == "__main__":
    main()
