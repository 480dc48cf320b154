#!/usr/bin/env bash
# Names what clang-tidy finds by .clang-tidy's checks, in all folders of the library or in those that are given.
# It reads each file as clang does, in a build folder of its own, and takes half an hour on 2 cores.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

for program in run-clang-tidy clang++; do
    command -v "$program" > /dev/null && continue
    echo "check-tidy.sh: no $program; it needs Debian's packages clang and clang-tidy" >&2
    exit 2
done
folders=("$@")
((${#folders[@]})) || folders=(core regression graph space onnx devices predictors study search report job cli)
build=build/tidy
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DHWNAS_TRAINER=OFF -DHWNAS_BENCHMARKS=OFF -DBUILD_TESTING=OFF > /dev/null

said=$(mktemp)
trap 'rm -f -- "$said"' EXIT
failed=0
run-clang-tidy -quiet -p "$build" -j "$(nproc)" "^$PWD/($(IFS='|'; echo "${folders[*]}"))/" > "$said" 2>&1 || failed=$?
# A header's finding is told by each file that includes it.
found=$(sed 's/\x1b\[[0-9;]*m//g' "$said" | grep -E ': (warning|error): ' | sort -u) || true
if [[ -n $found ]]; then
    printf '%s\n' "$found"
    exit 1
fi
if ((failed)); then
    cat -- "$said"
    exit "$failed"
fi
