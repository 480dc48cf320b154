#!/usr/bin/env bash
# Names the C++ files whose layout differs from .clang-format; --fix rewrites them.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

mode=(--dry-run --Werror)
[[ ${1:-} == --fix ]] && mode=(-i)
find bench cli core devices graph job onnx predictors regression report runners search space study tests train \
    \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs --null clang-format "${mode[@]}"
