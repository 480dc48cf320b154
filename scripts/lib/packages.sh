# shellcheck shell=bash disable=SC2034
# The Debian packages that hwnas is built and tested with, and their installation.
# To be sourced. docs/dependencies.md says what each library is for.

build_packages=(
    # tools
    g++ cmake ninja-build ccache pkg-config
    # libraries; libopenblas0-pthread is only recommended by libtorch-dev, which
    # without it multiplies matrices with the reference BLAS, a tenth as fast
    libtorch-dev libopenblas0-pthread
    libeigen3-dev nlohmann-json3-dev libtbb-dev libboost-program-options-dev
    libsqlite3-dev libpq-dev zlib1g-dev libssl-dev
    libonnx-dev libprotobuf-dev protobuf-compiler
    # datasets of PNG and JPEG files, and of NumPy's
    libpng-dev libturbojpeg0-dev libzip-dev
    # tests and benchmarks: the same CMake configuration builds them
    catch2 libbenchmark-dev
    # images for the first search
    dataset-fashion-mnist
)

test_packages=(
    python3-jsonschema
    # for examples/pytorch; 36 s and 160 MiB with what it needs
    python3-torch
    # writes data sets that the trainer has to read; python3-torch needs it too
    python3-numpy
    # exports torchvision's networks, 0.6 MB
    python3-torchvision
    # the browser in which the runner `wasm` measures; 300 MB with what it needs
    chromium
    # a store in a database server, and a cluster of one machine; 60 MB
    postgresql postgresql-client slurm-wlm munge
    # a connection to this machine, over which examples/board measures; 2 MB (8 MB where there is no ssh)
    openssh-server openssh-client
)
# ONNX Runtime, the second opinion on exported files, comes as an npm package.
# A Node.js from elsewhere will do, and Debian's would conflict with it.
command -v node >/dev/null || test_packages+=(nodejs)
command -v npm >/dev/null || test_packages+=(npm ca-certificates)

# missing_packages NAME...: prints those that are not installed, one a line.
missing_packages() {
    local installed name
    installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep --quiet --line-regexp --fixed-strings "$name installed" <<<"$installed" || echo "$name"
    done
}

# install_packages NAME...: installs what is missing, and says so. Instant where
# nothing is. Needs no terminal, but for a password that sudo may ask for.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Not a Debian system: taking for granted that these are installed: $*" >&2
        return 0
    fi
    local missing=() as_root=()
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then return 0; fi
    echo "Debian packages to be installed: ${missing[*]}"
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "Neither root nor sudo: install them as root with" >&2
            echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    "${as_root[@]}" apt-get update --quiet=2
    "${as_root[@]}" apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" </dev/null
}
