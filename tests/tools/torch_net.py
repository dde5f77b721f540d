"""torch_net -- any network of pzpipe's in PyTorch, from a safetensors file of tonetwork's

    python3 torch_net.py MODEL.safetensors STAMPS.pz PREDICTIONS.pz

prints the largest difference between PyTorch's p(z) of the stamps and those of predict.
"""
import json
import struct
import sys

import msgpack
import numpy as np
import torch
import torch.nn.functional as F


def load(path):
    """The tensors of a safetensors file, and what it says of the network."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        values = file.read()
    said = header.pop("__metadata__")
    at = lambda t: np.frombuffer(values[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
    return {k: torch.tensor(at(t)) for k, t in header.items()}, said


class Net(torch.nn.Module):
    """Any network of pzpipe's, from its text."""
    def __init__(self, path):
        super().__init__()
        tensors, said = load(path)
        self.p = {k: torch.nn.Parameter(v) for k, v in tensors.items()}
        self.lines = [line.split() for line in said["net"].splitlines()]

    def act(self, x, name, kind):
        if kind == "prelu":
            return F.prelu(x, self.p[name + ".slope"])
        return {"relu": F.relu, "tanh": torch.tanh, "none": lambda v: v}[kind](x)

    def forward(self, x, ebv):
        p, block, paths, start = self.p, "", [], None
        for word, *rest in self.lines:
            if word == "conv":
                name, size = block + rest[0], int(rest[1].split("x")[0])
                pad = 0 if "valid" in rest else size // 2
                x = self.act(F.conv2d(x, p[name + ".weight"], p[name + ".bias"], padding=pad), name, rest[3])
            elif word == "pool" and rest:
                edge = (0, 1, 0, 1)
                x = F.avg_pool2d(F.pad(x, edge), 2, 1) / F.avg_pool2d(F.pad(torch.ones_like(x), edge), 2, 1)
            elif word == "pool":
                x = F.avg_pool2d(x, 2)
            elif word == "block":
                block, paths, start = rest[0] + ".", [], x
            elif word == "path":
                paths, x = paths + ([x] if x is not start else []), start
            elif word == "end":
                x, block = torch.cat(paths + [x], 1), ""
            elif word == "mean":
                x = x.mean((2, 3))
            elif word == "flatten":
                x = x.permute(0, 2, 3, 1).flatten(1)
            elif word == "ebv":
                x = torch.cat([x, ebv[:, None]], 1)
            else:
                x = self.act(F.linear(x, p[rest[0] + ".weight"], p[rest[0] + ".bias"]), rest[0], rest[2])
        heads = [F.linear(x, p[f"head{k}.weight"], p[f"head{k}.bias"]).softmax(1)
                 for k in range(sum(n.startswith("head") for n in p) // 2)]
        if "gate.weight" not in p:
            return heads[0]
        gate = F.linear(x, p["gate.weight"], p["gate.bias"]).softmax(1)
        return sum(gate[:, k, None] * head for k, head in enumerate(heads))

def records(path):
    with open(path, "rb") as file:
        header, *rest = msgpack.Unpacker(file, raw=False, strict_map_key=False)
    return header, rest[:-1]


if __name__ == "__main__":
    header, stamps = records(sys.argv[2])
    shape = (len(stamps), len(header["bands"]), header["size"], header["size"])
    kind = "<f2" if header["pixel"] == "f2" else "<f4"
    images = np.concatenate([np.frombuffer(s["img"], kind) for s in stamps]).astype("f4")
    wanted = np.array([np.frombuffer(r["pz"], "<f4") for r in records(sys.argv[3])[1]])
    with torch.no_grad():
        found = Net(sys.argv[1])(torch.tensor(images.reshape(shape)), torch.tensor([s["ebv"] for s in stamps]))
    print(f"{abs(found.numpy() - wanted).max():.1e}")
