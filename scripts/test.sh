#!/usr/bin/env bash
# What has to hold: installs what is missing, builds, tests under sanitizers, runs the
# first search in a small form and the whole test suite, with whose summary it ends.
# HWNAS_SANITIZERS=0 leaves the sanitizers out, which take the longest.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s (after %d s)\n' "$1" "$SECONDS"; }

step "packages"
scripts/install-packages.sh --tests
# Without it the tests that compare with ONNX Runtime show as skipped.
scripts/get-onnxruntime.sh || echo "ONNX Runtime could not be had; its tests will be skipped" >&2

# Debian 12's clang-format, where it is there: another release may lay out otherwise.
if clang-format --version 2>/dev/null | grep -q "version 14\."; then
    step "layout"
    scripts/check-format.sh
fi

step "build"
cmake --preset release
cmake --build build/release

if [[ ${HWNAS_SANITIZERS:-1} != 0 ]]; then
    step "sanitizers"
    scripts/sanitizers.sh
fi

step "the first search, in a small form"
study=$(mktemp -d)
trap 'rm -rf -- "$study"' EXIT
scripts/quickstart.sh --trials 2 --out "$study/quickstart"

step "a cluster under blows"
scripts/cluster-test.sh

step "tests"
ctest --test-dir build/release --output-on-failure --parallel 2
