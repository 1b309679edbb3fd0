"""What jupyter_kernel_test does not ask: channels.py FOLDER NAME, the installed kernel NAME spoken to by jupyter_client.

Says "ok" and nothing else when all is as it should be.
"""

import os
import shutil
import signal
import sys
import tempfile
import time

from kernel import check, client, do, is_sandboxed, manager, published_for, reply_to, result_of, run, text_of


def cells():
    check(run("local kept = 20\nfunction double(x) return 2 * x end")[0]["status"] == "ok", "a definition")
    check(result_of(run("double(kept) + 2")[1]) == ["42"], "locals live on")
    check(result_of(run("_")[1]) == ["42"], "_")
    # Written on Windows, empty, or in another alphabet.
    check(result_of(run("local a = 1\r\nreturn a + 1\r\n")[1]) == ["2"], "CRLF")
    for empty in ["", "  \n"]:
        check(run(empty)[0]["status"] == "ok", "an empty cell")
    check(result_of(run("'ünïcode ✓'")[1]) == ['"ünïcode ✓"'], "text beyond ASCII")
    reply, published = run("local one = 1\nerror('on two')")
    check(reply["status"] == "error" and "prompt[" in reply["evalue"] and ":2:" in reply["evalue"], reply)
    check(any("error('on two')" in line for line in reply["traceback"]), "the line of the cell", reply)
    check(run("local =")[0]["ename"] == "SyntaxError", "a syntax error")
    check("%time" in text_of(run("%help")[1]), "%help")
    check("matmul" in text_of(run("tensor.matmul?")[1]), "a question")


def silent():
    before = run("1")[0]["execution_count"]
    reply, published = run("hidden = 5 return hidden", silent=True)
    check(reply["status"] == "ok" and not result_of(published), "silent", published)
    check(run("hidden", store_history=False)[0]["execution_count"] == before + 1, "a cell that is not stored")
    check(run("hidden")[0]["execution_count"] == before + 1, "the count after it")
    reply, _ = run("1", user_expressions={"good": "6 * 7", "bad": "error 'x'", "none": "a b"})
    found = reply["user_expressions"]
    check(found["good"]["data"]["text/plain"] == "42", found)
    check(found["bad"]["status"] == "error" and found["none"]["status"] == "error", found)


def output():
    _, published = run("for i = 1, 3 do print(i) end io.stderr:write 'no\\n' io.write 'end'")
    check(text_of(published) == "1\n2\n3\nend" and text_of(published, "stderr") == "no\n", published)
    # Two million bytes, with characters that lie across the ends of pieces.
    _, published = run("for i = 1, 40000 do print(('ü€'):rep(10)) end")
    check(text_of(published) == ("ü€" * 10 + "\n") * 40000, "much output", len(text_of(published)))
    identifier = client.execute("print 'first' local t = os.time() while os.time() < t + 3 do end print 'second'")
    start = time.time()
    while "first" not in str(client.get_iopub_msg(timeout=10)["content"].get("text")):
        pass
    check(time.time() - start < 2, "output comes while the cell runs")
    reply_to(identifier)


def stops():
    identifiers = [client.execute(code) for code in [fails_late, "after = 1", "after = 2"]]
    statuses = [reply_to(identifier)["status"] for identifier in identifiers]
    check(statuses == ["error", "aborted", "aborted"], statuses)
    time.sleep(0.2)
    check(run("return after == nil")[0]["status"] == "ok", "the kernel goes on")
    identifiers = [client.execute(code, stop_on_error=False) for code in [fails_late, "after = 1"]]
    statuses = [reply_to(identifier)["status"] for identifier in identifiers]
    check(statuses == ["error", "ok"], statuses)


#: Those behind it have come when it fails.
fails_late = "local t = os.clock() while os.clock() < t + 1 do end error 'stop'"


