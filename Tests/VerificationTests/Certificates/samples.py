"""Random small networks and problems with certificates, written by a plain search on top of the checker in fractions."""

import hashlib
import json
import random
import struct
from fractions import Fraction

import checker


def safetensors(tensors):
    """The bytes of a file of {name: (type, shape, values)}."""
    header, body = {"__metadata__": {"architecture": "random", "network_format": "2"}}, b""
    for name, (kind, shape, values) in tensors.items():
        part = struct.pack(f"<{len(values)}{ {'F32': 'f', 'F64': 'd', 'I64': 'q', 'U8': 'B'}[kind]}", *values)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(part)]}
        body += part
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def network(rng, inputs, outputs):
    """Two to four layers of every kind, with quarters, tenths or numbers of very different size as weights."""
    kind, spread = rng.choice(["F32", "F64"]), rng.choice(["quarters", "tenths", "tenths", "wild"])

    def weight():
        if spread == "quarters":
            return rng.randint(-6, 6) / 4
        return rng.gauss(0, 1) * (10 ** rng.uniform(-12, 0.5) if spread == "wild" else 1)

    tensors, width = {}, inputs
    for k in range(depth := rng.randint(2, 4)):
        name, is_last = f"layers.{k}", k + 1 == depth
        rows = outputs if is_last else rng.randint(2, 5)
        form = "dense" if is_last else rng.choice(["dense", "dense", "sparse", "convolution"])
        if form == "convolution":
            size, filters, padding = rng.choice([1, 2, 3]), rng.randint(1, 2), rng.randint(0, 1)
            size = min(size, width + 2 * padding)
            places = width + 2 * padding - size + 1
            rows = filters * places
            tensors[f"{name}.weight"] = (kind, [filters, 1, size], [weight() for _ in range(filters * size)])
            geometry = {"size": width, "output": places, "stride": 1, "dilation": 1, "padding": padding, "groups": 1}
            tensors |= {f"{name}.{part}": ("I64", [1], [value]) for part, value in geometry.items()}
            tensors[f"{name}.bias"] = (kind, [filters], [weight() for _ in range(filters)])
        elif form == "sparse":
            columns = [sorted(rng.sample(range(width), rng.randint(0, width))) for _ in range(rows)]
            starts = [sum(map(len, columns[:r])) for r in range(rows + 1)]
            flat = sum(columns, [])
            tensors[f"{name}.weight"] = (kind, [len(flat)], [weight() for _ in flat])
            tensors |= {f"{name}.starts": ("I64", [rows + 1], starts), f"{name}.columns": ("I64", [len(flat)], flat)}
            tensors[f"{name}.inputs"] = ("I64", [1], [width])
            tensors[f"{name}.bias"] = (kind, [rows], [weight() for _ in range(rows)])
        else:
            tensors[f"{name}.weight"] = (kind, [rows, width], [weight() for _ in range(rows * width)])
            tensors[f"{name}.bias"] = (kind, [rows], [weight() for _ in range(rows)])
        if not is_last and rng.random() < 0.4:
            tensors[f"{name}.rectified"] = ("U8", [rows], [rng.randint(0, 1) for _ in range(rows)])
        width = rows
    return tensors


