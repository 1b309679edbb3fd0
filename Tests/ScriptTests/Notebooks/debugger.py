"""A notebook's debugger as JupyterLab uses it: debugger.py FOLDER NAME, the installed kernel NAME.

Says "ok" and nothing else when all is as it should be.
"""

import os
import sys
import time

os.environ["JUPYTER_PATH"] = sys.argv[1] + "/share/jupyter"

from jupyter_client.manager import KernelManager

manager = KernelManager(kernel_name=sys.argv[2])
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.kernel_info()
info = client.get_shell_msg(timeout=60)["content"]
numbers = iter(range(1, 10000))
seen = []


def check(holds, *what):
    if not holds:
        print("failed:", *what)
        manager.shutdown_kernel(now=True)
        sys.exit(1)


def ask(command, **arguments):
    """A request of the debugger: its response."""
    number = next(numbers)
    request = {"seq": number, "type": "request", "command": command, "arguments": arguments}
    message = client.session.msg("debug_request", request)
    client.control_channel.send(message)
    while True:
        reply = client.get_control_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            content = reply["content"]
            check(reply["msg_type"] == "debug_reply" and content["request_seq"] == number, reply)
            return content


def body(command, **arguments):
    response = ask(command, **arguments)
    check(response["success"], command, response)
    return response["body"]


def wait_for(event):
    """The body of the next such event; what else is published goes into `seen`."""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "debug_event" and message["content"]["event"] == event:
            return message["content"]["body"]
        seen.append(message)


def finished(identifier):
    """The reply to a cell, and what it printed."""
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == identifier:
            break
    while True:
        message = client.get_iopub_msg(timeout=60)
        seen.append(message)
        if message["content"].get("execution_state") == "idle" and message["parent_header"].get("msg_id") == identifier:
            break
    text = "".join(m["content"]["text"] for m in seen if m["msg_type"] == "stream")
    seen.clear()
    return reply["content"], text


