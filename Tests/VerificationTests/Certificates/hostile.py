"""Files that are not what they should be: hostile.py VNNCHECK

Each is a true certificate's file with one thing wrong, as others' checkers and readers have met it. vnncheck must end by
itself with a message, and prove nothing.
"""

import gzip
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import samples

vnncheck, folder = sys.argv[1], pathlib.Path(tempfile.mkdtemp())
TENSORS = {
    "layers.0.weight": ("F32", [2, 2], [1.0, -1.0, 0.5, 2.0]),
    "layers.0.bias": ("F32", [2], [0.25, -0.5]),
    "layers.1.weight": ("F32", [2, 2], [1.0, 0.0, 0.0, 1.0]),
    "layers.1.bias": ("F32", [2], [8.0, 0.0]),
}
STATED = {"input": [0.5, 0.5], "lower": 0, "upper": 1, "norm": "l1", "epsilon": 1, "class": 1}
LINES = ["claim robust", "region 1", "layer 1", "against 2", "split z 1 1 0x1p-2", "leaf", "leaf 1:2=0x1p-1"]


def outcome(network, problem, certificate):
    for name, data in (("n.safetensors", network), ("p.json", problem), ("c", certificate)):
        (folder / name).write_bytes(data)
    files = [folder / "n.safetensors", folder / "p.json", folder / "c"]
    runs = [
        subprocess.run([vnncheck, *options, *files], capture_output=True, text=True, errors="replace", timeout=60)
        for options in ([], ["--fast"])
    ]
    assert runs[0].returncode == runs[1].returncode, (certificate[:400], runs)
    return runs[0]


def refused(name, network=None, problem=None, lines=LINES, certificate=None):
    network = network or samples.safetensors(TENSORS)
    problem = problem or json.dumps(STATED).encode()
    run = outcome(network, problem, certificate or samples.join(network, problem, lines))
    assert run.returncode in (1, 2) and run.stdout == "" and len(run.stderr) > 12, (name, run)


def header(text, body=b"\0" * 64):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data + body


def changed(old, new):
    data = samples.safetensors(TENSORS)
    length = struct.unpack("<Q", data[:8])[0]
    text = data[8 : 8 + length].decode()
    assert old in text, text
    return header(text.replace(old, new, 1), data[8 + length :])


