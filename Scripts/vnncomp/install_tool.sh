#!/usr/bin/env bash
# Installs vnnlua as the rules of VNN-COMP ask for it: install_tool.sh v1
set -euo pipefail

if [[ ${1:-} != v1 ]]; then
  echo "install_tool: expected the version string 'v1' as the first argument, got '${1:-}'" >&2
  exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

Scripts/install-packages build
swift build -c release --product vnnlua
.build/release/vnnlua doctor
