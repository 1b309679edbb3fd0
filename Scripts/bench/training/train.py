"""Trains one network as train.lua asks for it, with PyTorch; prints its times, memory and accuracy as JSON."""
import argparse
import json
import os
import resource
import sys
import time

parser = argparse.ArgumentParser()
for name in ("peers", "data", "layers"):
    parser.add_argument(f"--{name}", required=True)
for name, default in (("side", 28), ("epochs", 5), ("seed", 1), ("threads", 1), ("batch-size", 64), ("every", 0)):
    parser.add_argument(f"--{name}", type=int, default=default)
for name, default in (("rate", 0), ("weight-decay", 1e-3), ("factor", 1), ("gradient-norm-limit", 0)):
    parser.add_argument(f"--{name}", type=float, default=default)
parser.add_argument("--structure", default="unstructured")
parser.add_argument("--compile", action="store_true")
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)
sys.path.insert(0, options.peers)

import torch
from common import load_idx, resize
from torch import nn

torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)
(x, y), (xt, yt) = load_idx(options.data, "train"), load_idx(options.data, "test")
x, xt = torch.tensor(resize(x, options.side)), torch.tensor(resize(xt, options.side))
y, yt = torch.tensor(y), torch.tensor(yt)
sizes = [options.side**2, *map(int, options.layers.split(",")), 10]
layers = []
for inputs, outputs in zip(sizes, sizes[1:]):
    layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    nn.init.xavier_uniform_(layers[-2].weight)
network = nn.Sequential(*layers[:-1])
masks = []
if options.rate:
    gone = None
    for linear in layers[:-3:2]:
        weight = linear.weight
        if options.structure == "structured":
            keep = torch.ones(weight.shape[0], 1)
            keep[weight.abs().sum(1).argsort()[: round(options.rate * weight.shape[0])]] = 0
            mask = keep.expand_as(weight) * (1 if gone is None else gone.T)
            masks.append((linear.bias, keep.flatten()))
            gone = keep
        else:
            mask = torch.ones(weight.numel())
            mask[weight.abs().flatten().argsort()[: round(options.rate * weight.numel())]] = 0
            mask = mask.view_as(weight)
        masks.append((weight, mask.contiguous()))
    if gone is not None:
        masks.append((layers[-2].weight, gone.T.expand_as(layers[-2].weight).contiguous()))
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=options.weight_decay)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, options.every or options.epochs + 1, options.factor)
loss = nn.CrossEntropyLoss()


def prune():
    with torch.no_grad():
        for parameter, mask in masks:
            parameter.mul_(mask)


def step(images, labels):
    optimizer.zero_grad()
    loss(network(images), labels).backward()
    if options.gradient_norm_limit:
        # What is pruned is no part of the norm, as with torch.nn.utils.prune.
        for parameter, mask in masks:
            parameter.grad.mul_(mask)
        nn.utils.clip_grad_norm_(network.parameters(), options.gradient_norm_limit)
    optimizer.step()
    prune()


def epoch():
    order = torch.randperm(len(x))
    for i in range(0, len(x), options.batch_size):
        batch = order[i : i + options.batch_size]
        step(x[batch], y[batch])
    schedule.step()


prune()
if options.compile:
    step = torch.compile(step)
    # Both sizes of batches are compiled before the clock runs.
    kept = [p.detach().clone() for p in network.parameters()]
    for count in (options.batch_size, len(x) % options.batch_size or options.batch_size):
        for _ in range(2):
            step(x[:count], y[:count])
    with torch.no_grad():
        for parameter, first in zip(network.parameters(), kept):
            parameter.copy_(first)
    optimizer.state.clear()
wall, processor = time.perf_counter(), time.process_time()
for _ in range(options.epochs):
    epoch()
wall, processor = time.perf_counter() - wall, time.process_time() - processor
with torch.no_grad():
    accuracy = (network(xt).argmax(1) == yt).float().mean().item()
print(
    json.dumps(
        {
            "processor_s": processor / options.epochs,
            "wall_s": wall / options.epochs,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "accuracy": accuracy,
        }
    )
)
