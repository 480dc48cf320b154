#!/usr/bin/env bash
# Builds and tests under sanitizers, each in its own build folder.
#
#     scripts/sanitizers.sh [asan] [tsan] [asan-trainer]    the first two by default
#
# asan (with undefined behaviour) and tsan leave the trainer out: Debian's LibTorch and
# libgomp are not instrumented, and their noise would drown ours. asan-trainer tests
# what links LibTorch, by asan alone and without its search for leaks.
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
    targets=()
    tests=()
    if [[ $preset == asan-trainer ]]; then
        export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
        # What asan has tested already is not built again.
        targets=(--target hwnas hwnas-trainer test_train)
        [[ ! -e build/onnxruntime ]] || targets+=(test_onnx_runtime)
        tests=(--tests-regex '^(train|onnx_runtime|end to end): ?')
    fi
    # Building runs the test programs too, to list their tests.
    "${fixed_addresses[@]}" cmake --build "build/$preset" "${targets[@]}"
    "${fixed_addresses[@]}" ctest --test-dir "build/$preset" --output-on-failure --parallel 2 "${tests[@]}"
done
