"""A kernel among strangers: their messages, and in a sandbox their cells. hostile.py FOLDER NAME, as kernel.py takes them.

Says "ok" and nothing else when all is as it should be.
"""

import base64
import random
import time

import zmq
from kernel import check, client, do, is_sandboxed, manager, published_for, reply_to, result_of, run


def strangers():
    """1,000 messages that nobody signed or that are none change nothing."""
    run("count = 0")
    generator = random.Random(20)
    info = manager.get_connection_info()
    context = zmq.Context.instance()
    sockets = []
    for port in ["shell_port", "control_port", "stdin_port"]:
        sockets.append(context.socket(zmq.DEALER))
        sockets[-1].connect(f"tcp://{info['ip']}:{info[port]}")
    session = client.session
    for number in range(1000):
        kind = generator.choice(["execute_request", "shutdown_request", "interrupt_request"])
        message = session.msg(kind, {"code": "count = count + 1", "silent": False, "restart": False})
        frames = session.serialize(message)
        way = number % 8
        if way == 0:  # another key
            frames[1] = bytes(generator.choice(b"0123456789abcdef") for _ in range(64))
        elif way == 1:  # no signature
            frames[1] = b""
        elif way == 2:  # another content under the signature
            frames[5] = frames[5].replace(b"count + 1", b"count + 2") + b" "
        elif way == 3:  # frames are missing
            frames = frames[: generator.randrange(6)] or [b""]
        elif way == 4:  # no mark
            frames[0] = b"<IDS/MSG>"
        elif way == 5:  # bytes, whatever they are
            frames = [generator.randbytes(generator.randrange(40)) for _ in range(generator.randrange(1, 9))]
        elif way == 6:  # signed, and no JSON
            body = generator.choice([b"", b"{", b"[]", b"\xff\xfe", b"nul", b"[" * 5000, b'{"a":1,"a":2}'])
            parts = [frames[2], frames[3], frames[4], body]
            frames = [frames[0], session.sign(parts), *parts]
        else:  # signed, and a header without a kind
            parts = [generator.choice([b"{}", b"[]", b"3", b'{"msg_type": 5}']), *frames[3:6]]
            frames = [frames[0], session.sign(parts), *parts]
        generator.choice(sockets).send_multipart(frames)
    # Signed, but by somebody who has only heard them.
    frames = session.serialize(session.msg("execute_request", {"code": "count = count + 10", "silent": False}))
    for _ in range(20):
        generator.choice(sockets[:2]).send_multipart(frames)
    time.sleep(0.5)
    check(result_of(run("count")[1]) == ["10"], "strangers' messages")
    for socket in sockets:
        socket.close(0)


#: What a request of each kind says.
requests = {
    "execute_request": {
        "code": "1", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
        "stop_on_error": True,
    },
    "complete_request": {"code": "pri", "cursor_pos": 3},
    "inspect_request": {"code": "print", "cursor_pos": 3, "detail_level": 0},
    "is_complete_request": {"code": "1"},
    "history_request": {
        "output": True, "raw": True, "hist_access_type": "range", "session": 0, "start": 0, "stop": 5, "n": 3,
        "pattern": "*", "unique": True,
    },
    "comm_info_request": {"target_name": "x"},
    "kernel_info_request": {},
    "debug_request": {"seq": 1, "type": "request", "command": "evaluate", "arguments": {"expression": "1"}},
}

#: What does not belong there.
values = [
    None, True, 0, -1, 1.5, 1e300, -(2**63), 2**63, "", "x", "\0", "%", "???", "a" * 10000, [], {}, [1], {"a": 1}, [[[[]]]],
]


def wrong_types():
    """Requests that are signed, and have members that are missing or of another kind, are all answered."""
    generator = random.Random(21)
    for _ in range(400):
        kind = generator.choice(list(requests))
        content = dict(requests[kind])
        for name in list(content):
            if generator.random() < 0.3:
                content[name] = generator.choice(values)
            elif generator.random() < 0.1:
                del content[name]
        message = client.session.msg(kind, content)
        is_control = kind == "debug_request"
        (client.control_channel if is_control else client.shell_channel).send(message)
        identifier = message["header"]["msg_id"]
        while is_control and client.get_control_msg(timeout=20)["parent_header"].get("msg_id") != identifier:
            pass
        if not is_control:
            reply_to(identifier, 20)
    check(result_of(run("6 * 7")[1]) == ["42"], "the kernel goes on")


def forms_of(published):
    return [c["data"] for kind, c in published if kind in ("execute_result", "display_data")]


