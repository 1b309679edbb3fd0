"""Recomputes the report of the paper's experiment from its rows, with NumPy and SciPy and nothing of vnnlua's.

recompute.py FOLDER SOURCES: the folder of a sweep with its report, and the folder that has Stdlib and Scripts.
Prints how many numbers it has checked; exits with 1 where one differs.
"""

import collections
import gzip
import hashlib
import json
import math
import pathlib
import re
import sys

import numpy
import safetensors.numpy
import scipy.stats

folder, sources = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
report = folder / "report"
counts, differences = collections.Counter(), []


def expect(what, got, wanted):
    counts[what.split(":")[0]] += 1
    if got != wanted:
        differences.append(f"{what}: the report has {got!r}, recomputed {wanted!r}")


def near(what, got, wanted, tolerance):
    is_near = got is not None and wanted is not None and abs(float(got) - wanted) <= tolerance
    expect(what, got if not is_near else True, wanted if not is_near else True)


# --- Rows: read from the sweep's own lines, each under its digest and its address.

PARAMETERS = (
    "protocol solver time_limit limit_in candidates classes norm bounds over dataset side layers width seed repetition "
    "network rate method structure finetuned finetuning rounds pruned_layers"
).split()


def canonical(value):
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


rows = []
for path in sorted(folder.glob("results-*.jsonl")):
    for line in path.read_text().splitlines():
        head, digest = re.fullmatch(r'(.*),"row_digest":"([0-9a-f]{16})"}', line).groups()
        expect("row digest: " + line[:80], digest, hashlib.sha256(head.encode()).hexdigest()[:16])
        rows.append(json.loads(line))
for row in rows:
    parameters = {name: canonical(row[name]) for name in PARAMETERS if name in row}
    identity = {"experiment": "paper", "parameters": parameters, "version": 2}
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    expect("address: " + row["id"], row["id"], hashlib.sha256(text.encode()).hexdigest())
    for name in "host processor cores load started modules_digest image decided".split():
        expect(f"provenance: {name}", name in row, True)

# The code: what each digest stands for is what lies in the sources.
for digest in {row["modules_digest"] for row in rows}:
    parts = json.loads((folder / "code" / f"{digest}.json").read_text())
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    expect("code: all", digest, hashlib.sha256(text.encode()).hexdigest()[:16])
    for name, part in parts.items():
        if name in ("script", "vnnlua"):
            continue
        base = "Stdlib" if name.startswith("vnn.") else "Scripts/experiments"
        file = sources / base / (name.removeprefix("vnn.").replace(".", "/") + ".lua")
        expect("code: " + name, part, hashlib.sha256(file.read_bytes()).hexdigest()[:16])
    expect("code: paper.solve is part of it, and paper.report is not", ("paper.solve" in parts, "paper.report" in parts),
           (True, False))

# --- Witnesses: each lies in its region, and the dense network gives the target more there.


def forward(path, inputs):
    tensors = safetensors.numpy.load_file(path)
    values = numpy.asarray(inputs, float)
    layers = sum(name.endswith(".weight") for name in tensors)
    for layer in range(layers):
        values = tensors[f"layers.{layer}.weight"].astype(float) @ values + tensors[f"layers.{layer}.bias"].astype(float)
        if layer + 1 < layers:
            values = numpy.maximum(values, 0)
    return values


by_id = {row["id"]: row for row in rows}
problems = {path.stem: json.loads(path.read_text()) for path in (report / "problems").glob("*.json")}
expect("problems: names", sorted(problems), sorted({row["problem"] for row in rows if "problem" in row}))
witnessed = set()
with gzip.open(report / "witnesses.jsonl.gz", "rt") as lines:
    for line in lines:
        witness = json.loads(line)
        row, problem = by_id[witness["id"]], problems[witness["problem"]]
        x, x0 = numpy.array(witness["input"]), numpy.array(problem["input"])
        change = numpy.abs(x - x0).reshape(row["side"], row["side"])
        distance = change.sum() if problem["norm"] == "l1" else change.max(axis=1).sum()
        expect("witness: in its region", bool(distance <= problem["epsilon"] + 1e-6 and x.min() >= -1e-9
                                              and x.max() <= 1 + 1e-9), True)
        outputs = forward(folder / "artefacts" / row["dense_file"], x)
        margin = outputs[problem["target"] - 1] - outputs[problem["class"] - 1]
        expect("witness: is one", bool(margin > 0), True)
        near("witness: margin", row["witness_margin"], margin, 1e-9)
        witnessed.add(row["id"])
