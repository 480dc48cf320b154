#!/usr/bin/env bash
# Puts ONNX Runtime, with which the tests read exported files, into
# build/onnxruntime: the npm package onnxruntime-node, which carries the library.
# Its install script would only fetch GPU libraries, so no scripts are run.
# Does nothing where it is there already.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

version=1.30.0
folder=build/onnxruntime
package=$folder/node_modules/onnxruntime-node

[[ -f $folder/version ]] && [[ $(<"$folder/version") == "$version" ]] && exit 0
if ! command -v npm >/dev/null; then
    echo "npm is missing (scripts/install-packages.sh --tests installs it)" >&2
    exit 1
fi
echo "Getting ONNX Runtime $version (npm package onnxruntime-node, about 110 MB) into $folder"
rm -rf -- "$folder"
mkdir -p -- "$folder"
npm install --prefix "$folder" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    "onnxruntime-node@$version" </dev/null
# Other systems' libraries come along, 200 MB of them.
for system in "$package"/bin/napi-v*/*; do
    [[ $(basename -- "$system") == linux ]] || rm -rf -- "$system"
done
echo "$version" >"$folder/version"
