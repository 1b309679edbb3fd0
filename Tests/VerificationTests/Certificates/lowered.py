"""Whether a certificate's files state what an ONNX file and a property state: the second reader of these two.

    lowered.py NETWORK.onnx PROPERTY.vnnlib CERTIFICATE.network.safetensors CERTIFICATE.problem.json [SEED]

The property is evaluated as it stands at points inside the boxes, on their faces and just outside, with outputs at random
and with ties; the network is compared with ONNX Runtime. Strict inequalities may have become their closures.
"""

import gzip
import math
import operator
import random
import re
import sys

import checker
import numpy
import onnxruntime


def content(path):
    data = open(path, "rb").read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def parse(text):
    """The assertions of a VNN-LIB file, as nested lists."""
    stack = [[]]
    for word in re.findall(r"[()]|[^\s()]+", re.sub(r";[^\n]*", "", text)):
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(word)
    return [form[1] for form in stack[0] if form[0] == "assert"]


RELATIONS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "==": operator.eq, "=": operator.eq}


def value(form, x, y):
    """A formula's truth, or a term's value."""
    if isinstance(form, str):
        name, _, place = form.partition("_")
        return {"X": x, "Y": y}[name][int(place)] if name in ("X", "Y") else float(form)
    parts = [value(part, x, y) for part in form[1:]]
    if form[0] in ("and", "or"):
        return (all if form[0] == "and" else any)(parts)
    if form[0] in RELATIONS:
        return RELATIONS[form[0]](*parts)
    return {"abs": lambda p: abs(p[0]), "+": sum, "*": math.prod, "-": lambda p: -p[0] if len(p) == 1 else p[0] - sum(p[1:])}[form[0]](parts)


def lowered_value(stated, x, y):
    """Whether some region has x, and one of its conditions holds for y."""
    return any(
        region.contains(list(map(checker.Fraction, x)))
        and any(
            all(sum(float(a) * b for a, b in zip(row, y)) + float(constant) >= 0 for row, constant in alternative)
            for _, alternative in region.unwanted
        )
        for region in stated.regions
    )


def points(rng, stated):
    """Points of every region, on its faces, and just outside."""
    for region in stated.regions:
        lower, upper = list(map(float, region.lower)), list(map(float, region.upper))
        for i in [None, *rng.sample(range(len(lower)), min(8, len(lower)))]:
            x = [rng.uniform(a, b) for a, b in zip(lower, upper)]
            yield x
            if region.norm != "box":  # just inside the ball, and just outside
                center = list(map(float, region.center))
                far = float(region.distance([checker.Fraction(a) - checker.Fraction(c) for a, c in zip(x, center)]))
                for share in (1 - 1e-9, 1 + 1e-9):
                    yield [c + share * float(region.epsilon) / far * (a - c) for a, c in zip(x, center)]
            for end in [lower, upper] if i is not None else []:
                for at in (end[i], math.nextafter(end[i], -math.inf), math.nextafter(end[i], math.inf)):
                    yield [*x[:i], at, *x[i + 1 :]]


def main(network_file, property_file, lowered_network, lowered_problem, seed="1"):
    rng = random.Random(int(seed))
    layers = checker.read_network(content(lowered_network))
    stated, formulas = checker.Problem(content(lowered_problem), layers), parse(content(property_file).decode())
    is_strict = "(< " in (text := content(property_file).decode()) or "(> " in text
    outputs, seen = len(layers[-1].rows), set()
    for x in points(rng, stated):
        for _ in range(8):
            y = [rng.gauss(0, 10 ** rng.uniform(-3, 3)) for _ in range(outputs)]
            for _ in range(rng.randint(0, 2)):
                y[rng.randrange(outputs)] = y[rng.randrange(outputs)]
            meant, said = all(value(f, x, y) for f in formulas), lowered_value(stated, x, y)
            assert meant == said or said and is_strict, ("the two differ", x, y, meant, said)
            seen.add(meant)
    assert seen == {True, False}, "no point met the property, or all did"
    session = onnxruntime.InferenceSession(content(network_file))
    entry = session.get_inputs()[0]
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in entry.shape]
    rows = [numpy.zeros((len(layer.rows), layer.inputs)) for layer in layers]
    for matrix, layer in zip(rows, layers):
        for r, row in enumerate(layer.rows):
            for column, weight in row.items():
                matrix[r, column] = float(weight)
    worst = 0.0
    for region in stated.regions:
        for _ in range(20):
            x = numpy.array([rng.choice([float(a), float(b), rng.uniform(float(a), float(b))]) for a, b in zip(region.lower, region.upper)])
            theirs, own = session.run(None, {entry.name: x.astype(numpy.float32).reshape(shape)})[0].ravel(), x
            for k, (matrix, layer) in enumerate(zip(rows, layers)):
                own = matrix @ own + numpy.array(list(map(float, layer.bias)))
                if k + 1 < len(layers):
                    own = numpy.where(layer.rectified, numpy.maximum(own, 0), own)
            worst = max(worst, float(abs(own - theirs).max() / max(1.0, abs(own).max())))
    assert worst < 1e-4, ("outputs differ", worst)
    print(f"the same: {len(stated.regions)} regions, outputs differ by {worst:.1g}")


main(*sys.argv[1:])
