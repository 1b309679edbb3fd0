#!/usr/bin/env bash
# Prepares an instance as the rules of VNN-COMP ask for it: prepare_instance.sh v1 CATEGORY NETWORK PROPERTY
# Exits with 1 for an instance that is not to be run. Nothing is converted: the files are read as they are.
set -euo pipefail

if [[ ${1:-} != v1 || $# -ne 4 ]]; then
  echo "prepare_instance: expected 'v1', a category, a network and a property, got '$*'" >&2
  exit 1
fi
for file in "$3" "$4"; do
  if [[ ! -r $file ]]; then
    echo "prepare_instance: $file: cannot be read" >&2
    exit 1
  fi
done
