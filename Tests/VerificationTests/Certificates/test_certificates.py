"""Certificates of random small problems, true ones and forged ones: test_certificates.py VNNCHECK SEED COUNT

vnncheck and the checker in fractions must agree that the true ones prove their claims. A forged one, whose digests are
right, must be refused by both, or be a proof of a claim that no point of the region contradicts.
"""

import collections
import json
import math
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

import checker
import samples

vnncheck, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
folder = pathlib.Path(tempfile.mkdtemp())
differing = collections.Counter()
names = ("n.safetensors", "p.json", "c")


def said(*options):
    """What vnncheck prints about the files in the folder, None for a refusal, and what it tells."""
    run = subprocess.run([vnncheck, *options, *(folder / n for n in names)], capture_output=True, text=True)
    assert run.returncode in (0, 1, 2, 3), (run.returncode, run.stderr)
    assert (run.returncode in (0, 3)) == (run.stdout != ""), run
    return run.stdout.strip() if run.returncode == 0 else None, run.stderr


def write(*contents):
    for name, data in zip(names, contents):
        (folder / name).write_bytes(data)


def verdicts(network, problem, certificate, asks_both=True):
    """What vnncheck says, exactly or in Float64, and the checker in fractions; None for a refusal."""
    write(network, problem, certificate)
    (own, told), (fast, _) = said(), said("--fast")
    # What is shown in a hair's breadth is only shown exactly.
    assert None in (own, fast) or own == fast, (own, fast)
    differing[own, fast] += own != fast
    own = own or fast
    if not asks_both and own is None:
        return None, None, told
    try:
        claim, trusts = checker.check(network, problem, certificate)
        other = None if trusts else claim
    except (checker.Refused, ArithmeticError, LookupError, TypeError, UnicodeDecodeError, ValueError):
        other = None
    return own, other, told


def forged(rng, tensors, stated, lines):
    """One thing changed, and what."""
    tensors, stated, lines = dict(tensors), json.loads(json.dumps(stated)), list(lines)
    kinds = ["weight", "sign", "size", "norm", "epsilon", "class", "right", "number", "line", "swap", "cut", "claim", "bit", "split"]
    kind = rng.choice(kinds)
    if kind in ("weight", "sign", "size"):
        name = rng.choice([n for n in tensors if n.endswith(("weight", "bias")) and tensors[n][2]])
        type_, shape, values = tensors[name]
        place = rng.randrange(len(values))
        values = list(values)
        values[place] = -values[place] if kind == "sign" else values[place] + rng.gauss(0, 1)
        if kind == "size":  # Float64 from nearly nothing to nearly infinite
            type_, values[place] = "F64", rng.gauss(0, 1) * 2.0 ** rng.choice([-1070, -600, -60, 60, 500, 1020])
        tensors[name] = (type_, shape, values)
    elif kind == "norm" and "norm" in stated:
        stated["norm"] = rng.choice(["box", "linf", "l1", "l0", "l1_row_max"])
        stated["epsilon"] = round(stated["epsilon"]) if stated["norm"] == "l0" else stated["epsilon"]
    elif kind == "epsilon" and "epsilon" in stated:
        stated["epsilon"] = stated["epsilon"] + 1 if stated["norm"] == "l0" else stated["epsilon"] * rng.uniform(1, 8)
    elif kind == "epsilon":
        case = rng.choice(stated["cases"])
        case["upper"] = [x + rng.expovariate(1) for x in case["upper"]]
    elif kind == "class" and "class" in stated:
        stated["class"] = rng.randint(1, 3)
        stated.pop("target", None)
    elif kind == "class":
        case = rng.choice(stated["cases"])
        case["conditions"].append([{"outputs": [1.0] * len(case["conditions"][0][0]["outputs"]), "constant": rng.gauss(0, 3)}])
    elif kind == "right":
        for constraint in stated.get("constraints", []):
            constraint["right"] += rng.gauss(0, 1)
        for case in stated.get("cases", []):
            case["conditions"][0][0]["constant"] += rng.expovariate(0.5)
    elif kind in ("number", "bit"):
        place = rng.randrange(len(lines))
        text = lines[place]
        if kind == "number":
            words = text.split()
            at = rng.randrange(len(words))
            words[at] = rng.choice([rng.gauss(0, 1).hex(), "0", "1", "2", "3", words[at] + "0", "-" + words[at], "1:1=0x1p+0"])
            lines[place] = " ".join(words)
        else:
            at = rng.randrange(len(text))
            lines[place] = text[:at] + chr(max(32, ord(text[at]) ^ 1 << rng.randrange(6))) + text[at + 1 :]
    elif kind == "line":
        del lines[rng.randrange(len(lines))]
    elif kind == "swap":
        a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    elif kind == "split":
        # One part becomes the whole, the other nothing.
        ends = [" ".join([*line.split()[:-1], rng.choice(["1e9", "-1e9"])]) for line in lines]
        lines = [end if line.startswith("split") else line for line, end in zip(lines, ends)]
    elif kind == "cut":
        lines = lines[: rng.randrange(len(lines))]
    else:
        lines = [line for line in lines if not line.startswith(rng.choice(["layer", "leaf", "against", "split"]))]
    return kind, tensors, stated, lines


