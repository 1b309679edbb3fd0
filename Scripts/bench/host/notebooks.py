"""Runs trivial cells by this kernel and by ipykernel in turn: notebooks.py CELLS

Prints, of three rounds the best: seconds from the start until the kernel answers, cells a second one after the other, each
sent when the one before it is done, and all sent at once, and processor seconds of the kernel per 1,000 cells.
"""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

program = Path(__file__).resolve().parents[3] / ".build/release/vnnlua"
folder = tempfile.TemporaryDirectory()
subprocess.run([program, "kernel", "--install", "--prefix", folder.name], check=True, stdout=subprocess.DEVNULL)
os.environ["JUPYTER_PATH"] = f"{folder.name}/share/jupyter"

from jupyter_client.manager import KernelManager

cells = int(sys.argv[1])


def wait(client, identifier):
    """Until the reply has come and the kernel says that it is idle."""
    while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != identifier:
        pass
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == identifier:
            if message["content"].get("execution_state") == "idle":
                return


def processor_seconds(process):
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name):
    start = time.perf_counter()
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    ready = time.perf_counter() - start
    wait(client, client.execute("1 + 1"))
    before, start = processor_seconds(manager.provisioner.pid), time.perf_counter()
    for _ in range(cells):
        wait(client, client.execute("1 + 1"))
    single = cells / (time.perf_counter() - start)
    start = time.perf_counter()
    for identifier in [client.execute("1 + 1") for _ in range(cells)]:
        wait(client, identifier)
    burst = cells / (time.perf_counter() - start)
    used = (processor_seconds(manager.provisioner.pid) - before) / (2 * cells) * 1000
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return -ready, single, burst, -used


rounds = [(measure("vnnlua"), measure("python3")) for _ in range(3)]
print("| kernel | ready, s | cells/s, in turn | cells/s, at once | processor s per 1,000 |\n|---|---|---|---|---|")
for position, name in enumerate(["vnnlua", "ipykernel"]):
    ready, single, burst, used = (max(values) for values in zip(*(each[position] for each in rounds)))
    print(f"| {name} | {-ready:.2f} | {single:.0f} | {burst:.0f} | {-used:.2f} |")
