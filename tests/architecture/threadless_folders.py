"""What the thread sanitizer's tests leave out knows no threads: folders, and tests of the search.

usage: threadless_folders.py SOURCE_FOLDER FOLDER... [--search-tests-with-threads NAME...]
"""
import argparse
import pathlib
import re
import sys

parser = argparse.ArgumentParser()
parser.add_argument("source", type=pathlib.Path)
parser.add_argument("folders", nargs="+")
parser.add_argument("--search-tests-with-threads", nargs="*", default=[])
given = parser.parse_args()
threads = re.compile(r"#include <(thread|mutex|shared_mutex|atomic|future|condition_variable|tbb/|pthread)|thread_local|"
                     r"#pragma omp")
pools = re.compile(r'#include "search/(shared|worker)_pool.h"')
wrong = []
count = 0


def look(file, forbidden, advice):
    global count
    count += 1
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if any(pattern.search(line) for pattern in forbidden):
            wrong.append(f"{file.relative_to(given.source)}:{number}: {line.strip()}: {advice} (tests/CMakeLists.txt)")


for folder in given.folders:
    for file in sorted((given.source / folder).rglob("*.[ch]*")):
        look(file, [threads], f"{folder} is in hwnas_folders_without_threads; take it out there")
for file in sorted((given.source / "tests/search").glob("*_test.cpp")):
    if file.stem not in given.search_tests_with_threads:
        look(file, [threads, pools], f"{file.stem} is not in hwnas_search_tests_with_threads; put it there")
print("\n".join(wrong) or f"{count} files, no threads")
sys.exit(1 if wrong or count < 100 else 0)