def passes_agree(rng, tensors, stated):
    """Whether both work out the same for one pass with numbers, weights and signs at random."""
    network, problem = samples.safetensors(tensors), json.dumps(stated).encode()
    layers = checker.read_network(network)
    read = checker.Problem(problem, layers)
    name, unwanted = read.regions[0].unwanted[0]
    words = [f"a:{i + 1}={rng.expovariate(1).hex()}" for i in range(len(unwanted))]
    words += [f"c:{i + 1}={rng.expovariate(1).hex()}" for i in range(len(read.constraints))]
    for k, layer in enumerate(layers[:-1]):
        for r, is_rectified in enumerate(layer.rectified):
            if is_rectified and rng.random() < 0.7:
                words.append(f"{k + 1}:{r + 1}={rng.gauss(0, 1).hex()}")
    known = [f"layer {k + 1}" for k in range(len(layers) - 1)]
    lines = ["claim robust", "region 1", *known, f"against {name}", " ".join(["leaf", *words])]
    certificate = samples.join(network, problem, lines)
    _, _, message = verdicts(network, problem, certificate, asks_both=False)
    told = re.search(r"pass is ([-+.e0-9]+): expected", message)
    try:
        checker.check(network, problem, certificate)
        own = None
    except checker.Refused as refusal:
        own = re.search(r"pass is ([-+.e0-9]+)$", str(refusal))
    assert bool(told) == bool(own), (message, own, stated, lines)
    if told:
        a, b = float(told[1]), float(own[1])
        assert abs(a - b) <= 1e-4 * max(abs(a), abs(b)) + 1e-9, (message, own, stated, lines)
    return bool(told)


def guess_is_refused(rng, tensors, stated):
    """Against a question that has a counterexample no tree is a proof."""
    network, problem = samples.safetensors(tensors), json.dumps(stated).encode()
    layers = checker.read_network(network)
    lines = samples.guesses(rng, layers, checker.Problem(problem, layers))
    write(network, problem, samples.join(network, problem, lines))
    assert said()[0] is None and said("--fast")[0] is None, (stated, lines)


