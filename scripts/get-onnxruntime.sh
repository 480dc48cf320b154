#!/usr/bin/env bash
# Puts ONNX Runtime into build/onnxruntime, as two npm packages of one version:
# onnxruntime-node carries the library, with which the tests read exported files and the
# runner `onnxruntime` measures; onnxruntime-web carries the WebAssembly build, with which
# the runner `wasm` measures.
# Their install scripts would only fetch GPU libraries, so no scripts are run.
# Does nothing where they are there already.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

version=1.30.0
packages=(onnxruntime-node onnxruntime-web)
folder=build/onnxruntime
modules=$folder/node_modules
# The version and the packages: a folder with the first of them only is made anew.
contents="$version ${packages[*]}"

[[ -f $folder/version ]] && [[ $(<"$folder/version") == "$contents" ]] && exit 0
if ! command -v npm >/dev/null; then
    echo "npm is missing (scripts/install-packages.sh --tests installs it)" >&2
    exit 1
fi
echo "Getting ONNX Runtime $version (npm packages ${packages[*]}, about 150 MB) into $folder"
rm -rf -- "$folder"
mkdir -p -- "$folder"
npm install --prefix "$folder" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    "${packages[@]/%/@$version}" </dev/null
# Other systems' libraries come along, 200 MB of them.
for system in "$modules"/onnxruntime-node/bin/napi-v*/*; do
    [[ $(basename -- "$system") == linux ]] || rm -rf -- "$system"
done
# So do the builds for WebGL and WebGPU, source maps, and what only these need: 125 MB.
find "$modules/onnxruntime-web" -type f ! -path '*/dist/ort.wasm.min.mjs' ! -path '*/dist/ort.node.min.*js' \
    ! -path '*/dist/ort-wasm-simd-threaded.mjs' ! -path '*/dist/ort-wasm-simd-threaded.wasm' \
    ! -name package.json ! -name README.md -delete
find "$modules/onnxruntime-web" -type d -empty -delete
rm -rf -- "$modules"/{@protobufjs,@types,flatbuffers,guid-typescript,long,platform,protobufjs,undici-types}
echo "$contents" >"$folder/version"
