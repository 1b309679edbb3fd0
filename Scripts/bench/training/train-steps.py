"""Takes the steps of train-steps.lua with PyTorch and prints how far its weights are from ours, as JSON."""
import argparse
import json
import sys

parser = argparse.ArgumentParser()
for name in ("peers", "data", "folder"):
    parser.add_argument(f"--{name}", required=True)
for name in ("side", "batches"):
    parser.add_argument(f"--{name}", type=int, required=True)
for name in ("rate", "momentum"):
    parser.add_argument(f"--{name}", type=float, required=True)
options = parser.parse_args()
sys.path.insert(0, options.peers)

import torch
from common import load_idx, load_network, resize
from torch import nn
from torch.nn.utils import prune

torch.set_num_threads(1)
x, y = load_idx(options.data, "train")
count = min(64 * options.batches, len(x))
x, y = torch.tensor(resize(x[:count], options.side)), torch.tensor(y[:count])
layers = []
for weight, bias in load_network(f"{options.folder}/start.safetensors"):
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.weight.data, linear.bias.data = torch.tensor(weight).float(), torch.tensor(bias).float()
    # What is zero is pruned, and PyTorch's own masks keep it so.
    for name in ("weight", "bias"):
        prune.custom_from_mask(linear, name, (getattr(linear, name) != 0).float())
    layers += [linear, nn.ReLU()]
network, loss = nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()
if options.momentum < 0:
    optimizer = torch.optim.Adam(network.parameters(), lr=options.rate, weight_decay=1e-3)
else:
    optimizer = torch.optim.SGD(network.parameters(), lr=options.rate, momentum=options.momentum, weight_decay=1e-3)
for first in range(0, count, 64):
    optimizer.zero_grad()
    loss(network(x[first : first + 64]), y[first : first + 64]).backward()
    optimizer.step()
largest = difference = zeros = 0
for linear, own in zip(layers[::2], load_network(f"{options.folder}/own.safetensors")):
    for name, ours in zip(("weight", "bias"), own):
        # The attributes of that name are only brought up to date by the next forward pass.
        theirs = (getattr(linear, f"{name}_orig") * getattr(linear, f"{name}_mask")).detach()
        ours = torch.tensor(ours).float()
        largest = max(largest, theirs.abs().max().item())
        difference = max(difference, (theirs - ours).abs().max().item())
        zeros += ((theirs == 0) != (ours == 0)).sum().item()
print(json.dumps({"largest": largest, "difference": difference, "zeros": zeros}))
