#!/usr/bin/env bash
# Installs the Debian packages that are missing, as root or through sudo.
#
#     scripts/install-packages.sh           what building and running takes
#     scripts/install-packages.sh --tests   and what only the tests take
set -euo pipefail
# shellcheck source=scripts/lib/packages.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/packages.sh"

case "${1:-}" in
    "") install_packages "${build_packages[@]}" ;;
    --tests) install_packages "${build_packages[@]}" "${test_packages[@]}" ;;
    *)
        echo "usage: scripts/install-packages.sh [--tests]" >&2
        exit 2
        ;;
esac
