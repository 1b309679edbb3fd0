#!/usr/bin/env bash
# Runs an instance as the rules of VNN-COMP ask for it: run_instance.sh v1 CATEGORY NETWORK PROPERTY RESULTS TIMEOUT
# RESULTS gets sat, unsat, unknown, timeout or error, and after sat the counterexample.
set -euo pipefail

if [[ ${1:-} != v1 || $# -ne 6 ]]; then
  echo "run_instance: expected 'v1', a category, a network, a property, a results file and seconds, got '$*'" >&2
  exit 1
fi
network=$3 property=$4 results=$5 seconds=$6
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
vnnlua=${VNNLUA:-$root/.build/release/vnnlua}

example=$(mktemp)
trap 'rm -f "$example"' EXIT
verdict=$("$vnnlua" "$root/Scripts/experiments/verify.lua" "$network" "$property" --time-limit "$seconds" \
  --counterexample "$example") || [[ $? -eq 3 ]] || verdict=error
{
  echo "$verdict"
  if [[ $verdict == sat ]]; then cat "$example"; fi
} >"$results"
