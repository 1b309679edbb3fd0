"""A kernel and a client of it, for the programs beside this one.

PROGRAM FOLDER NAME [OPTION...] takes the installed kernel NAME, with more options of the command line.
"""

import os
import sys

os.environ["JUPYTER_PATH"] = sys.argv[1] + "/share/jupyter"

from jupyter_client.manager import KernelManager

is_sandboxed = sys.argv[2].endswith("sandbox")
manager = KernelManager(kernel_name=sys.argv[2])
manager.kernel_spec.argv[1:1] = sys.argv[3:]
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)


def run(code, timeout=60, **options):
    """The reply's content, and what came by the publishing channel until the kernel was idle."""
    identifier = client.execute(code, **options)
    return reply_to(identifier, timeout), published_for(identifier, timeout)


def reply_to(identifier, timeout=60):
    while True:
        message = client.get_shell_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") == identifier:
            return message["content"]


def published_for(identifier, timeout=60):
    found = []
    while True:
        message = client.get_iopub_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") != identifier:
            continue
        found.append((message["msg_type"], message["content"]))
        if message["content"].get("execution_state") == "idle":
            return found


def text_of(published, name="stdout"):
    return "".join(c["text"] for kind, c in published if kind == "stream" and c["name"] == name)


def result_of(published):
    return [c["data"]["text/plain"] for kind, c in published if kind == "execute_result"]


def check(holds, *what):
    if not holds:
        print("failed:", *what)
        sys.exit(1)


def do(parts):
    """Says "ok" and nothing else when all parts are as they should be."""
    try:
        for part in parts:
            part()
        print("ok")
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
