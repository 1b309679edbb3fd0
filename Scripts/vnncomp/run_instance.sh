#!/usr/bin/env bash
# Runs an instance as the rules of VNN-COMP ask for it: run_instance.sh v1 CATEGORY NETWORK PROPERTY RESULTS TIMEOUT
# RESULTS gets sat, unsat, unknown, timeout or error, and after sat the counterexample. What an error was is on standard
# error.
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
code=0
verdict=$("$vnnlua" "$root/Scripts/experiments/verify.lua" "$network" "$property" --time-limit "$seconds" \
  --counterexample "$example") || code=$?
# 3 is unknown or timeout.
if [[ $code -ne 0 && $code -ne 3 ]]; then
  echo "run_instance: $network, $property: vnnlua ended with code $code" >&2
  verdict=error
fi
{
  echo "$verdict"
  if [[ $verdict == sat ]]; then cat "$example"; fi
} >"$results"