def edge_is_refused(rng, tensors, stated):
    """Whether a leaf was found whose pass is nothing or, by the last digit of a constant, above: no rounding may close it.

    With one hidden layer no other choice for decided neurons is better than the obvious one.
    """
    network = samples.safetensors(tensors)
    layers = checker.read_network(network)
    if len(layers) > 2 or any(abs(weight) > 1e9 for layer in layers for row in layer.rows for weight in row.values()):
        return False
    case = rng.choice(stated["cases"])
    stated = {"cases": [case | {"conditions": [[case["conditions"][0][0]]]}]}
    proof = checker.Proof(layers, checker.Problem(json.dumps(stated).encode(), layers))
    region, lines = proof.region, [["layer", str(k + 1)] for k in range(len(layers) - 1)]
    state = {"z": [[(-math.inf, math.inf)] * len(layer.rows) for layer in layers[:-1]], "x": [region.lower, region.upper]}
    for line in lines:
        proof.adds(state, line)
    # Short numbers, which all take as they are; who knows less of the neurons may only say more.
    hints = {
        (k, r): Fraction(rng.randint(-64, 64), 64)
        for k, layer in enumerate(state["z"])
        for r, (low, high) in enumerate(layer)
        if low < 0 < high and layers[k].rectified[r]
    }
    words = [f"{k + 1}:{r + 1}={float(w).hex()}" for (k, r), w in hints.items()]
    try:
        total = proof.unwanted_total(state, region.unwanted[0][1], hints)
    except checker.Refused:
        return False
    constant = Fraction(stated["cases"][0]["conditions"][0][0]["constant"]) - total
    if abs(constant) > 1e300:
        return False
    nearest = float(constant)
    while Fraction(nearest) < constant:
        nearest = math.nextafter(nearest, math.inf)
    case = stated["cases"][0]
    case["conditions"][0][0] = case["conditions"][0][0] | {"constant": nearest}
    problem = json.dumps(stated).encode()
    ends = ["claim robust", "region 1", *map(" ".join, lines), "against 1", " ".join(["leaf", *words])]
    write(network, problem, samples.join(network, problem, ends))
    assert said()[0] is None and said("--fast")[0] is None, (stated, ends)
    return True


def main():
    rng = random.Random(seed)
    print("seed", seed)
    told, accepted = collections.Counter(), collections.Counter()
    pool = []
    for number in range(count // 10):
        tensors, stated, lines = samples.sample(rng)
        network, problem = samples.safetensors(tensors), json.dumps(stated).encode()
        own, other, message = verdicts(network, problem, samples.join(network, problem, lines))
        assert own == other == lines[0].split()[1], (number, own, other, message, stated, lines)
        told[own, stated.get("norm", "cases")] += 1
        pool.append((tensors, stated, lines))
    cases = [(tensors, stated) for tensors, stated, _ in pool if "cases" in stated]
    cases += [samples.cancelling(rng) for _ in cases]
    edges = sum(edge_is_refused(rng, *rng.choice(cases)) for _ in range(count // 5))
    open_questions = [(tensors, stated) for tensors, stated, lines in pool if lines[0] == "claim adversarial"]
    for _ in range(count // 4):
        guess_is_refused(rng, *rng.choice(open_questions))
    compared = sum(passes_agree(rng, *rng.choice(pool)[:2]) for _ in range(count // 5))
    for number in range(count):
        kind, tensors, stated, lines = forged(rng, *rng.choice(pool))
        network, problem = samples.safetensors(tensors), json.dumps(stated).encode()
        own, other, message = verdicts(network, problem, samples.join(network, problem, lines), asks_both=number % 4 > 0)
        if own is None:
            continue
        accepted[kind] += 1
        # The two round differently, so that one may refuse what is true; a claim that both accept is held against points.
        assert own == other or other is None and kind in ("weight", "sign", "size"), (number, kind, own, other, message, stated, lines)
        layers = checker.read_network(network)
        if own == "robust":
            found = samples.witness(rng, layers, checker.Problem(problem, layers), 40)
            assert found is None, (number, kind, found, stated, lines)
    print("true:", dict(told))
    print("exactly, and in Float64:", dict(+differing))
    print("passes compared:", compared, "edges:", edges)
    print("forged:", count, "of which still true:", dict(accepted))
    assert len(told) > 5 and sum(accepted.values()) < 0.6 * count and min(compared, edges) > count / 20


main()
