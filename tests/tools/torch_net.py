"""torch_net -- p(z) of predict's beside those of PyTorch, by the module of tonetwork(1)

    python3 torch_net.py MODEL.safetensors DATA.pz PREDICTIONS.pz

prints the largest difference. The module is taken from the manual page as it stands there.
"""
import os
import re
import sys

import msgpack
import numpy as np
import torch

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/network/tonetwork.1")


def module():
    """The class Net of the page."""
    with open(PAGE, encoding="utf-8") as page:
        code = re.search(r"^\.SH A NETWORK IN PYTORCH\n.*?^\.nf\n(.*?)^\.fi", page.read(), re.M | re.S).group(1)
    names = {}
    exec(compile(code, PAGE, "exec"), names)
    return names["Net"]


def records(path):
    with open(path, "rb") as file:
        header, *rest = msgpack.Unpacker(file, raw=False, strict_map_key=False)
    return header, rest[:-1]


def inputs(header, data):
    """What the records have of the three inputs."""
    if "bands" in header:
        shape = (len(data), len(header["bands"]), header["size"], header["size"])
        kind = "<f2" if header["pixel"] == "f2" else "<f4"
        images = np.concatenate([np.frombuffer(r["img"], kind) for r in data]).astype("f4")
        yield "image", torch.tensor(images.reshape(shape))
    if "ebv" in data[0]:
        yield "ebv", torch.tensor([r["ebv"] for r in data])
    if "features" in header:
        yield "features", torch.tensor(np.array([np.frombuffer(r["features"], "<f4") for r in data]))


if __name__ == "__main__":
    wanted = np.array([np.frombuffer(r["pz"], "<f4") for r in records(sys.argv[3])[1]])
    with torch.no_grad():
        found = module()(sys.argv[1])(**dict(inputs(*records(sys.argv[2]))))
    print(f"{abs(found.numpy() - wanted).max():.1e}")