expect("witnesses: all", witnessed, {row["id"] for row in rows if "first_hit_s" in row})
for row in rows:
    expect("verdict: has its witness", row["verdict"] in ("adversarial", "already_adversarial"), row["id"] in witnessed)
    if "problem" not in row:
        continue
    problem = problems[row["problem"]]
    order = numpy.argsort(-forward(folder / "artefacts" / row["dense_file"], problem["input"]), kind="stable") + 1
    same = bool(order[0] == row["class"] and order[1] == row["target"])
    expect("facts: same_pair", row["same_pair"], same)
    expect("facts: class_changed", row["class_changed"], bool(row["embedded_class"] != order[0]))
    expect("facts: label_changed", row["label_changed"],
           bool((row["embedded_class"] == row["label"]) != (order[0] == row["label"])))
with gzip.open(report / "incumbents.csv.gz", "rt") as lines:
    expect("incumbents: lines", len(lines.read().splitlines()), 1 + sum(len(row.get("incumbents", [])) for row in rows))

# --- Pairs of runs.

Pair = collections.namedtuple("Pair", "image dense pruned limit once again row")
CLOCKS = {
    "processor": ("first_hit_processor_s", None), "wall": ("first_hit_s", None),
    "pruning": ("first_hit_processor_s", "prune_processor_s"), "work": ("first_hit_iterations", None),
}


def network_of(row):
    return row["dataset"], row["side"], row["layers"], row["width"], row["seed"]


def pruning_of(row):
    return row["method"], row["structure"], row["rate"], row["finetuned"]


runs = collections.defaultdict(list)
# In the order of the cases, in which the images that are drawn are counted; workers may finish in another one.
for row in sorted(rows, key=lambda row: (row["repetition"], row["dataset"] != "mnist", network_of(row)[1:])):
    key = network_of(row) + (pruning_of(row) if row["network"] == "pruned" else ())
    runs[key].append(row)


def hit(row, clock):
    field, added = CLOCKS[clock]
    if field not in row:
        return None
    processor = row["limit_in"] == "processor"
    spent = row["first_hit_processor_s" if processor else "first_hit_s"]
    if added:
        spent += row["prune_processor_s" if processor else "prune_s"]
    if spent > row["time_limit"]:
        return None
    return row[field] + (row[added] if added else 0) + (1 if clock == "work" else 0)


def middle(list_of_runs, clock):
    hits = [hit(row, clock) for row in list_of_runs]
    value = float(numpy.median([math.inf if one is None else one for one in hits]))
    return value if value < math.inf else None


def pairs(clock="processor", where=lambda row: True):
    result = []
    for pruned in runs.values():
        if pruned[0]["network"] != "pruned":
            continue
        dense = runs[network_of(pruned[0])]
        if "skipped" in (pruned[0]["verdict"], dense[0]["verdict"]) or not where(pruned[0]):
            continue
        alike = dense[: len(pruned)]
        limit = dense[0]["time_limit"]
        if clock == "work":
            limit = max(row.get("iterations", 0) + 1 for row in alike + pruned)
        again = hit(dense[1], clock) if len(dense) > 1 else None
        image = (dense[0]["dataset"], dense[0]["image"])
        result.append(Pair(image, middle(alike, clock), middle(pruned, clock), limit, hit(dense[0], clock), again, pruned[0]))
    return result


# --- Statistics by SciPy. Random subsets are those of vnnlua's documented generator, xoshiro256++.

MASK = (1 << 64) - 1