def interrupts():
    run("local kept = 7")
    solves = [slow(options) for options in ways_to_solve()]
    # Programs too, which only a kernel without walls has.
    programs = [] if is_sandboxed else ["os.execute 'sleep 50' later = 1", "io.popen('sleep 50'):read()", "!sleep 50"]
    for code in ["while true do end", *solves, *programs, "io.read()"]:
        identifier = client.execute(code, allow_stdin=True)
        time.sleep(1)
        start = time.time()
        manager.interrupt_kernel()
        reply = reply_to(identifier)
        check(reply["status"] == "error" and reply["ename"] == "Interrupted", code, reply)
        # Two seconds are promised; a machine that is busy gets some more.
        check(time.time() - start < 10, code, time.time() - start)
        check(result_of(run("kept")[1]) == ["7"], "locals stay")
    check(result_of(run("return _interrupted ~= nil")[1]) == ["true"], "the stopped solve's answer")
    if manager.kernel_spec.interrupt_mode == "message":
        os.kill(manager.provisioner.pid, signal.SIGINT)
        time.sleep(0.5)
        check(result_of(run("kept")[1]) == ["7"], "a signal between cells")
    manager.interrupt_kernel()
    time.sleep(0.5)
    check(result_of(run("kept")[1]) == ["7"], "an interrupt between cells")


def slow(options):
    """A solve that takes long with every solver."""
    return f"""
local m = milp.model "slow"
local r = tensor.random(3)
local x = m:variables(150, {{ kind = "binary" }})
for i = 1, 60 do m:constrain(x:dot(r:uniform(150, 1, 99)), "<=", 1500) end
m:maximize(x:dot(r:uniform(150, 1, 99)))
solved = m:solve {{ time_limit_s = 60, {options} }}
"""


def ways_to_solve():
    """Those of the solvers that are there, in this process and in a child of it, which no sandbox has."""
    ways = ["solver = 'glpk'"]
    for solver in ["highs", "scip"]:
        if result_of(run(f"return milp.capabilities '{solver}' ~= nil")[1]) == ["true"]:
            ways += [f"solver = '{solver}'"] + ([] if is_sandboxed else [f"solver = '{solver}', isolate = true"])
    return ways


def questions():
    # That of the cell that was interrupted.
    client.get_stdin_msg(timeout=10)
    identifier = client.execute("local a, b = io.read('n', 'l') return a, io.read()", allow_stdin=True)
    for answer in ["12 rest", "line"]:
        message = client.get_stdin_msg(timeout=10)
        check(message["msg_type"] == "input_request", message)
        client.input(answer)
    check(reply_to(identifier)["status"] == "ok", "input")
    published = published_for(identifier)
    check(result_of(published) == ['12\t"line"'], "what was read", published)
    check(result_of(run("io.read()", allow_stdin=False)[1]) == ["nil"], "nobody to ask gives nil")


def looks():
    def ask(identifier):
        return reply_to(identifier)

    # The place of the cursor is counted in characters, and 𝄞 is one.
    found = ask(client.complete("x = '𝄞' .. string.rev", 21))
    check(found["matches"] == ["string.reverse"] and found["cursor_start"] == 11 and found["cursor_end"] == 21, found)
    check(ask(client.complete("", 0))["status"] == "ok", "nothing to complete")
    check(ask(client.complete("ab", 99))["cursor_end"] == 2, "a cursor beyond the end")
    check(ask(client.inspect("tensor.matmul(a, ", 17))["found"], "the call around the cursor")
    check(not ask(client.inspect("nothing_like_it", 3))["found"], "an unknown name")
    check(ask(client.comm_info())["comms"] == {}, "comms")
    message = client.session.msg("comm_open", {"comm_id": "1", "target_name": "jupyter.widget", "data": {}})
    client.shell_channel.send(message)
    published = published_for(message["header"]["msg_id"])
    check(any(kind == "comm_close" for kind, _ in published), published)
    for kind in ["comm_msg", "no_such_request"]:
        message = client.session.msg(kind, {"comm_id": "1", "data": {}})
        client.shell_channel.send(message)
        published_for(message["header"]["msg_id"])