def publish(kind, data, **others):
    """Publishes from a cell, by the library's own hand."""
    members = "".join(f", {name} = {value}" for name, value in others.items())
    forms = ", ".join(f"[ [==[{form}]==] ] = [==[{text}]==]" for form, text in data.items())
    code = f"require('vnn.kernel.channels').publish('{kind}', {{ data = {{ {forms} }}, metadata = {{}}{members} }})"
    reply, published = run(code)
    check(reply["status"] == "ok", reply)
    return [(name, c) for name, c in published if name not in ("status", "execute_input")]


def contents():
    """What a stranger's cell sends to the front end, which trusts it, runs nothing there."""
    table = "<table><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>"
    for form, text, expected in [
        ("text/html", "<script>alert(1)</script>", {}), ("application/javascript", "alert(1)", {}),
        ("text/html", table, {"text/html": table}),
    ]:
        (shown,) = publish("display_data", {"text/plain": "x", form: text})
        check(shown[1]["data"] == {"text/plain": "x"} | expected, form, shown)
    check(forms_of(run("{ { a = 1 }, { a = 2 } }")[1])[0]["text/html"].startswith("<table>"), "a table")
    reply, published = run("tensor.zeros(9, 9)")
    check(reply["status"] == "ok" and "image/png" in forms_of(published)[0], reply, published)
    # A drawing becomes a picture, whose scripts no browser runs.
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (shown,) = publish("display_data", {"text/plain": "x", "image/svg+xml": drawing})
    source = base64.b64encode(drawing.encode()).decode()
    check(shown[1]["data"]["text/html"] == f'<img alt="" src="data:image/svg+xml;base64,{source}">', shown)
    # What says how to show it, or what else to do, does not come along; other messages do not come at all.
    (shown,) = publish("display_data", {"text/plain": "x"}, transient="{ display_id = 'd', more = 1 }", buffers="{}")
    check(shown[1] == {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": "d"}}, shown)
    for kind in ["comm_open", "comm_msg", "clear_output", "stream", "no_such_kind"]:
        check(publish(kind, {"text/plain": "x"}) == [], kind)
    # Nor do replies say more than they must.
    forged = "status = 'ok', payload = {{ source = 'page', data = {['text/html'] = '<script>'} }}, metadata = { a = 1 }, "
    forged += "user_expressions = { a = { status = 'ok', data = {['text/html'] = '<script>', ['text/plain'] = 'x'} } }"
    reply, _ = run(f"require('vnn.kernel.channels').reply('execute_reply', {{ {forged} }})")
    expected = {"status": "ok", "data": {"text/plain": "x"}}
    check(reply == {"status": "ok", "payload": [], "user_expressions": {"a": expected}}, reply)
    code = "require('vnn.kernel.channels').reply('kernel_info_reply', { help_links = {{ url = 'javascript:1' }} })"
    reply, _ = run(code)
    check(reply["language_info"]["name"] == "lua" and "https:" in reply["help_links"][0]["url"], reply)
    check(result_of(run("6 * 7")[1]) == ["42"], "the kernel goes on")


def walls():
    """A stranger's cell reaches no programs, no files and no calls, and each has its own instructions."""
    for code in ["os.execute", "io.popen", "debug", "os.getenv", "package", "loadfile", "breakpoint"]:
        check(result_of(run(f"return {code} == nil")[1]) == ["true"], code)
    for code in ["!ls", "%save x.lua", "%break x.lua:1", "%debug", "%run x", "assert(io.open('/etc/passwd'))"]:
        check(run(code)[0]["status"] == "error", code)
    reply, _ = run("while true do pcall(error) end", timeout=120)
    check(reply["status"] == "error" and "limit of instructions" in reply["evalue"], reply)
    check(result_of(run("6 * 7")[1]) == ["42"], "the next cell has its own")
    # Its locals live on, and so does what they hold, until they are given up.
    reply, _ = run("local all = {} while true do all[#all + 1] = tensor.zeros(1000, 1000) end")
    check(reply["status"] == "error" and "memory" in reply["evalue"], reply)
    run("all = nil")
    check(result_of(run("tensor.zeros(100, 100):sum()")[1]) == ["0.0"], "a cell after one that has taken all memory")


def no_answer():
    """A cell that takes the channels away is answered, and so is the next."""
    check(run("require('vnn.kernel.channels').lend {}")[0]["status"] == "error", "no channels")
    check(reply_to(client.execute("1"))["status"] == "error", "the cell after it")
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)


do([strangers, wrong_types, no_answer] + ([walls, contents] if is_sandboxed else []))
