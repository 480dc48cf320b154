#!/usr/bin/env bash
# From a fresh Debian 12 machine to a Pareto front: installs what is missing,
# builds, and searches. Arguments go to `hwnas search`, for example
#
#     scripts/quickstart.sh --trials 8
#
# Each run is a study of its own: runs/quickstart, then runs/quickstart-2 and so
# on. To go on with one that was interrupted instead of starting anew, pass
# --resume (the latest study) or --resume --out FOLDER.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

scripts/install-packages.sh

# Configured once; after that the build itself notices changes.
[[ -f build/release/build.ninja ]] || cmake --preset release
cmake --build build/release --target hwnas hwnas-trainer hwnas-onnxruntime

# The N-th study's folder.
study() { if (($1 == 1)); then echo runs/quickstart; else echo "runs/quickstart-$1"; fi; }

out_given=false
resume=false
for argument in "$@"; do
    case "$argument" in
        --out | --out=*) out_given=true ;;
        --resume) resume=true ;;
    esac
done
out=()
if ! $out_given; then
    next=1
    while [[ -e $(study "$next") ]]; do next=$((next + 1)); done
    if $resume && ((next > 1)); then next=$((next - 1)); fi
    out=(--out "$(study "$next")")
fi
prepared=$SECONDS
build/release/hwnas search configs/quickstart.json "${out[@]}" "$@"
echo "Packages and build took $prepared s, profiling and search $((SECONDS - prepared)) s."