def main():
    network, problem = samples.safetensors(TENSORS), json.dumps(STATED).encode()
    whole = samples.join(network, problem, LINES)
    packed = gzip.compress(whole)
    for good in (whole, packed, whole.replace(b"\n", b"\r\n"), whole.replace(b"0x1p-2", b"0X.4P0"), whole + b"# end", whole + b"\n\n"):
        run = outcome(network, problem, good)
        assert run.returncode == 0 and run.stdout == "robust\n", (good, run)
    run = outcome(network, problem, samples.join(network, problem, [*LINES[:-1], "trusted my word"]))
    assert run.returncode == 3 and "my word" in run.stderr, run
    tie = json.dumps(STATED | {"input": [1, 0], "lower": [1, 0], "upper": [1, 0], "epsilon": 0}).encode()
    even = samples.safetensors(TENSORS | {"layers.1.weight": ("F32", [2, 2], [1.0, 0.0, 1.0, 0.0]), "layers.1.bias": ("F32", [2], [0.0, 0.0])})
    refused("a tie", network=even, problem=tie, lines=["claim adversarial", "input 1 0"])
    # Cut and broken gzip, bytes and lines; two files in one.
    for length in range(0, len(packed) - 1, 7):
        refused("cut gzip", certificate=packed[:length] or b"\x1f")
    for length in range(0, len(whole) - 20, 11):
        refused("cut", certificate=whole[:length] or b"\n")
    rng = random.Random(1)
    for _ in range(60):
        place = rng.randrange(10, len(packed))
        broken = packed[:place] + bytes([packed[place] ^ 1 << rng.randrange(8)]) + packed[place + 1 :]
        refused("broken gzip", certificate=broken)
    refused("two certificates", certificate=packed + packed)
    refused("a NUL", certificate=whole.replace(b"leaf\n", b"leaf\0 1:2=1\n"))
    refused("old line ends", certificate=whole.replace(b"\n", b"\r"))
    refused("UTF-16", certificate=whole.decode().encode("utf-16"))
    refused("digests of other files", certificate=whole.replace(b"network ", b"network 0"))
    # Numbers that are none, and places that are none.
    for number in ("nan", "inf", "-inf", "1e400", "0x1p2000", "0x", "1,5", "1d3", "", "--1", "1_0", "0b1", "nan(1)"):
        refused(f"a number {number}", lines=[*LINES[:-1], f"leaf 1:2={number}"])
        refused(f"a split at {number}", lines=[*LINES[:4], f"split z 1 1 {number}", "leaf", "leaf"])
    for place in ("0", "-1", "3", "18446744073709551617", "99999999999999999999999", "1.0", "0x1", "1e0", "a", ""):
        refused(f"a place {place}", lines=[*LINES[:-1], f"leaf 1:{place}=0"])
        refused(f"a layer {place}", lines=["claim robust", "region 1", f"layer {place}", *LINES[3:]])
    for words in ("1:2", "=1", ":=", "1:2=1=2", "1:2:2=1", "a:1=-1", "a:2=1", "c:1=1", "2:1=1", "b:1=1"):
        refused(words, lines=[*LINES[:-1], f"leaf {words}"])
    refused("a leaf too many", lines=[*LINES, "leaf"])
    refused("a leaf too few", lines=LINES[:-1])
    refused("a split of nothing", lines=[*LINES[:4], *["split z 1 1 0"] * 5000])
    refused("a split of a ball's input", lines=[*LINES[:4], "split x 1 0.5", "leaf", "leaf"])
    refused("a rival twice", lines=[*LINES, *LINES[3:]])
    refused("no rival", lines=LINES[:2])
    refused("nothing unwanted", lines=[*LINES[:4], "leaf a:1=0"])
    refused("another version", certificate=whole.replace(b"certificate 1", b"certificate 2"))
    refused("a long line", lines=[*LINES[:-1], "leaf " + "1:2=0.5 " * 200_000 + "x"])
    # Networks: lengths, offsets, shapes, types, names.
    for data in (b"", b"\xff" * 8, struct.pack("<Q", 1 << 62), network[:40], network[:-1], header(""), header("[]"), header("{}"), header("null")):
        refused("a network cut off", network=data or b" ")
    refused("deep", network=header("[" * 200_000))
    refused("deep and whole", network=header('{"layers.0.weight":' + "[" * 200_000 + "]" * 200_000 + "}"))
    refused("a name twice", network=changed('"layers.1.bias"', '"layers.0.bias"'))
    refused("a layer behind a gap", network=changed("layers.1.", "layers.2."))
    for old, new in (
        ('"shape": [2, 2]', '"shape": [2, 3]'), ('"shape": [2, 2]', '"shape": [4294967296, 4294967296]'),
        ('"shape": [2, 2]', '"shape": [-2, -2]'), ('"shape": [2, 2]', '"shape": [4]'), ('"shape": [2, 2]', '"shape": []'),
        ('"shape": [2, 2]', '"shape": [2.5, 2]'), ("[0, 16]", "[16, 0]"), ("[0, 16]", "[-16, 0]"), ("[0, 16]", "[0, 1e30]"),
        ("[0, 16]", "[0.5, 16.5]"), ("[0, 16]", "[40, 56]"), ("[0, 16]", "[0]"), ('"F32"', '"F16"'), ('"F32"', '"I64"'),
        ('"F32"', "32"), ('"data_offsets"', '"offsets"'), ("network_format\": \"2", "network_format\": \"3"),
    ):
        refused(f"{old} becomes {new}", network=changed(old, new))
    for odd in (float("nan"), float("inf")):
        refused("weights that are no numbers", network=samples.safetensors(TENSORS | {"layers.0.bias": ("F32", [2], [odd, 0])}))
    sparse = {
        "layers.0.weight": ("F32", [2], [1.0, 1.0]), "layers.0.columns": ("I64", [2], [1, 1]),
        "layers.0.starts": ("I64", [3], [0, 2, 2]), "layers.0.inputs": ("I64", [1], [2]),
    }
    refused("a column twice", network=samples.safetensors(TENSORS | sparse))
    for part, values in (("starts", [0, 3, 2]), ("starts", [1, 2, 2]), ("columns", [0, 2]), ("columns", [-1, 1]), ("inputs", [1 << 40])):
        entry = (sparse[f"layers.0.{part}"][0], sparse[f"layers.0.{part}"][1], values)
        refused(f"sparse {part}", network=samples.safetensors(TENSORS | sparse | {"layers.0.columns": ("I64", [2], [0, 1])} | {f"layers.0.{part}": entry}))
    taps = {part: ("I64", [1], [value]) for part, value in (("size", 2), ("output", 2), ("stride", 1), ("padding", 0), ("dilation", 0), ("groups", 1))}
    taps = {f"layers.0.{part}": value for part, value in taps.items()} | {"layers.0.weight": ("F32", [1, 1, 2], [1.0, 2.0]), "layers.0.bias": ("F32", [1], [0.0])}
    refused("taps of one input", network=samples.safetensors(TENSORS | taps))
    refused("a kernel larger than memory", network=samples.safetensors(TENSORS | taps | {"layers.0.output": ("I64", [1], [1 << 60])}))
    # Problems: what else they might mean.
    for change in (
        {"norm": "l2"}, {"norm": "L1"}, {"norm": None}, {"epsilon": -1}, {"epsilon": "1"}, {"epsilon": 1e400}, {"class": 3}, {"class": 0},
        {"class": 1.5}, {"target": 1}, {"input": [0.5]}, {"input": [0.5, 2]}, {"lower": [0]}, {"upper": None}, {"norm": "l1_row_max"},
        {"norm": "l1_row_max", "rows": 3}, {"norm": "l0", "epsilon": 0.5}, {"constraints": 1}, {"constraints": [{"inputs": [1, 1], "right": 1}]},
        {"constraints": [{"inputs": [1], "relation": "<=", "right": 1}]}, {"constraints": [{"relation": "<", "right": 1}]}, {"cases": {}},
        {"cases": [{"lower": 0, "upper": 1}]}, {"cases": [{"lower": 0, "upper": 1, "conditions": [[]]}]},
    ):
        refused(f"a problem with {change}", problem=json.dumps(STATED | change).encode())
    text = json.dumps(STATED)
    for wrong in (text.replace('"class"', '"epsilon": 0, "class"'), text + "1", text[:-1], text + "\0{}", "[" * 300_000, text.replace("0.5", "NaN"), text.replace("0.5", "Infinity")):
        refused("a problem of another text", problem=wrong.encode())
    print("refused")


main()
