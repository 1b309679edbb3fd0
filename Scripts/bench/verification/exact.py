"""Random problems whose answers are known exactly, and the judge of verdicts about them; for exact.lua.

exact.py make FIRST COUNT       prints a problem for each seed, as lines of JSON
exact.py judge PROBLEMS ANSWERS prints what is wrong with lines of {"seed", "verdict", "seconds", "input"}, and tables;
                                ends with 1 where anything is wrong

All numbers of a problem are multiples of powers of two, so that fractions say what a network of such numbers does. The
region is a polytope, or a few of them, and is cut along the zero lines of one neuron after the other into cells on which
the network is affine: an affine function is largest in a corner. Corners of a cut lie on the edges that it meets, and two
corners share an edge where no third one lies on all facets that both lie on (double description method, Motzkin and
others 1953; Fukuda and Prodon, 1996).
"""
import collections, itertools, json, random, sys
from fractions import Fraction


# A corner is (the facets that it lies on as bits, its inputs, the values of the layer that was reached).


def cut(corners, values, facet, dimension):
    """The parts of a polytope where `values`, one for each corner, are at least and at most 0."""
    at_least, at_most = [], []
    for corner, value in zip(corners, values):
        if value == 0:
            corner = (corner[0] | facet, *corner[1:])
        if value >= 0:
            at_least.append(corner)
        if value <= 0:
            at_most.append(corner)
    above = [pair for pair in zip(corners, values) if pair[1] > 0]
    below = [pair for pair in zip(corners, values) if pair[1] < 0]
    for (high, upper), (low, lower) in itertools.product(above, below):
        common = high[0] & low[0]
        if common.bit_count() < dimension - 1:
            continue
        if any(other[0] & common == common for other in corners if other is not high and other is not low):
            continue
        share = upper / (upper - lower)
        between = (common | facet, *([a + share * (b - a) for a, b in zip(high[k], low[k])] for k in (1, 2)))
        at_least.append(between)
        at_most.append(between)
    return at_least, at_most


def box(lower, upper):
    """The corners of a box, whose facets are the first bits."""
    corners = []
    for ends in itertools.product(*((0, 1) if low < high else (0,) for low, high in zip(lower, upper))):
        point = [Fraction((lower, upper)[end][i]) for i, end in enumerate(ends)]
        corners.append((sum(1 << (2 * i + end) for i, end in enumerate(ends)), point, []))
    return corners


