"""Compares vnn.statistics with SciPy on fixtures that are drawn here: peer_statistics.py VNNLUA."""

import json
import subprocess
import sys
import tempfile

import numpy
import scipy.stats

random = numpy.random.default_rng(20250301)
fixtures = []
for number in range(60):
    images = int(random.integers(1, 13)) if number % 3 else 20
    size = int(random.integers(images, 60))
    labels = [f"image {label}" for label in random.integers(0, images, size)]
    values = numpy.round(random.normal(0.3, 1, size), 1 if number % 2 else 9)
    times = numpy.round(random.exponential(2, size), 1)
    fixtures.append({
        "values": values.tolist(), "labels": labels, "hits": (values > 0).tolist(), "times": times.tolist(),
        "happened": (random.random(size) < 0.7).tolist(), "limit": float(random.uniform(0.5, 8)),
        "ps": random.random(int(random.integers(1, 9))).tolist(),
    })

LUA = """
local json, statistics, answers = require "vnn.json", require "vnn.statistics", {}
for position, fixture in ipairs(assert(json.load(%r))) do
  answers[position] = {
    flip = statistics.cluster_sign_flip(fixture.values, fixture.labels),
    rank = statistics.signed_rank(fixture.values),
    share = statistics.cluster_mean(fixture.hits, fixture.labels),
    found = statistics.cluster_mean(fixture.values, fixture.labels), holm = statistics.holm(fixture.ps),
    mean = statistics.restricted_mean(fixture.times, fixture.happened, fixture.limit),
  }
end
print(json.encode(answers))
"""
with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    json.dump(fixtures, file)
    file.flush()
    answers = json.loads(subprocess.run([sys.argv[1], "-e", LUA % file.name], capture_output=True, check=True).stdout)


def clusters(values, labels):
    order = list(dict.fromkeys(labels))
    return [numpy.array([value for value, one in zip(values, labels) if one == label]) for label in order]


for number, (fixture, answer) in enumerate(zip(fixtures, answers)):
    values, labels = numpy.array(fixture["values"]), fixture["labels"]
    kept = values != 0
    ranks = scipy.stats.rankdata(numpy.abs(values[kept])) * numpy.sign(values[kept])
    sums = numpy.array([c.sum() for c in clusters(ranks, [label for label, keeps in zip(labels, kept) if keeps])])
    flip = answer["flip"]
    assert abs(flip["statistic"] - ranks.sum()) < 1e-9 and flip["clusters"] == len(sums), (number, flip)
    if len(sums) > 1:
        peer = scipy.stats.permutation_test(
            (sums,), lambda s, axis: s.sum(axis=axis), permutation_type="samples", vectorized=True,
            n_resamples=1 << 16 if len(sums) <= 16 else 100000, random_state=1)
        tolerance = 1e-12 if len(sums) <= 16 else 4 * (peer.pvalue / 50000) ** 0.5
        assert flip["exact"] == (len(sums) <= 16) and abs(flip["p"] - peer.pvalue) <= tolerance, (number, flip, peer.pvalue)
    # Each value on its own: SciPy's exact Wilcoxon test is for values without ties.
    if len(set(numpy.abs(values))) == len(values):
        assert abs(answer["rank"]["p"] - scipy.stats.wilcoxon(values, method="exact").pvalue) < 1e-12, number
    for values_of, found in ((values, answer["found"]), (numpy.array(fixture["hits"], float), answer["share"])):
        each = clusters(values_of, labels)
        sums, sizes = numpy.array([one.sum() for one in each]), numpy.array([len(one) for one in each])
        assert abs(found["mean"] - values_of.mean()) < 1e-12 and found["clusters"] == len(sums), (number, found)
        agree = len(set(numpy.round(sums / sizes, 9))) == 1
        assert ("low" in found) == (len(sums) >= 6 and not agree), (number, found)
        if len(sums) > 1 and (found["exact"] or number % 12 == 0):
            def p(mean):
                # Rounded, so that sums that are equal but for rounding are.
                return scipy.stats.permutation_test(
                    (numpy.round(sums - sizes * mean, 9),), lambda s, axis: numpy.round(s.sum(axis=axis), 7),
                    permutation_type="samples", vectorized=True, n_resamples=1 << 16, random_state=1).pvalue
            of_peer = p(0)
            tolerance = 1e-12 if found["exact"] else 8 * (of_peer / 20000) ** 0.5 + 1e-4
            assert abs(found["p"] - of_peer) <= tolerance, (number, found, of_peer)
            if "low" in found and found["exact"] and found["low"] < found["high"]:
                outside = max(p(found["low"] - 1e-6), p(found["high"] + 1e-6))
                inside = min(p(found["low"] + 1e-6), p(found["high"] - 1e-6))
                assert outside <= 0.05 < inside, (number, found, outside, inside)
    curve = scipy.stats.ecdf(scipy.stats.CensoredData.right_censored(
        fixture["times"], [not happened for happened in fixture["happened"]])).sf
    ends = numpy.minimum(numpy.concatenate([[0], curve.quantiles, [numpy.inf]]), fixture["limit"])
    area = (numpy.diff(ends) * numpy.concatenate([[1], curve.probabilities])).sum()
    assert abs(answer["mean"] - area) < 1e-9, (number, answer["mean"], area)
    # Holm's steps as the largest of the tests that a p has to stand in.
    ps = numpy.array(fixture["ps"])
    holm = [min(1, max((ps >= other).sum() * other for other in ps if other <= p)) for p in ps]
    assert numpy.allclose(answer["holm"], holm, atol=1e-12), (number, answer["holm"], holm)
print(f"{len(fixtures)} fixtures agree with SciPy {scipy.__version__}")
