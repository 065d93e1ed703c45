"""The cloudmask reference's U-Net in PyTorch, as a good user writes it: steps of training, or inference; one line of JSON.

    unet.py train|infer|scene nchw|nhwc float32|bfloat16 THREADS BATCH

Patches are 256 x 256. scene: a 1200 x 1500 scene as the reference's 63 patches of 256, BATCH at a time.
"""
import json
import resource
import statistics
import sys
import time
from contextlib import nullcontext

import torch
from torch import nn
from torch.nn import functional

CHANNELS = 9
SIDE = 256
TILES_OF_A_SCENE = 63


class Pair(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True),
                         nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU(inplace=True))


class Unet(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        widths = [CHANNELS, width, 2 * width, 4 * width, 8 * width]
        self.down = nn.ModuleList(Pair(a, b) for a, b in zip(widths, widths[1:]))
        self.up = nn.ModuleList(Pair(a + b, b) for a, b in zip(widths[:1:-1], widths[-2::-1]) if b != CHANNELS)
        self.output = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        kept = []
        for pair in self.down[:-1]:
            kept.append(pair(x))
            x = functional.max_pool2d(kept[-1], 2)
        x = self.down[-1](x)
        for pair in self.up:
            x = pair(torch.cat([functional.interpolate(x, scale_factor=2), kept.pop()], dim=1))
        return self.output(x)


def rate_of(step, patches):
    """Median time of `step` after two that warm up, over at least five and about two seconds."""
    step()
    step()
    times = []
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    used_s = time.process_time()
    start = time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < 2 and len(times) < 200):
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    used_s = time.process_time() - used_s
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    step_s = statistics.median(times)
    return {"patches_per_s": patches / step_s, "step_s": step_s, "processor_s": used_s / len(times),
            "faults_per_step": faults / len(times)}


def main():
    what, layout, precision, threads, batch = sys.argv[1:]
    batch = int(batch)
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    memory_format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    network = Unet().to(memory_format=memory_format)

    def cast():
        return torch.autocast("cpu", dtype=torch.bfloat16) if precision == "bfloat16" else nullcontext()

    x = torch.rand(batch, CHANNELS, SIDE, SIDE).contiguous(memory_format=memory_format)
    target = (torch.rand(batch, 1, SIDE, SIDE) > 0.5).float()
    adam = torch.optim.Adam(network.parameters(), lr=1e-3)

    def train():
        adam.zero_grad(set_to_none=True)
        with cast():
            logits = network(x)
        loss = functional.binary_cross_entropy_with_logits(logits.float(), target)
        loss.backward()
        adam.step()
        return loss.item()

    def infer():
        with torch.inference_mode(), cast():
            return network(x).float().sigmoid()

    def scene():
        for start in range(0, TILES_OF_A_SCENE, batch):
            with torch.inference_mode(), cast():
                network(x[:min(batch, TILES_OF_A_SCENE - start)]).float().sigmoid()

    if what == "train":
        print(json.dumps(rate_of(train, batch)))
    elif what == "infer":
        print(json.dumps(rate_of(infer, batch)))
    else:
        print(json.dumps(rate_of(scene, TILES_OF_A_SCENE)))


if __name__ == "__main__":
    main()
