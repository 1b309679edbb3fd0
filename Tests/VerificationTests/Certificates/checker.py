"""Checks a certificate in fractions: the second reader of what `vnnlua help certificates` describes.

It is written for small networks and shares nothing with vnncheck but that page: every number is a fraction, the largest
value over a region is found by spending the budget greedily, and layers are written out as rows.

    checker.py NETWORK.safetensors PROBLEM.json CERTIFICATE     prints robust or adversarial, or fails with the reason
"""

import gzip
import hashlib
import itertools
import json
import math
import struct
import sys
from fractions import Fraction

INFINITY = math.inf


class Refused(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Refused(message)


def unique(pairs):
    expect(len({key for key, _ in pairs}) == len(pairs), "a name stands twice")
    return dict(pairs)


class Layer:
    """Rows of {input: weight}, biases, and which rows have a ReLU."""

    def __init__(self, rows, bias, rectified, inputs):
        self.rows, self.bias, self.rectified, self.inputs = rows, bias, rectified, inputs


def read_network(data):
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length], object_pairs_hook=unique)
    header.pop("__metadata__", None)

    def take(name):
        entry = header.pop(name, None)
        if entry is None:
            return None
        first, last = entry["data_offsets"]
        kind = {"F32": "f", "F64": "d", "I64": "q", "U8": "B"}[entry["dtype"]]
        count = math.prod(entry["shape"])
        values = struct.unpack(f"<{count}{kind}", data[8 + length + first : 8 + length + last])
        return entry["shape"], list(map(Fraction, values))

    layers = []
    while (weight := take(f"layers.{len(layers)}.weight")) is not None:
        name = f"layers.{len(layers)}"
        shape, values = weight
        bias, marks = take(f"{name}.bias")[1], take(f"{name}.rectified")
        if len(shape) == 2:
            rows = [dict(enumerate(values[r * shape[1] : (r + 1) * shape[1]])) for r in range(shape[0])]
            inputs = shape[1]
        elif len(shape) == 1:
            starts, columns = (list(map(int, take(f"{name}.{part}")[1])) for part in ("starts", "columns"))
            inputs = int(take(f"{name}.inputs")[1][0])
            rows = [dict(zip(columns[a:b], values[a:b])) for a, b in itertools.pairwise(starts)]
            parts = [columns[a:b] for a, b in itertools.pairwise(starts)]
            expect(all(a < b for part in parts for a, b in itertools.pairwise(part)), "columns out of order")
        else:
            rows, inputs = convolution(shape, values, lambda part: list(map(int, take(f"{name}.{part}")[1])))
        bias = [bias[r * len(bias) // len(rows)] for r in range(len(rows))]
        rectified = [True] * len(rows) if marks is None else [mark != 0 for mark in marks[1]]
        expect(not layers or len(layers[-1].rows) == inputs, "layers do not fit each other")
        layers.append(Layer(rows, bias, rectified, inputs))
    expect(layers and not header, "a tensor is missing or unknown")
    return layers


def convolution(shape, values, take):
    size, output, stride, dilation, padding = map(take, ("size", "output", "stride", "dilation", "padding"))
    groups, (filters, channels, *kernel) = take("groups")[0], shape
    rows = []
    for f in range(filters):
        first = f // (filters // groups) * channels
        for place in itertools.product(*map(range, output)):
            row, index = {}, f * channels * math.prod(kernel)
            for c in range(channels):
                for tap in itertools.product(*map(range, kernel)):
                    at = [p * s + t * d - q for p, s, t, d, q in zip(place, stride, tap, dilation, padding)]
                    if all(0 <= a < n for a, n in zip(at, size)):
                        element = 0
                        for a, n in zip(at, size):
                            element = element * n + a
                        row[(first + c) * math.prod(size) + element] = values[index]
                    index += 1
            rows.append(row)
    return rows, channels * groups * math.prod(size)


class Region:
    """A box, and the ball that it is cut with."""

    def __init__(self, stated, inputs, unwanted, is_plain):
        self.lower, self.upper = listed(stated["lower"], inputs), listed(stated["upper"], inputs)
        self.unwanted = unwanted
        self.norm = stated.get("norm", "box") if is_plain else stated["norm"]
        expect(self.norm in ("box", "linf", "l1", "l0", "l1_row_max"), "an unknown norm")
        if self.norm != "box":
            self.center, self.epsilon = listed(stated["input"], inputs), Fraction(float(stated["epsilon"]))
            self.width = inputs // stated["rows"] if self.norm == "l1_row_max" else 1

    @property
    def is_box(self):
        return self.norm in ("box", "linf")

    def distance(self, changes):
        sizes = list(map(abs, changes))
        if self.norm == "linf":
            return max(sizes)
        if self.norm == "l0":
            return sum(size != 0 for size in sizes)
        return sum(max(sizes[i : i + self.width]) for i in range(0, len(sizes), self.width))

    def contains(self, point):
        if not all(l <= x <= h for l, x, h in zip(self.lower, point, self.upper)):
            return False
        return self.norm == "box" or self.distance([x - c for x, c in zip(point, self.center)]) <= self.epsilon

    def support(self, c, least, most):
        """The largest c · x."""
        if self.norm == "box":
            return sum(a * (h if a > 0 else l) for a, l, h in zip(c, least, most))
        if self.norm == "linf":
            e = self.epsilon
            ends = [(max(l, x - e), min(h, x + e)) for x, l, h in zip(self.center, least, most)]
            return sum(a * (h if a > 0 else l) for a, (l, h) in zip(c, ends))
        rooms = [h - x if a > 0 else x - l for a, x, l, h in zip(c, self.center, least, most)]
        total = sum(a * x for a, x in zip(c, self.center))
        if self.norm == "l0":
            return total + sum(sorted((abs(a) * room for a, room in zip(c, rooms)), reverse=True)[: int(self.epsilon)])
        steps = []  # of every row: what a little more of the budget brings, and how long that lasts
        for first in range(0, len(c), self.width):
            group = sorted((rooms[i], abs(c[i])) for i in range(first, first + self.width))
            for place, (room, _) in enumerate(group):
                length = room - (group[place - 1][0] if place > 0 else 0)
                steps.append((sum(size for _, size in group[place:]), length))
        left = self.epsilon
        for slope, length in sorted(steps, reverse=True):
            total += slope * min(length, left)
            left -= min(length, left)
        return total


def listed(value, count):
    values = value if isinstance(value, list) else [value] * count
    expect(len(values) == count and all(map(math.isfinite, values)), "a list has another length")
    return [Fraction(float(v)) for v in values]


class Problem:
    """Regions with what is unwanted in each, and constraints."""

    def __init__(self, data, layers):
        stated = json.loads(data, object_pairs_hook=unique)
        inputs, outputs = layers[0].inputs, len(layers[-1].rows)
        self.strict = "cases" not in stated
        if self.strict:
            own, target = stated["class"], stated.get("target")
            unwanted = []
            for rival in range(1, outputs + 1):
                if (target or rival) == rival and (rival != own or outputs == 1):
                    row = [Fraction(o + 1 == rival) - Fraction(o + 1 == own and outputs > 1) for o in range(outputs)]
                    unwanted.append((rival, [(row, Fraction(0))]))
            self.regions = [Region(stated, inputs, unwanted, False)]
        else:
            self.regions = []
            for case in stated["cases"]:
                unwanted = [
                    (a + 1, [(listed(i["outputs"], outputs), Fraction(float(i["constant"]))) for i in alternative])
                    for a, alternative in enumerate(case["conditions"])
                ]
                self.regions.append(Region(case, inputs, unwanted, True))
        self.constraints = []
        for c in stated.get("constraints") or []:
            g, d, r = listed(c.get("inputs") or 0, inputs), listed(c.get("outputs") or 0, outputs), Fraction(float(c["right"]))
            if c["relation"] != ">=":
                self.constraints.append((g, d, r))
            if c["relation"] != "<=":
                self.constraints.append(([-x for x in g], [-x for x in d], -r))


class Proof:
    def __init__(self, layers, problem):
        self.layers, self.problem = layers, problem
        self.region = problem.regions[0] if problem.regions else None  # the one that is read
        self.trusts = False

    def numbers(self, k, v, state, hints, flat):
        """A number for every coefficient of the outputs of layer k, and what it adds to the constant."""
        chosen, constant = [], Fraction(0)
        for r, x in enumerate(v):
            low, high = state["z"][k][r]
            if not self.layers[k].rectified[r]:
                chosen.append(x)
                continue
            if flat == k:
                w = Fraction(0)
            elif (k, r) in hints:
                w = hints[k, r]
            elif high <= 0 or low >= 0:
                w = x if low >= 0 else Fraction(0)
            elif x > 0:
                w = Fraction(float(x * high / (high - low))) if high - low < INFINITY else x
            else:
                w = x if high > -low else Fraction(0)
            chosen.append(w)
            # Where nothing is lost, bounds may be infinite.
            if not (w == x and (low >= 0 or x == 0) or w == 0 and low <= 0 and (high <= 0 or x <= 0)):
                expect(-INFINITY < low and high < INFINITY, "a neuron without bounds")
                ends = [low, high] + [Fraction(0)] * (low <= 0 <= high)
                constant += max(x * max(z, 0) - w * z for z in ends)
        return chosen, constant

    def bound(self, top, w, state, hints=None, flat=None, inputs=None):
        """The largest w · z + inputs · x, z being the preactivations of layer `top`."""
        total = Fraction(0)
        for k in range(top, -1, -1):
            layer = self.layers[k]
            total += sum(a * b for a, b in zip(w, layer.bias))
            v = [Fraction(0)] * layer.inputs
            for a, row in zip(w, layer.rows):
                for column, weight in row.items() if a else ():
                    v[column] += a * weight
            if k > 0:
                w, constant = self.numbers(k - 1, v, state, hints or {}, flat)
                total += constant
        if inputs:
            v = [a + b for a, b in zip(v, inputs)]
        return total + self.region.support(v, *state["x"])

    def tighten(self, state, k, r, signs, hints=None, flats=(None,)):
        for sign in signs:
            w = [Fraction(sign * (i == r)) for i in range(len(self.layers[k].rows))]
            for flat in flats:
                try:
                    most = self.bound(k, w, state, hints, flat)
                except Refused:
                    continue
                low, high = state["z"][k][r]
                state["z"][k][r] = (low, min(high, most)) if sign > 0 else (max(low, -most), high)

    def is_empty(self, state):
        pairs = [pair for layer in state["z"] for pair in layer] + list(zip(*state["x"]))
        return any(low > high for low, high in pairs)

    def hints(self, words, unwanted=()):
        numbers = {}
        for word in words:
            key, _, value = word.partition("=")
            kind, _, place = key.partition(":")
            expect(place.isdigit() and int(place) > 0, "a key without a place")
            x = Fraction(number(value))
            if kind in ("a", "c"):
                most = len(unwanted) if kind == "a" else len(self.problem.constraints)
                expect(x >= 0 and int(place) <= most and unwanted, "a weight that is none")
                numbers[kind, int(place) - 1] = x
            else:
                k, r = position(kind, len(self.layers) - 1), position(place, INFINITY)
                expect(r < len(self.layers[k].rows) and self.layers[k].rectified[r], "a number for no ReLU")
                numbers[k, r] = x
        return numbers

    def adds(self, state, line):
        """Whether the line says which bounds to work out."""
        if line[0] not in ("layer", "upper", "lower"):
            return False
        k = position(line[1], len(self.layers) - 1)
        if line[0] != "layer":
            r = position(line[2], len(self.layers[k].rows))
            self.tighten(state, k, r, [1 if line[0] == "upper" else -1], self.hints(line[3:]))
            return True
        for r, is_rectified in enumerate(self.layers[k].rectified):
            low, high = state["z"][k][r]
            if not self.is_empty(state) and (low < 0 < high if is_rectified else high == INFINITY):
                self.tighten(state, k, r, [1, -1], flats=(None, k - 1))
        return True

    def leaf(self, state, unwanted, words):
        given = self.hints(words, unwanted)
        if not self.is_empty(state):
            total = self.unwanted_total(state, unwanted, given)
            expect(total < 0, f"a leaf's pass is {float(total):g}")

    def unwanted_total(self, state, unwanted, given):
        """What the sum of what is unwanted, and of what constraints leave, does not exceed."""
        weights = [given.get(("a", i), Fraction(len(unwanted) == 1)) for i in range(len(unwanted))]
        limits = [given.get(("c", i), Fraction(0)) for i in range(len(self.problem.constraints))]
        start = [Fraction(0)] * len(self.layers[-1].rows)
        inputs = [Fraction(0)] * self.layers[0].inputs
        total = Fraction(0)
        for weight, (row, constant) in zip(weights, unwanted):
            total += weight * constant
            start = [a + weight * b for a, b in zip(start, row)]
        for weight, (g, d, right) in zip(limits, self.problem.constraints):
            total += weight * right
            start = [a - weight * b for a, b in zip(start, d)]
            inputs = [a - weight * b for a, b in zip(inputs, g)]
        return total + self.bound(len(self.layers) - 1, start, state, given, inputs=inputs)

    def tree(self, lines, state, unwanted):
        line = next(lines, None)
        while line and self.adds(state, line):
            line = next(lines, None)
        expect(line, "the tree is not finished")
        if line[0] == "leaf":
            return self.leaf(state, unwanted, line[1:])
        if line[0] == "trusted":
            self.trusts = True
            return None
        expect(line[0] == "split" and line[1] in ("x", "z"), f"a line {line[0]} where none belongs")
        at = Fraction(number(line[-1]))
        for is_second in (False, True):
            part = {"z": [list(layer) for layer in state["z"]], "x": [list(side) for side in state["x"]]}
            if line[1] == "x":
                expect(self.region.is_box and len(line) == 4, "a split that is none")
                i, side = position(line[2], self.layers[0].inputs), part["x"]
                side[not is_second][i] = max(side[0][i], at) if is_second else min(side[1][i], at)
            else:
                expect(len(line) == 5, "a split that is none")
                k = position(line[2], len(self.layers) - 1)
                r = position(line[3], len(self.layers[k].rows))
                low, high = part["z"][k][r]
                part["z"][k][r] = (max(low, at), high) if is_second else (low, min(high, at))
            self.tree(lines, part, unwanted)

    def read(self, lines):
        for number_, self.region in enumerate(self.problem.regions):
            lower, upper = self.region.lower, self.region.upper
            expect(next(lines, None) == ["region", str(number_ + 1)], "expected the next region")
            base = {"z": [[(-INFINITY, INFINITY)] * len(l.rows) for l in self.layers[:-1]], "x": [lower, upper]}
            line = ["region"]
            for place, (name, alternative) in enumerate(self.region.unwanted):
                line = next(lines, None)
                while place == 0 and line and self.adds(base, line):
                    line = next(lines, None)
                expect(line == ["against", str(name)], "expected the next alternative")
                state = {"z": [list(layer) for layer in base["z"]], "x": [list(side) for side in base["x"]]}
                self.tree(lines, state, alternative)


def number(text):
    try:
        x = float.fromhex(text) if "x" in text.lower() else float(text)
    except ValueError:
        raise Refused(f"{text} is no number") from None
    expect(math.isfinite(x), f"{text} is not finite")
    return x


def position(text, most):
    expect(text.isdigit() and 1 <= int(text) <= most, f"{text} is no position")
    return int(text) - 1


def check_witness(layers, problem, words):
    point = [Fraction(number(word)) for word in words]
    expect(len(point) == layers[0].inputs, "an input of another length")
    values = point
    for k, layer in enumerate(layers):
        values = [b + sum(w * values[i] for i, w in row.items()) for row, b in zip(layer.rows, layer.bias)]
        if k + 1 < len(layers):
            values = [max(z, 0) if is_rectified else z for z, is_rectified in zip(values, layer.rectified)]

    def value(row, constant, of):
        return constant + sum(a * b for a, b in zip(row, of))

    expect(all(value(g, value(d, -r, values), point) <= 0 for g, d, r in problem.constraints), "a constraint is not met")
    for region in problem.regions:
        for _, alternative in region.unwanted if region.contains(point) else ():
            results = [value(row, constant, values) for row, constant in alternative]
            if all(result > 0 if problem.strict else result >= 0 for result in results):
                return
    raise Refused("the input is no counterexample")


def check(network, problem, certificate):
    """The claim of a certificate, all three as bytes, and whether it rests on a trusted part.

    Raises Refused where it does not prove its claim.
    """
    layers = read_network(network)
    text = gzip.decompress(certificate) if certificate[:2] == b"\x1f\x8b" else certificate
    lines = iter([words for line in text.decode().splitlines() if (words := line.partition("#")[0].split())])
    expect(next(lines, None) == ["vnn-certificate", "1"], "expected vnn-certificate 1")
    expect(next(lines, None) == ["network", hashlib.sha256(network).hexdigest()], "expected another network")
    expect(next(lines, None) == ["problem", hashlib.sha256(problem).hexdigest()], "expected another problem")
    stated = Problem(problem, layers)
    claim = next(lines, None)
    proof = Proof(layers, stated)
    if claim == ["claim", "adversarial"]:
        line = next(lines, None)
        expect(line and line[0] == "input", "expected an input")
        check_witness(layers, stated, line[1:])
    else:
        expect(claim == ["claim", "robust"], "expected a claim")
        proof.read(lines)
    expect(next(lines, None) is None, "expected the end")
    return claim[1], proof.trusts


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    contents = [open(path, "rb").read() for path in sys.argv[1:4]]
    try:
        claim, trusts = check(*contents)
    except Refused as refusal:
        sys.exit(f"checker: {refusal}")
    print(claim)
    sys.exit(3 if trusts else 0)