def pictures():
    _, published = run("tensor.zeros(30, 30)")
    data = [c["data"] for kind, c in published if kind == "execute_result"][0]
    check(data["image/png"].startswith("iVBORw0KGgo") and "text/plain" in data, data.keys())
    code = "local n = nn.mlp({4, 8, 3}, {seed = 1}) return select(2, prune.apply(n, {rate = 0.5}))"
    _, published = run(code)
    data = [c["data"] for kind, c in published if kind == "execute_result"][0]
    check(data["text/html"].count("<img") == 2, data)
    code = "local m = milp.model 'html' local v = m:variables(2, {upper = 3}) m:maximize(v:sum()) return m:solve()"
    data = [c["data"] for kind, c in run(code)[1] if kind == "execute_result"][0]
    check("<b>objective</b>" in data["text/html"] and "objective" in data["text/plain"], data)
    data = [c["data"] for kind, c in run("{ { a = '<b>' }, { a = 2 } }")[1] if kind == "execute_result"][0]
    check("<th>a</th>" in data["text/html"] and "&lt;b&gt;" in data["text/html"], data)
    # A training is one line that changes.
    code = "nn.train(nn.mlp({144, 16, 10}, {seed = 1}), assert(data.load('digits', {side = 12})), {epochs = 150})"
    _, published = run(code)
    lines = [c for kind, c in published if kind in ("display_data", "update_display_data")]
    check(len(lines) > 0 and len({c["transient"]["display_id"] for c in lines}) == 1, lines)
    check(not text_of(published, "stderr"), "nothing is written beside it", published)
    # So is a solve, which says how far it is.
    _, published = run(slow("node_limit = 20000").replace("60,", "0.8,"))
    lines = [c for kind, c in published if kind in ("display_data", "update_display_data")]
    check(2 <= len(lines) < 20 and len({c["transient"]["display_id"] for c in lines}) == 1, lines)
    check("solving" in lines[-1]["data"]["text/plain"] and "bound" in lines[-1]["data"]["text/plain"], lines[-1])
    # A function of the script's own has it instead.
    _, published = run(slow("on_progress = function() told = true end").replace("60,", "0.5,"))
    check(not any(kind.endswith("display_data") for kind, c in published), published)
    check(result_of(run("told")[1]) == ["true"], "its function is told")


def sweeps():
    """A sweep that is run in a cell: lines that change, and its report with its pictures."""
    folder = tempfile.mkdtemp()
    command = f"%run compare-policies --problems 1 --time-limit 1 --policies magnitude --out {folder}/one"
    reply, published = run(command + " --jobs 2", timeout=120)
    check(reply["status"] == "ok", reply, text_of(published, "stderr"))
    shown = [c for kind, c in published if kind in ("display_data", "update_display_data")]
    lines = [c["data"]["text/plain"] for c in shown if c.get("transient")]
    check("3 of 3 done" in lines[-1] and len({c["transient"]["display_id"] for c in shown if c.get("transient")}) == 1, lines)
    pages = [c["data"]["text/html"] for c in shown if "text/html" in c["data"]]
    check(len(pages) == 1 and "<iframe sandbox" in pages[0] and "&lt;h1" in pages[0], len(pages))
    check("sooner than dense" in text_of(published), "the report as text")
    # Again, with what is there; and what went wrong before is said.
    reply, published = run(command + " --resume --policies magnitude,random", timeout=120)
    check(reply["status"] == "ok", reply, text_of(published, "stderr"))
    check(run("%run no-such-script")[0]["status"] == "error", "no script")
    check(result_of(run("arg")[1]) != [], "arg is the session's again")
    shutil.rmtree(folder)


def rate():
    """Many cells at once, and many messages that nobody reads for a while: none is lost, least of all the last."""
    identifiers = [client.execute("1") for _ in range(2000)]
    for identifier in identifiers:
        reply_to(identifier)
    for identifier in identifiers:
        published_for(identifier)
    identifier = client.execute("for i = 1, 5000 do display(i) end")
    reply_to(identifier)
    check(sum(kind == "display_data" for kind, _ in published_for(identifier)) == 5000, "a flood")


def is_running(process):
    """Whether a process is there and not only waiting for its parent."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children_of(process):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == process:
                        found += [int(name), *children_of(int(name))]
            except FileNotFoundError:
                pass
    return found


def ends():
    process = manager.provisioner.pid
    way = ways_to_solve()[-1]
    client.execute(slow(way))
    time.sleep(1)
    family = [process, *children_of(process)]
    check("isolate" not in way or len(family) > 1, "a solver in a child", family)
    start = time.time()
    manager.restart_kernel(now=False)
    check(time.time() - start < 20, "a restart in a solve", time.time() - start)
    client.wait_for_ready(timeout=60)
    check(not any(is_running(each) for each in family), "processes after a restart", family)
    check(result_of(run("return kept == nil")[1]) == ["true"], "a new session")
    process = manager.provisioner.pid
    client.execute(slow(way))
    time.sleep(1)
    family = [process, *children_of(process)]
    manager.shutdown_kernel(now=True)
    time.sleep(1)
    check(not any(is_running(each) for each in family), "processes after a kill", family)


parts = [cells, silent, output, stops, interrupts, questions, looks, pictures, rate]
do(parts + ([] if is_sandboxed else [sweeps]) + [ends])