def murmur2(text, seed):
    """What JupyterLab makes of a cell's text."""
    data, m, mask = text.encode(), 0x5BD1E995, 0xFFFFFFFF
    h, place = (seed ^ len(data)) & mask, 0
    while len(data) - place >= 4:
        k = int.from_bytes(data[place : place + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
        place += 4
    rest = data[place:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def top():
    frames = body("stackTrace", threadId=1)["stackFrames"]
    return frames[0], frames


def locals_of(frame):
    scopes = {s["name"]: s["variablesReference"] for s in body("scopes", frameId=frame["id"])["scopes"]}
    return {v["name"]: v for v in body("variables", variablesReference=scopes["Locals"])["variables"]}


if sys.argv[2].endswith("sandbox"):
    # Nobody looks into a sandbox's calls.
    check(info["debugger"] is False, info)
    print("ok")
    manager.shutdown_kernel(now=True)
    sys.exit(0)

check(info["debugger"] is True and "debugger" in info["supported_features"], info)
about = body("debugInfo")
check(about["isStarted"] is False and about["hashMethod"] == "Murmur2", about)
check(body("initialize", clientID="test")["supportsConfigurationDoneRequest"] is True)
body("attach")
wait_for("initialized")
check(body("debugInfo")["isStarted"] is True)

# A function of one cell, with a comment, an empty line and letters that are no ASCII; the paths are JupyterLab's.
definition = "function double(x)\n\n  -- twice, Ünïcödé\n  local y = 2 * x\n  return y\nend"
path = body("dumpCell", code=definition)["sourcePath"]
check(path == f"{about['tmpFilePrefix']}{murmur2(definition, about['hashSeed'])}{about['tmpFileSuffix']}", path)
for length in range(9):
    text = "abcdefgh"[:length]
    expected = f"{about['tmpFilePrefix']}{murmur2(text, about['hashSeed'])}{about['tmpFileSuffix']}"
    check(body("dumpCell", code=text)["sourcePath"] == expected, text)
check(body("source", source={"path": path})["content"] == definition)
finished(client.execute(definition))

# A line that has no code moves to the next that has; a line behind the end is no place.
answer = body("setBreakpoints", source={"path": path}, breakpoints=[{"line": 2}, {"line": 99}])["breakpoints"]
check(answer[0]["verified"] and answer[0]["line"] == 4 and not answer[1]["verified"], answer)
check(body("debugInfo")["breakpoints"] == [{"source": path, "breakpoints": [{"line": 4}]}])
body("configurationDone")

# A stop in it, called from a later cell: calls, variables, parts of a table, evaluation, a step, the end.
call = client.execute("local t = { a = 1, b = { c = 'deep' } }\nkept = double(21)\nprint(kept, t.b.c)")
stop = wait_for("stopped")
check(stop["reason"] == "breakpoint" and stop["threadId"] == 1, stop)
frame, frames = top()
check(frame["line"] == 4 and frame["source"]["path"] == path and "double" in frame["name"], frames)
check(frames[1]["line"] == 2 and locals_of(frame)["x"]["value"] == "21", frames)
check(body("debugInfo")["stoppedThreads"] == [1])
outer = locals_of(frames[1])
check(outer["t"]["variablesReference"] > 0, outer)
parts = {v["name"]: v for v in body("variables", variablesReference=outer["t"]["variablesReference"])["variables"]}
check(parts["a"]["value"] == "1" and parts["b"]["variablesReference"] > 0, parts)
deep = body("variables", variablesReference=parts["b"]["variablesReference"])["variables"]
check(deep[0]["name"] == "c" and deep[0]["value"] == '"deep"', deep)
check(body("evaluate", expression="x * 2", frameId=frame["id"])["result"] == "42")
check(not ask("evaluate", expression="x.y.z", frameId=frame["id"])["success"])
rich = body("richInspectVariables", variableName="x", frameId=frame["id"])
check(rich["data"]["text/plain"] == "21", rich)
body("evaluate", expression="x = 4", frameId=frame["id"])
body("next", threadId=1)
check(wait_for("stopped")["reason"] == "step" and top()[0]["line"] == 5)
check(locals_of(top()[0])["y"]["value"] == "8", "the assigned local counts")
body("stepOut", threadId=1)
wait_for("stopped")
check(top()[0]["line"] == 3, top())
body("continue", threadId=1)
reply, text = finished(call)
check(reply["status"] == "ok" and text == "8\tdeep\n", reply, text)
check(any(v["name"] == "kept" for v in body("inspectVariables")["variables"]))
check(any(v["name"] == "t" for v in body("inspectVariables")["variables"]), "a local that lives on")
check(not ask("continue", threadId=1)["success"] and not ask("no such command")["success"])

# Step in, from a stop in a cell that was announced before it ran.
code = "local a = 1\nlocal b = double(a)\nprint(b)"
other = body("dumpCell", code=code)["sourcePath"]
body("setBreakpoints", source={"path": path}, breakpoints=[])
body("setBreakpoints", source={"path": other}, breakpoints=[{"line": 2}])
call = client.execute(code)
wait_for("stopped")
body("stepIn", threadId=1)
wait_for("stopped")
check(top()[0]["source"]["path"] == path, top())
# An interrupt ends the cell that has stopped; the session goes on.
manager.interrupt_kernel()
reply, _ = finished(call)
check(reply["status"] == "error" and reply["ename"] == "Interrupted", reply)
body("setBreakpoints", source={"path": other}, breakpoints=[])
reply, text = finished(client.execute(code))
check(reply["status"] == "ok" and text == "2\n", reply, text)

# An error in the function where it has stopped ends the cell as any.
body("setBreakpoints", source={"path": path}, breakpoints=[{"line": 4}])
call = client.execute("double({})")
wait_for("stopped")
body("continue", threadId=1)
reply, _ = finished(call)
check(reply["status"] == "error" and "arithmetic" in reply["evalue"], reply)

# A loop that runs is paused; requests are answered meanwhile; a disconnect lets it go on.
call = client.execute("n = 0 while not done do n = n + 1 end")
time.sleep(0.3)
check(body("threads")["threads"][0]["id"] == 1)
body("pause", threadId=1)
check(wait_for("stopped")["reason"] == "step" and top()[0]["line"] == 1)
body("evaluate", expression="done = true", frameId=1)
body("disconnect", restart=False, terminateDebuggee=False)
reply, _ = finished(call)
check(reply["status"] == "ok", reply)
about = body("debugInfo")
check(about["isStarted"] is False and about["breakpoints"] == [], about)
reply, text = finished(client.execute("print(double(5))"))
check(text == "10\n", text)
print("ok")
manager.shutdown_kernel(now=True)