def changes(problem):
    """Signs s of rows so that s · (x - x0) <= epsilon for all of them is the norm's ball."""
    count, rows = len(problem["input"]), problem.get("rows")
    if problem["norm"] == "linf":
        return [[sign if i == j else 0 for i in range(count)] for j in range(count) for sign in (1, -1)]
    if problem["norm"] == "l1":
        return list(itertools.product((1, -1), repeat=count))
    width = count // rows
    choices = [(place, sign) for place in range(width) for sign in (1, -1)]
    chosen = itertools.product(choices, repeat=rows)
    return [[pick[i // width][1] if i % width == pick[i // width][0] else 0 for i in range(count)] for pick in chosen]


def region(problem):
    """The polytopes that make up the region, and the next facet."""
    count = len(problem["layers"][0]["weight"][0])
    facet = 1 << 2 * count
    if "boxes" in problem:
        return [box(ends["lower"], ends["upper"]) for ends in problem["boxes"]], facet
    lower, upper, center = problem["lower"], problem["upper"], problem["input"]
    if problem["norm"] == "l0":
        free = itertools.combinations(range(count), min(problem["epsilon"], count))
        ends = [[[side[i] if i in some else center[i] for i in range(count)] for side in (lower, upper)] for some in free]
        return [box(*pair) for pair in ends], facet
    corners = box(lower, upper)
    for signs in changes(problem) if problem["norm"] != "box" else []:
        far = [Fraction(problem["epsilon"]) - sum(s * (x - Fraction(c)) for s, x, c in zip(signs, corner[1], center))
               for corner in corners]
        corners, facet = cut(corners, far, facet, count)[0], facet << 1
    return [corners], facet


def affine(layer, values):
    return [sum((Fraction(w) * v for w, v in zip(row, values) if w), Fraction(b))
            for row, b in zip(layer["weight"], layer["bias"])]


def margins(problem, outputs):
    """Lists of numbers: the margin is the largest of the least of each."""
    if "condition" in problem:
        return [[outputs[0] - outputs[other - 1] for other in some] for some in problem["condition"]]
    kind = problem["class"] - 1
    rivals = [problem["target"] - 1] if "target" in problem else [i for i in range(len(outputs)) if i != kind]
    return [[outputs[rival] - outputs[kind]] for rival in rivals]


def extremes(problem):
    """The largest margin over the region, a small one, and the size of the outputs."""
    polytopes, facet = region(problem)
    dimension = len(polytopes[0][0][1])
    cells = [[(facets, point, point) for facets, point, _ in corners] for corners in polytopes]
    hidden, last = problem["layers"][:-1], problem["layers"][-1]
    for layer in hidden:
        cells = [[(facets, point, affine(layer, values)) for facets, point, values in cell] for cell in cells]
        for neuron in range(len(layer["bias"])):
            parts = []
            for cell in cells:
                values = [corner[2][neuron] for corner in cell]
                on, off = (cell, []) if min(values) >= 0 else ([], cell)
                if min(values) < 0 < max(values):
                    on, off = cut(cell, values, facet, dimension)
                off = [(facets, point, [0 if i == neuron else v for i, v in enumerate(values)])
                       for facets, point, values in off]
                parts += [part for part in (on, off) if part]
            cells, facet = parts, facet << 1
    largest, smallest, size = None, None, 0
    for cell in cells:
        cell = [(facets, point, affine(last, values)) for facets, point, values in cell]
        size = max(size, *(abs(value) for corner in cell for value in corner[2]))
        for which, some in enumerate(margins(problem, cell[0][2])):
            # Where one of them is the least, it is affine.
            for place in range(len(some)):
                part = cell
                for other in range(len(some)):
                    if part and other != place:
                        rows = [margins(problem, corner[2])[which] for corner in part]
                        part = cut(part, [row[other] - row[place] for row in rows], facet, dimension)[0]
                        facet <<= 1
                for corner in part:
                    value = margins(problem, corner[2])[which][place]
                    largest = value if largest is None else max(largest, value)
                    smallest = value if smallest is None else min(smallest, value)
    return largest, smallest, size


def draw(dice):
    """A problem."""
    inputs = dice.choices((1, 2, 3, 4), (20, 45, 25, 10))[0]
    left = {1: 32, 2: 24, 3: 14, 4: 10}[inputs]
    widths = []
    for _ in range(dice.randint(1, 4)):
        narrow = not widths and dice.random() < 0.4
        width = min(dice.randint(1, 2) if narrow else dice.randint(2, 8), left)
        if width:
            widths.append(width)
            left -= width
    outputs = dice.randint(2, 3)

    def layer(before, after):
        size, unit = dice.choice((2, 4, 12)), dice.choice([0.25] * 8 + [2.0**-20, 2.0**20])
        weight = [[dice.randint(-size, size) * unit * (dice.random() < 0.85) for _ in range(before)]
                  for _ in range(after)]
        bias = [dice.randint(-size, size) * unit for _ in range(after)]
        if after > 1 and dice.random() < 0.2:
            # Neurons that do the same, or the opposite.
            sign = dice.choice((1, -1))
            weight[1], bias[1] = [sign * w for w in weight[0]], sign * bias[0]
        return {"weight": weight, "bias": bias}

    def bounds():
        lower = [dice.randint(-8, 4) / 4 for _ in range(inputs)]
        return lower, [low + dice.choice((0, 1, 2, 3, 4, 6, 8, 8)) / 4 for low in lower]

    sizes = [inputs, *widths, outputs]
    problem = {"layers": [layer(*pair) for pair in zip(sizes, sizes[1:])]}
    norms = ["l1", "linf", "l0", "box", "boxes"] + ["l1_row_max"] * (inputs % 2 == 0)
    norm = dice.choice(norms)
    if norm == "boxes":
        problem["boxes"] = [dict(zip(("lower", "upper"), bounds())) for _ in range(dice.randint(1, 3))]
        others = range(2, outputs + 1)
        problem["condition"] = dice.choice(([[2]], [[other] for other in others], [list(others)]))
    else:
        lower, upper = bounds()
        center = [dice.randint(int(4 * low), int(4 * high)) / 4 for low, high in zip(lower, upper)]
        problem.update(norm=norm, lower=lower, upper=upper, input=center)
        problem["class"] = dice.randint(1, outputs)
        if dice.random() < 0.5:
            problem["target"] = dice.choice([kind for kind in range(1, outputs + 1) if kind != problem["class"]])
        if norm == "l1_row_max":
            problem["rows"] = dice.choice((1, inputs // 2, inputs))
        if norm != "box":
            problem["epsilon"] = dice.randint(0, inputs) if norm == "l0" else dice.choice((0, 1, 2, 3, 4, 8)) / 4
    return problem


def make(first, count):
    for seed in range(first, first + count):
        dice = random.Random(seed)
        while True:
            problem = draw(dice)
            largest, smallest, size = extremes(problem)
            # Few networks are to be constant on the region.
            if largest > smallest or dice.random() < 0.05:
                break
        # By how much the margin is to differ from 0, as a share of what it varies.
        distance = dice.choice((0, 0, 1e-12, 1e-9, 1e-6, 3e-6, 1e-5, 1e-4, 3e-4, 3e-4, 1e-3, 1e-3, 1e-2, 1e-2, 0.1, 0.1))
        wanted = Fraction(distance * dice.choice((1, -1))) * (largest - smallest or 1)
        # One output moves against all that it is compared with.
        kind, sign = (0, -1) if "boxes" in problem else (problem["class"] - 1, 1)
        bias = problem["layers"][-1]["bias"]
        moved = float(Fraction(bias[kind]) + sign * (largest - wanted))
        change = Fraction(moved) - Fraction(bias[kind])
        bias[kind] = moved
        largest, size = largest - sign * change, size + abs(change)
        print(json.dumps({"seed": seed, **problem, "margin": str(largest), "share": float(largest / (size or 1))}))


def beyond(ends, point):
    """By how much an input is out of a box."""
    sides = zip(ends["lower"], point, ends["upper"])
    return max(max(Fraction(low) - x, x - Fraction(high)) for low, x, high in sides)


def outside(problem, point):
    """By how much an input is out of the region."""
    if "boxes" in problem:
        return min(beyond(ends, point) for ends in problem["boxes"])
    moves = [x - Fraction(c) for x, c in zip(point, problem["input"])]
    over = beyond(problem, point)
    if problem["norm"] == "l0":
        return max(over, sum(move != 0 for move in moves) - problem["epsilon"])
    for signs in changes(problem) if problem["norm"] != "box" else []:
        over = max(over, sum(s * move for s, move in zip(signs, moves)) - Fraction(problem["epsilon"]))
    return over


def fault(problem, answer):
    """What is wrong with an answer, if anything is."""
    margin = Fraction(problem["margin"])
    # A property asks for equality as well.
    exists = margin >= 0 if "boxes" in problem else margin > 0
    verdict = answer["verdict"]
    if verdict in ("robust", "unsat"):
        return f"{verdict}, but a margin is {float(margin):.3g}" if exists else None
    if verdict in ("unknown", "timeout"):
        return None
    if verdict not in ("adversarial", "already_adversarial", "sat"):
        return verdict
    if not exists:
        return f"{verdict}, but the largest margin is {float(margin):.3g}"
    point = [Fraction(value) for value in answer["input"]]
    values = point
    for number, layer in enumerate(problem["layers"]):
        values = affine(layer, values)
        if number + 1 < len(problem["layers"]):
            values = [max(value, 0) for value in values]
    there = max(min(some) for some in margins(problem, values))
    if there < 0 or (there == 0 and "boxes" not in problem):
        return f"{verdict}, but the margin at its input is {float(there):.3g}"
    # Sums of changes may be over by what rounding does.
    over = outside(problem, point)
    if over > Fraction(1, 10**9):
        return f"{verdict}, but its input is outside of the region by {float(over):.3g}"
    return None


def judge(problems, answers):
    given = [json.loads(line) for line in open(answers)]
    asked = [json.loads(line) for line in open(problems)]
    wrong, counts, open_ones, slowest = 0, collections.Counter(), collections.Counter(), 0
    borders = (0, 1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-3, 1)
    for problem, answer in zip(asked, given, strict=True):
        assert problem["seed"] == answer["seed"]
        reason = fault(problem, answer)
        if reason:
            wrong += 1
            print(f"WRONG: seed {problem['seed']}: {reason}")
        near = next((border for border in borders if abs(problem["share"]) <= border), borders[-1])
        is_open = answer["verdict"] in ("unknown", "timeout")
        counts[near, answer["verdict"].split(":")[0]] += 1
        slowest = max(slowest, answer["seconds"])
        if is_open:
            open_ones[problem.get("norm", "boxes")] += 1
            if near > 1e-6:
                print(f"open: seed {problem['seed']}: {answer['verdict']} at {problem['share']:.3g} of the outputs, "
                      f"{problem.get('norm', 'boxes')}, after {answer['seconds']:.2f} s")
    verdicts = sorted({verdict for _, verdict in counts})
    print(" ".join([f"{'share of the outputs':20}", *(f"{verdict:>19}" for verdict in verdicts)]))
    for border in borders:
        if any(counts[border, verdict] for verdict in verdicts):
            print(" ".join([f"{'0' if border == 0 else f'at most {border:g}':20}",
                            *(f"{counts[border, verdict]:19}" for verdict in verdicts)]))
    print(f"open: {dict(open_ones)}; slowest {slowest:.2f} s")
    print(f"{len(asked)} problems, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "make":
        make(*map(int, arguments))
    else:
        judge(*arguments)
