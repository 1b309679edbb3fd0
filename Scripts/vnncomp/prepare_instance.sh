#!/usr/bin/env bash
# Prepares an instance as the rules of VNN-COMP ask for it: prepare_instance.sh v1 CATEGORY NETWORK PROPERTY
# Exits with 1 for an instance that is not to be run: one whose files cannot be read, hold what is not supported, or do
# not fit each other. Nothing is converted: the files are read as they are.
set -euo pipefail

if [[ ${1:-} != v1 || $# -ne 4 ]]; then
  echo "prepare_instance: expected 'v1', a category, a network and a property, got '$*'" >&2
  exit 1
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"${VNNLUA:-$root/.build/release/vnnlua}" "$root/Scripts/experiments/verify.lua" "$3" "$4" --check || exit 1
