"""Loads ONNX files with vnnlua and with Python's onnx in turn: loading.py FILE.onnx…

Prints for each file processor seconds of either, the least of five runs, whether vnnlua takes at most three times as long
and 0.1 s, and the most memory that it held. Each load is in a process of its own; what starting the process takes is not
counted.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

program = Path(__file__).resolve().parents[3] / ".build/release/vnnlua"
lua = """
local nn, system = require "vnn.nn", require "vnn.system"
local start = system.processor_clock()
local network, message = nn.load((...), { last = "drop" })
local seconds = system.processor_clock() - start
local peak = assert(io.open "/proc/self/status"):read("a"):match "VmHWM:%s*(%d+)"
io.stderr:write(message and message .. "\\n" or "")
print(seconds, peak, network)
"""
python = """
import sys, time, onnx
start = time.process_time()
onnx.load(sys.argv[1])
print(time.process_time() - start)
"""


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(None, 2)


script = Path(tempfile.mkdtemp()) / "loading.lua"
script.write_text(lua)
print("| file | vnnlua, s | onnx.load, s | within | peak, MB | network |\n|---|---|---|---|---|---|")
slow = 0
for file in sys.argv[1:]:
    ours, theirs = [], []
    for _ in range(5):
        seconds, peak, network = run([program, script, file])
        ours.append(float(seconds))
        theirs.append(float(run([sys.executable, "-c", python, file])[0]))
    within = min(ours) <= 3 * min(theirs) + 0.1
    slow += not within
    print(f"| {Path(file).name} | {min(ours):.3f} | {min(theirs):.3f} | {'yes' if within else 'no'} | {int(peak) / 1024:.0f} |"
          f" {network.strip()[:60]} |", flush=True)
script.unlink()
script.parent.rmdir()
sys.exit(1 if slow else 0)