def generator(seed):
    state, mixer = [], seed
    for _ in range(4):
        mixer = (mixer + 0x9E3779B97F4A7C15) & MASK
        z = ((mixer ^ (mixer >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        state.append(z ^ (z >> 31))

    def rotate(x, k):
        return ((x << k) | (x >> (64 - k))) & MASK

    while True:
        yield (rotate((state[0] + state[3]) & MASK, 23) + state[0]) & MASK
        t = (state[1] << 17) & MASK
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotate(state[3], 45)


def subsets(count):
    """Which of `count` clusters each subset has: all but none, or of more than 16 clusters 20,000 random ones."""
    if count <= 16:
        return (numpy.arange(1, 1 << count)[:, None] >> numpy.arange(count)) & 1
    stream, rows = generator(0), []
    for _ in range(20000):
        row = []
        while len(row) < count:
            bits = next(stream) >> 32
            row += [(bits >> place) & 1 for place in range(min(32, count - len(row)))]
        rows.append(row if any(row) else [1] * count)
    return numpy.array(rows)


def grouped(values, images):
    order = list(dict.fromkeys(images))
    sums = numpy.array([sum(v for v, i in zip(values, images) if i == image) for image in order], float)
    return sums, numpy.array([images.count(image) for image in order], float)


def interval(values, images):
    """The true mean is as likely between any two means of subsets of the images (Hartigan 1969)."""
    if len(set(images)) < 6:
        return None
    sums, sizes = grouped([float(value) for value in values], images)
    chosen = subsets(len(sums))
    means = numpy.sort(chosen @ sums / (chosen @ sizes))
    if means[-1] - means[0] <= 1e-12 * max(abs(means[0]), abs(means[-1])):
        return None
    place = int(0.025 * (len(means) + 1) + 1e-9)
    low, high = means[place - 1], means[-place]
    if len(sums) <= 16:
        # SciPy's test refuses what is outside, and nothing that is inside.
        def p(mean):
            return scipy.stats.permutation_test(
                (sums - sizes * mean,), lambda s, axis: s.sum(axis=axis), permutation_type="samples",
                vectorized=True, n_resamples=1 << 16).pvalue
        outside = max(p(low - 1e-6), p(high + 1e-6))
        inside = min(p(low + 1e-6), p(high - 1e-6)) if low < high else 1
        expect("interval: SciPy's test agrees", bool(outside <= 0.05 < inside), True)
    return low, high


Test = collections.namedtuple("Test", "p statistic count images")


def sign_flip(values, images):
    kept = [(value, image) for value, image in zip(values, images) if value != 0]
    if not kept:
        return Test(1.0, 0.0, 0, 0)
    values, images = [value for value, _ in kept], [image for _, image in kept]
    ranks = scipy.stats.rankdata(numpy.abs(values)) * numpy.sign(values)
    sums, _ = grouped(list(ranks), images)
    if len(sums) == 1:
        p = 1.0
    else:
        p = scipy.stats.permutation_test(
            (sums,), lambda s, axis: s.sum(axis=axis), permutation_type="samples", vectorized=True,
            n_resamples=1 << 16, alternative="two-sided").pvalue
    return Test(p, ranks.sum(), len(values), len(sums))


def noise(list_of_pairs):
    ratios = [max(p.again / p.once, p.once / p.again) for p in list_of_pairs if p.once and p.again]
    return float(numpy.quantile(ratios, 0.95)) if ratios else None


def compare(chosen):
    result = collections.Counter(pairs=len(chosen))
    longest = max([0] + [v for p in chosen for v in (p.dense, p.pruned, p.limit) if v])
    result.noise = noise(chosen)
    ratios, logarithms, images, faster = [], [], [], []
    for p in chosen:
        is_faster = p.pruned is not None and (p.dense is None or p.pruned < p.dense)
        faster.append(is_faster)
        result["faster"] += is_faster
        result["slower"] += p.dense is not None and (p.pruned is None or p.dense < p.pruned)
        result["dense"] += p.dense is not None
        result["pruned"] += p.pruned is not None
        result["clear"] += is_faster and (p.dense is None or p.dense / p.pruned > (result.noise or math.inf))
        if p.dense is not None and p.pruned is not None:
            ratios.append(p.pruned / p.dense)
        if p.dense is not None or p.pruned is not None:
            logarithms.append(math.log((longest if p.pruned is None else p.pruned) / (longest if p.dense is None else p.dense)))
            images.append(p.image)
    result["both"], result["either"] = len(ratios), len(images)
    result["images"] = len({p.image for p in chosen})
    result.ratio = float(numpy.median(ratios)) if ratios else None
    result.test = sign_flip(logarithms, images)
    result.interval = interval(faster, [p.image for p in chosen])
    return result


def holm(ps):
    adjusted, least = [0.0] * len(ps), 0.0
    for place, position in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        least = min(1.0, max(least, (len(ps) - place) * ps[position]))
        adjusted[position] = least
    return adjusted


def restricted_mean(times, limit):
    """The area under SciPy's Kaplan-Meier curve."""
    data = scipy.stats.CensoredData.right_censored(
        [limit if time is None else min(time, limit) for time in times], [time is None for time in times])
    curve = scipy.stats.ecdf(data).sf
    ends = numpy.concatenate([[0], numpy.minimum(curve.quantiles, limit), [limit]])
    return float((numpy.diff(ends) * numpy.concatenate([[1], curve.probabilities])).sum())


# --- The report's texts.


def seconds(value):
    if value is None:
        return "-"
    if value < 0.001:
        return f"{value * 1000:.2f} ms"
    if value < 0.1:
        return f"{value * 1000:.1f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def ratio_text(value):
    return "-" if value is None else f"{value:.2f}" if value >= 0.05 else f"{value:.1g}"


def share(part, whole, bounds):
    text = f"; {100 * bounds[0]:.0f}–{100 * bounds[1]:.0f}" if bounds else ""
    return f"{100 * part / whole:.1f} % ({part} of {whole}{text})"


def chance(p):
    return f"{p:.0e}" if p < 1e-4 else f"{p:.4f}"


def images_of(chosen):
    return len({p.image for p in chosen})


def from_images(problem_counts, image_counts):
    def span(values):
        return str(min(values)) if min(values) == max(values) else f"{min(values)}–{max(values)}"

    return f"{span(problem_counts)} from {span(image_counts)} image{'' if max(image_counts) == 1 else 's'}"


text = (report / "report.md").read_text()
tables = {}
for match in re.finditer(r"^(Table \d\w?)\. .*\n\n((?:\|.*\n?)+)", text, re.M):
    lines = [line[2:-2].split(" | ") for line in match.group(2).splitlines()]
    tables[match.group(1)] = (lines[0], lines[2:])

MAGNITUDE = [
    (f"{structure}, {'' if finetuned else 'not '}finetuned", dict(method="magnitude", structure=structure, finetuned=finetuned))
    for structure in ("unstructured", "structured") for finetuned in (False, True)
]
WAYS = [
    (f"{structure} {method}{', finetuned' if finetuned else ''}", dict(method=method, structure=structure, finetuned=finetuned))
    for method in ("magnitude", "random") for structure in ("unstructured", "structured") for finetuned in (False, True)
]
SIZES = [
    (name.format(value), {"method": "magnitude", "finetuned": False, key: value})
    for name, key, values in (("side {}", "side", (18, 28)), ("hidden layers {}", "layers", (2, 4)),
                              ("width {}", "width", (32, 64)), ("{}", "dataset", ("mnist", "fashion")))
    for value in values
]


def chosen_of(list_of_pairs, wanted):
    return [p for p in list_of_pairs if all(p.row[key] == value for key, value in wanted.items())]


def check_by_rate(name, list_of_pairs, kinds, cell):
    headers, lines = tables.pop(name)
    rates = sorted({p.row["rate"] for p in list_of_pairs})
    expect(f"{name}: rates", headers[2:], [f"rate {rate:g}" for rate in rates])
    wanted = []
    for kind, fields in kinds:
        cells, problem_counts, image_counts = [], [], []
        for rate in rates:
            chosen = chosen_of(list_of_pairs, {**fields, "rate": rate})
            cells.append(cell(chosen) if chosen else "")
            if chosen:
                problem_counts.append(len(chosen))
                image_counts.append(images_of(chosen))
        if problem_counts:
            wanted.append([kind, from_images(problem_counts, image_counts)] + cells)
    expect(f"{name}: rows", [line[0] for line in lines], [line[0] for line in wanted])
    for line, should in zip(lines, wanted):
        for header, got, cell_text in zip(headers, line, should):
            expect(f"{name}: {should[0]}, {header}", got, cell_text)


def faster(chosen):
    result = compare(chosen)
    return share(result["faster"], result["pairs"], result.interval)


processor = pairs()
check_by_rate("Table 1", processor, MAGNITUDE, faster)
check_by_rate("Table 1a", pairs("pruning"), MAGNITUDE, faster)
check_by_rate("Table 1b", pairs("wall"), MAGNITUDE, faster)
check_by_rate("Table 1c", [p for p in processor if p.dense or p.pruned], MAGNITUDE, faster)
check_by_rate("Table 1d", pairs("work"), MAGNITUDE, faster)
for name, keeps in (("Table 1e", lambda p: not p.row["x0_counts"]), ("Table 1f", lambda p: p.row["same_pair"])):
    kept = [p for p in processor if keeps(p)]
    expect(f"{name}: is there", name in tables, len(kept) < len(processor))
    if name in tables:
        check_by_rate(name, kept, MAGNITUDE, faster)
check_by_rate("Table 2", processor, SIZES, faster)


def confounded(chosen):
    hits = [p.row["dense_prefers_embedded_target"] for p in chosen]
    return share(sum(hits), len(hits), interval(hits, [p.image for p in chosen]))


check_by_rate("Table 4", processor, WAYS, confounded)

# Table 3, Table 3a and summary.csv.
entries = []
for name, fields in WAYS:
    for rate in sorted({p.row["rate"] for p in processor}):
        chosen = chosen_of(processor, {**fields, "rate": rate})
        if chosen:
            work = compare(chosen_of(pairs("work"), {**fields, "rate": rate}))
            entries.append((name, rate, chosen, compare(chosen), work))
adjusted = holm([entry[3].test.p for entry in entries])
summary = [line.split(",") for line in re.sub(r'"[^"]*"', lambda m: m[0][1:-1].replace(",", ";"),
                                              (report / "summary.csv").read_text()).splitlines()]
lines3, lines3a = tables.pop("Table 3")[1], tables.pop("Table 3a")[1]
expect("Table 3: rows", len(lines3), len(entries))
for line, line_a, (name, rate, chosen, result, work), p_holm, numbers in zip(lines3, lines3a, entries, adjusted, summary[1:]):
    test, pruned = result.test, [p.row for p in chosen]
    enough = test.images >= 6
    direction = "" if test.p > 0.05 else " faster" if test.statistic < 0 else " slower"
    binaries = [row["binaries"] for row in pruned if "binaries" in row]
    limits = sum(row.get("status") == "limit" for row in pruned)
    accuracy = float(numpy.mean([row["embedded_accuracy"] for row in pruned]))
    wanted = [
        name, f"{rate:g}", f"{result['pairs']} from {result['images']}", f"{result['faster']} ({result['clear']})" if result.noise else str(result["faster"]),
        str(result["slower"]), f"{result['dense']}, {result['pruned']}, {result['both']}", str(limits),
        ratio_text(result.ratio), f"{result.noise:.2f}" if result.noise else "-", ratio_text(work.ratio) if work.ratio else "",
        "" if test.count == 0 else f"{chance(test.p)}{direction}" if enough else f"none: {test.images} image{'' if test.images == 1 else 's'}",
        chance(p_holm) if enough else "", f"{100 * accuracy:.1f} %", f"{numpy.mean(binaries):.0f}" if binaries else "",
        str(sum(row["x0_counts"] for row in pruned)),
    ]
    for column, (got, should) in enumerate(zip(line, wanted)):
        expect(f"Table 3: {name} {rate:g}, column {column + 1}", got, should)
    limit = chosen[0].limit
    means = [restricted_mean([p.dense for p in chosen], limit), restricted_mean([p.pruned for p in chosen], limit)]
    gaps = [(limit if p.pruned is None else p.pruned) - (limit if p.dense is None else p.dense) for p in chosen]
    bounds = interval(gaps, [p.image for p in chosen])
    wanted = [name, f"{rate:g}", wanted[2], seconds(means[0]), seconds(means[1]),
              f"{bounds[0]:+.3f} to {bounds[1]:+.3f}" if bounds else ""]
    for column, (got, should) in enumerate(zip(line_a, wanted)):
        expect(f"Table 3a: {name} {rate:g}, column {column + 1}", got, should)
    values = [
        rate, result["pairs"], result["images"], result["faster"],
        result["clear"] if result.noise else None, result["slower"], result["dense"],
        result["pruned"], result["both"], limits, result.ratio, result.noise, test.statistic, test.images, test.p,
        min(1.0, 2.0 ** (1 - test.images)), p_holm, work.ratio, *means, *(bounds or (None, None)), accuracy,
        float(numpy.mean(binaries)) if binaries else None, sum(row["x0_counts"] for row in pruned),
        sum(row["same_pair"] for row in pruned),
    ]
    for header, got, should in zip(summary[0][1:], numbers[1:], values):
        if should is None:
            expect(f"summary.csv: {name} {rate:g}, {header}", got, "")
        else:
            near(f"summary.csv: {name} {rate:g}, {header}", got or None, should, 1e-9 * max(1, abs(should)))

# Table 5.
dense = [row for row in rows if row["network"] == "dense" and row["repetition"] == 1]
groups = collections.defaultdict(list)
for row in dense:
    groups[f"{row['dataset']} {row['side']}, {row['layers']}x{row['width']}"].append(row)
if len(groups) > 1:
    groups["all"] = dense


def median(values):
    return float(numpy.median(values)) if values else None


lines5 = tables.pop("Table 5")[1]
expect("Table 5: rows", sorted(line[0] for line in lines5), sorted(groups))
for line in lines5:
    group = groups[line[0]]
    hits = [row for row in group if "first_hit_s" in row]
    attacks = [row for row in group if row.get("attack_hit")]
    wanted = [
        from_images([len(group)], [len({(row["dataset"], row["image"]) for row in group})]),
        *(str(sum(row["verdict"] == verdict for row in group)) for verdict in ("skipped",)), str(len(hits)),
        *(str(sum(row["verdict"] == verdict for row in group)) for verdict in ("robust", "unknown")),
        seconds(median([row["first_hit_processor_s"] for row in hits])), str(len(attacks)),
        str(sum("first_hit_s" not in row for row in attacks)), str(sum(not row.get("attack_hit") for row in hits)),
        seconds(median([row["attack_processor_s"] for row in attacks])),
        f"{100 * float(numpy.mean([row['dense_accuracy'] for row in group])):.1f} %",
    ]
    for column, (got, should) in enumerate(zip(line[1:], wanted)):
        expect(f"Table 5: {line[0]}, column {column + 2}", got, should)
expect("tables: all", sorted(tables), [])

# Sentences.


def sentence(pattern, *wanted):
    match = re.search(pattern, text)
    expect("sentence: " + pattern[:40], match and match.groups(), tuple(str(one) for one in wanted))


asked = [row for row in dense if row["verdict"] != "skipped"]


def images_of_rows(list_of_rows):
    return from_images([len(list_of_rows)], [len({(row["dataset"], row["image"]) for row in list_of_rows})])


sentence(r"Problems: (.*); left out because the dense network misclassifies the image: (\d+), which leaves (.*); with an "
         r"adversarial input from the dense run: (\d+)\. Pairs of a pruned and a dense run: (\d+)",
         images_of_rows(dense), len(dense) - len(asked), images_of_rows(asked),
         sum("first_hit_s" in row for row in dense), len(processor))
sentence(r"done: (\d+) of", len(rows))
trained = {row["dense_file"]: row["train_processor_s"] for row in rows}
sentence(r"Processor seconds: (\d+) to train the dense networks, (\d+) to prune and finetune, (\d+) to solve",
         f"{sum(trained.values()):.0f}",
         f"{sum(row.get('prune_processor_s', 0) for row in rows if row['repetition'] == 1):.0f}",
         f"{sum(row.get(stage + '_processor_s', 0) for row in rows for stage in ('tighten', 'build', 'solve')):.0f}")
main = [(entry, p) for entry, p in zip(entries, adjusted) if entry[0] == "unstructured magnitude"]
if main:
    (_, rate, _, best, _), p_holm = max(main, key=lambda one: one[0][3]["faster"] / one[0][3]["pairs"])
    if best["faster"] and best.test.count:
        claim = ("no difference that chance would not make" if p_holm > 0.05 else
                 "a difference that chance would hardly make")
        if best.test.images < 6:
            claim = f"{best.test.images} image{'' if best.test.images == 1 else 's'} can give no p below {2.0 ** (1 - best.test.images):g}: nothing can be claimed"
        sentence(r"rate (\S+) does best: faster on (.*?) of the problems, slower on (\S+ %)(?:, median time ratio (\S+) \(noise "
                 r"(\S+)\) where both find something)?; p = (\S+) by image, (\S+) adjusted for the (\d+) rows of Table 3: (.*)\.",
                 f"{rate:g}", share(best["faster"], best["pairs"], best.interval),
                 f"{100 * best['slower'] / best['pairs']:.1f} %", ratio_text(best.ratio), f"{best.noise:.2f}",
                 chance(best.test.p), chance(p_holm), len(entries), claim)

# --- Figures: what each panel says, its points, and its squares on the borders.

figures = {
    1: [("processor", dict(dataset="mnist", **MAGNITUDE[0][1])), ("processor", dict(dataset="mnist", **MAGNITUDE[1][1])),
        ("pruning", dict(dataset="mnist", **MAGNITUDE[1][1]))],
    2: [("processor", dict(dataset="fashion", **MAGNITUDE[0][1])), ("processor", dict(dataset="fashion", **MAGNITUDE[1][1])),
        ("pruning", dict(dataset="fashion", **MAGNITUDE[1][1]))],
    3: [("processor", MAGNITUDE[0][1]), ("processor", MAGNITUDE[2][1]),
        ("processor", dict(method="random", structure="unstructured", finetuned=False))],
}
for number, columns in figures.items():
    path = report / f"figure{number}.svg"
    columns = [column for column in columns if chosen_of(processor, column[1])]
    expect(f"figure {number}: is there", path.exists(), bool(columns))
    if not columns:
        continue
    picture, titles, squares, dots = path.read_text(), [], 0, 0
    for rate in sorted({p.row["rate"] for p in processor}):
        panels = [chosen_of(pairs(clock), {**fields, "rate": rate}) for clock, fields in columns]
        for panel in panels if any(panels) else []:
            result = compare(panel)
            titles.append(from_images([len(panel)], [images_of(panel)]) if panel else "0 from 0 images")
            if panel:
                titles += [f"{100 * result[way] / len(panel):.1f} %" for way in ("slower", "faster")]
            squares += len(panel) - result["both"]
            dots += result["both"]
    drawn_texts = re.findall(r">\s*([^<>]*(?: from \d+ images?| %))\s*<", picture)
    expect(f"figure {number}: texts", sorted(drawn_texts), sorted(titles))
    expect(f"figure {number}: squares", len(re.findall(r"<use xlink:href='#gpPt3' transform='translate", picture)), squares)
    expect(f"figure {number}: points", len(re.findall(r"<use xlink:href='#gpPt6' transform='translate", picture)), dots)

for line in differences[:40]:
    print(line)
print(f"{sum(counts.values())} numbers and facts, {len(differences)} differences")
print(", ".join(f"{name}: {count}" for name, count in counts.items()))
sys.exit(1 if differences else 0)
