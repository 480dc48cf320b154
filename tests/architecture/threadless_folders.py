"""Folders that the thread sanitizer's tests leave out know no threads.

usage: threadless_folders.py SOURCE_FOLDER FOLDER...
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
threads = re.compile(r"#include <(thread|mutex|shared_mutex|atomic|future|condition_variable|tbb/|pthread)|thread_local|"
                     r"#pragma omp")
wrong = []
count = 0
for folder in sys.argv[2:]:
    for file in sorted((source / folder).rglob("*.[ch]*")):
        count += 1
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if threads.search(line):
                wrong.append(f"{file.relative_to(source)}:{number}: {line.strip()}: {folder} is in "
                             "hwnas_folders_without_threads (tests/CMakeLists.txt); take it out there")
print("\n".join(wrong) or f"{count} files, no threads")
sys.exit(1 if wrong or count < 100 else 0)
