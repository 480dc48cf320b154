#!/usr/bin/env bash
# Builds and tests everything but the trainer under sanitizers, each in its own
# build folder. The trainer stays out: Debian's LibTorch and libgomp are not
# instrumented, and their own noise would drown ours.
#
#     scripts/sanitizers.sh [asan] [tsan]    both where none is named
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

presets=("$@")
((${#presets[@]} > 0)) || presets=(asan tsan)

# The shadow memory of these sanitizers needs addresses that a kernel with much
# address randomisation may hand out first; without it they always fit.
fixed_addresses=()
if setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null; then
    fixed_addresses=(setarch "$(uname -m)" --addr-no-randomize)
fi
# Tests crash programs on purpose, and look at the signal that ended them.
export ASAN_OPTIONS="handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export TSAN_OPTIONS="suppressions='$PWD/tests/tsan.supp':halt_on_error=1:handle_segv=0${TSAN_OPTIONS:+:$TSAN_OPTIONS}"

for preset in "${presets[@]}"; do
    echo "== $preset"
    cmake --preset "$preset"
    # Building runs the test programs too, to list their tests.
    "${fixed_addresses[@]}" cmake --build "build/$preset"
    "${fixed_addresses[@]}" ctest --test-dir "build/$preset" --output-on-failure --parallel 2
done