def problem(rng, inputs, outputs):
    """A problem of classes in any norm, or one of several boxes and conditions; sometimes with constraints."""

    def box(radius):
        middle = [rng.uniform(-1, 1) for _ in range(inputs)]
        return [x - radius * rng.random() for x in middle], [x + radius * rng.random() for x in middle], middle

    def ball(middle):
        norm = rng.choice(["box", "linf", "l1", "l0", "l1_row_max"])
        epsilon = rng.randint(0, inputs) if norm == "l0" else rng.uniform(0, 1)
        return {"input": middle, "norm": norm, "epsilon": epsilon, "rows": inputs // 2}

    if rng.random() < 0.3:

        def condition():
            return {"outputs": [rng.randint(-2, 2) / 2 for _ in range(outputs)], "constant": rng.uniform(-4, 1)}

        cases = []
        for _ in range(rng.randint(1, 2)):
            lower, upper, middle = box(0.4)
            conditions = [[condition() for _ in range(rng.randint(1, 2))] for _ in range(rng.randint(1, 2))]
            cases.append({"lower": lower, "upper": upper, "conditions": conditions})
            if rng.random() < 0.4:
                cases[-1] |= ball(middle)
        stated = {"cases": cases}
    else:
        lower, upper, middle = box(1)
        own = rng.randint(1, outputs)
        stated = {"lower": lower, "upper": upper, "class": own} | ball(middle)
        if outputs > 1 and rng.random() < 0.5:
            stated["target"] = rng.choice([o for o in range(1, outputs + 1) if o != own])
    if rng.random() < 0.3:
        stated["constraints"] = [
            {
                "inputs": [rng.randint(-2, 2) / 2 for _ in range(inputs)],
                "outputs": [rng.randint(-1, 1) for _ in range(outputs)] if rng.random() < 0.5 else None,
                "relation": rng.choice(["<=", ">=", "=="]),
                "right": rng.uniform(-1, 1),
            }
        ]
    return stated


def points(rng, layers, stated, count):
    """Random points of the regions, corners and the centre among them, as Float64."""
    for _ in range(count):
        region = rng.choice(stated.regions)
        least, most = list(map(float, region.lower)), list(map(float, region.upper))
        x = [rng.choice([l, h, rng.uniform(l, h)]) for l, h in zip(least, most)]
        if region.norm != "box":
            center, share = list(map(float, region.center)), rng.random()
            if region.norm == "l0":
                kept = set(rng.sample(range(len(x)), min(int(region.epsilon), len(x))))
                x = [a if i in kept else c for i, (a, c) in enumerate(zip(x, center))]
            else:
                far = float(region.distance([Fraction(a) - Fraction(c) for a, c in zip(x, center)]))
                share = min(1, float(region.epsilon) / far * rng.choice([1 - 1e-12, share])) if far > 0 else 1
                x = [c + share * (a - c) for a, c in zip(x, center)]
        yield x


def witness(rng, layers, stated, count=60):
    """A counterexample, as words of its line; None where none of some random points is one."""
    for x in points(rng, layers, stated, count):
        words = [v.hex() for v in x]
        try:
            checker.check_witness(layers, stated, words)
            return words
        except checker.Refused:
            pass
    return None


def tree(rng, proof, state, unwanted, depth):
    """Lines that prove the alternative under what is known; None where that takes too many splits."""
    lines = []
    for _ in range(3):
        words = [
            f"{k + 1}:{r + 1}={rng.uniform(-1, 1).hex()}"
            for k, layer in enumerate(proof.layers[:-1])
            for r, is_rectified in enumerate(layer.rectified)
            if is_rectified and rng.random() < 0.2
        ] * (rng.random() < 0.5)
        if len(unwanted) > 1:
            share = rng.choice([0.0, 0.5, rng.random(), 1.0])
            words += [f"a:1={share.hex()}", f"a:2={(1 - share).hex()}"]
        if rng.random() < 0.5:
            words += [f"c:{i + 1}={rng.expovariate(1).hex()}" for i in range(len(proof.problem.constraints))]
        try:
            proof.leaf(state, unwanted, words)
            return lines + [" ".join(["leaf", *words])]
        except checker.Refused:
            pass
    if depth == 0:
        return None
    open_ = [
        (k, r)
        for k, layer in enumerate(state["z"])
        for r, (low, high) in enumerate(layer)
        if low < 0 < high and proof.layers[k].rectified[r]
    ]
    splits_input = proof.region.is_box and rng.random() < 0.5 or not open_
    if splits_input and not proof.region.is_box:
        return None
    if splits_input:
        i = max(range(len(state["x"][0])), key=lambda i: state["x"][1][i] - state["x"][0][i])
        at = float(state["x"][0][i] + state["x"][1][i]) / 2
        lines.append(f"split x {i + 1} {at.hex()}")
    else:
        k, r = rng.choice(open_)
        at = 0.0
        lines.append(f"split z {k + 1} {r + 1} {at.hex()}")
    for is_second in (False, True):
        part = {"z": [list(layer) for layer in state["z"]], "x": [list(side) for side in state["x"]]}
        if splits_input:
            part["x"][not is_second][i] = Fraction(at)
        else:
            low, high = part["z"][k][r]
            part["z"][k][r] = (Fraction(0), high) if is_second else (low, Fraction(0))
        for layer in range(len(proof.layers) - 1):
            if splits_input or layer > k:
                lines.append(f"layer {layer + 1}")
                proof.adds(part, lines[-1].split())
        below = tree(rng, proof, part, unwanted, depth - 1)
        if below is None:
            return None
        lines += below
    return lines


def certificate(rng, layers, stated):
    """The lines after the digests, for whatever can be shown; None where that is nothing."""
    words = witness(rng, layers, stated)
    if words:
        return ["claim adversarial", " ".join(["input", *words])]
    proof, lines = checker.Proof(layers, stated), ["claim robust"]
    for number, proof.region in enumerate(stated.regions):
        lines.append(f"region {number + 1}")
        infinite = (-checker.INFINITY, checker.INFINITY)
        state = {"z": [[infinite] * len(layer.rows) for layer in layers[:-1]], "x": [proof.region.lower, proof.region.upper]}
        known = [f"layer {k + 1}" for k in range(len(layers) - 1)]
        if rng.random() < 0.3:
            k = rng.randrange(len(layers) - 1)
            known.append(f"{rng.choice(['upper', 'lower'])} {k + 1} {rng.randint(1, len(layers[k].rows))}")
        for line in known:
            proof.adds(state, line.split())
        lines += known
        for name, alternative in proof.region.unwanted:
            lines.append(f"against {name}")
            below = tree(rng, proof, state, alternative, 4)
            if below is None:
                return None
            lines += below
    return lines


def guesses(rng, layers, stated):
    """Lines that claim robustness whatever the truth is, with splits at random and at the ends of the world."""

    def grow(region, unwanted, depth):
        if depth == 0 or rng.random() < 0.3:
            words = [f"a:{i + 1}={rng.random().hex()}" for i in range(len(unwanted)) if len(unwanted) > 1]
            return [" ".join(["leaf", *words])]
        k = rng.randrange(len(layers) - 1)
        place = f"x {rng.randint(1, layers[0].inputs)}" if region.is_box and rng.random() < 0.5 else ""
        place = place or f"z {k + 1} {rng.randint(1, len(layers[k].rows))}"
        parts = [grow(region, unwanted, depth - 1) for _ in range(2)]
        return [f"split {place} {rng.choice([1e9, -1e9, 0.0, rng.gauss(0, 1)]).hex()}", *parts[0], *parts[1]]

    lines = ["claim robust"]
    for number, region in enumerate(stated.regions):
        lines += [f"region {number + 1}", *(f"layer {k + 1}" for k in range(len(layers) - 1))]
        for name, unwanted in region.unwanted:
            lines += [f"against {name}", *grow(region, unwanted, 3)]
    return lines


def cancelling(rng):
    """Tensors of a network whose large numbers cancel, and a property; over its box all neurons are active."""
    large, row = 2.0 ** rng.randint(8, 24) * rng.uniform(1, 2), [rng.uniform(1, 2) for _ in range(2)]
    if rng.random() < 0.5:
        rows, bias, last = [row, [x + rng.gauss(0, 1) / large for x in row]], [0.0, 0.0], [large, -large]
    else:
        last = [rng.uniform(1, 2), -rng.uniform(1, 2)]
        rows, bias = [[x / large for x in row]] * 2, [large, -large * last[0] / last[1]]
    tensors = {
        "layers.0.weight": ("F64", [2, 2], rows[0] + rows[1]),
        "layers.0.bias": ("F64", [2], bias),
        "layers.1.weight": ("F64", [1, 2], last),
        "layers.1.bias": ("F64", [1], [0.0]),
    }
    return tensors, {"cases": [{"lower": 1, "upper": 2, "conditions": [[{"outputs": [1.0], "constant": 0.0}]]}]}


def join(network_bytes, problem_bytes, lines):
    """The certificate's bytes."""
    digests = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in (("network", network_bytes), ("problem", problem_bytes))]
    return ("\n".join(["vnn-certificate 1", *digests, *lines]) + "\n").encode()


def sample(rng):
    """Tensors, the problem as a table, and lines of a certificate for them."""
    while True:
        inputs, outputs = rng.choice([2, 4]), rng.randint(1, 3)
        tensors, stated = network(rng, inputs, outputs), problem(rng, inputs, outputs)
        if "class" in stated and outputs == 1:
            stated["class"] = 1
        layers = checker.read_network(safetensors(tensors))
        lines = certificate(rng, layers, checker.Problem(json.dumps(stated).encode(), layers))
        if lines:
            return tensors, stated, lines
