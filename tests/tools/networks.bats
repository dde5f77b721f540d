#!/usr/bin/env bats
# networks that leave and come: ONNX and safetensors give the p(z) that predict gives

bats_require_minimum_version 1.5.0

load needs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mock -q --stamps --size 16 --galaxies 60 --seed 3 | normalize >stamps.pz
	printf '%s\n' whiten 'conv c0 5x5 6 tanh' pool 'block b0' path 'conv a 1x1 4 prelu' 'conv a3 3x3 5 relu' path \
		'conv b 1x1 3 prelu' 'pool same' end 'add r0' path 'conv a 3x3 8 prelu' 'conv b 3x3 8 none' path end \
		'conv v 3x3 4 prelu valid' flatten ebv 'dense fc0 12 prelu' \
		'dense fc1 8 tanh' >odd.net
	softlabel -q --hard stamps.pz | train -q -n 20 -b 8 --net odd.net -o odd.model
	softlabel -q --single stamps.pz | train -q -n 20 -b 8 --net S2 -o single.model
	sed 's/ \(tanh\|prelu\|relu\|none\)/ norm \1/; /dense/s/ norm//' odd.net >norm.net
	softlabel -q --hard stamps.pz | train -q -n 20 -b 8 --net norm.net -o norm.model
	for name in odd single norm; do
		predict -q -m $name.model stamps.pz -o $name.pz
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# small X: whether a difference of probabilities is below 1e-5
small() {
	awk -v x="$1" 'BEGIN { exit !(x < 1e-5) }'
}

@test "ONNX: onnxruntime gives the same p(z)" {
	node -e 'require("onnxruntime-node")' 2>/dev/null || skip "no onnxruntime-node"
	for name in odd single norm; do
		tonetwork -o $name.onnx $name.model
		/usr/bin/python3 - $name.pz <<-'END'
			import msgpack, struct, sys
			def records(path):
			    return list(msgpack.Unpacker(open(path, "rb"), raw=False, strict_map_key=False))[1:-1]
			with open("images", "wb") as f: f.write(b"".join(r["img"] for r in records("stamps.pz")))
			with open("ebv", "wb") as f: f.write(b"".join(struct.pack("<f", r["ebv"]) for r in records("stamps.pz")))
			with open("pz", "wb") as f: f.write(b"".join(r["pz"] for r in records(sys.argv[1])))
		END
		cp "$BATS_TEST_DIRNAME/onnx_net.js" .
		difference=$(node onnx_net.js $name.onnx 60 5 16 images ebv pz)
		echo "$name: $difference"
		small "$difference"
	done
}

@test "safetensors: PyTorch gives the same p(z)" {
	need_python torch msgpack
	for name in odd single norm; do
		tonetwork -o $name.safetensors $name.model
		difference=$(/usr/bin/python3 "$BATS_TEST_DIRNAME/torch_net.py" $name.safetensors stamps.pz $name.pz)
		echo "$name: $difference"
		small "$difference"
	done
}

@test "safetensors: PyTorch gives the same p(z) of features, a missing one among them" {
	need_python torch msgpack
	awk 'BEGIN { srand(2); print "id,z,a,b"
		for (i = 1; i <= 60; i++) { z = .4 * rand(); print i "," z "," 20 + 5 * z + rand() "," (i == 7 ? "" : 18 + z) } }' >table.csv
	fromtable -q --features a,b table.csv >features.pz
	softlabel -q --single features.pz | train -q -n 20 -b 8 --net M -o features.model
	predict -q -m features.model features.pz -o by_features.pz
	tonetwork -o features.safetensors features.model
	difference=$(/usr/bin/python3 "$BATS_TEST_DIRNAME/torch_net.py" features.safetensors features.pz by_features.pz)
	echo "$difference"
	small "$difference"
}

@test "train --weights begins where the tensors are, and goes on with a frozen representation" {
	tonetwork -o odd.safetensors odd.model
	softlabel -q --hard stamps.pz >labelled.pz
	train -n 1 -b 8 --rate 1e-12 --net odd.net --weights odd.safetensors labelled.pz -o again.model 2>said
	grep -q "all 39 tensors of the network are read" said || { cat said && false; }
	predict -q -m again.model stamps.pz | inspect --tsv >again
	inspect --tsv odd.pz >first
	diff <(cut -f 1-8 again) <(cut -f 1-8 first)
	train -q -n 5 -b 8 --freeze --net odd.net --weights odd.safetensors labelled.pz -o frozen.model
	tonetwork -o frozen.safetensors frozen.model
	/usr/bin/python3 - <<-'END'
		import json, struct
		def tensors(path):
		    with open(path, "rb") as f:
		        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
		        values = f.read()
		    return {k: values[slice(*v["data_offsets"])] for k, v in header.items() if k != "__metadata__"}
		a, b = tensors("odd.safetensors"), tensors("frozen.safetensors")
		changed = {k.split(".")[0] for k in a if a[k] != b[k]}
		assert changed and all(k.startswith(("head", "gate")) for k in changed), changed
	END
}

@test "what the pixels were divided by is told to other programs" {
	divisors() {
		tonetwork -o told.safetensors "$1"
		/usr/bin/python3 -c "
import json, struct
f = open('told.safetensors', 'rb')
notes = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))['__metadata__']
print(notes['stretch'], notes.get('divide'), notes.get('soften'))"
	}
	[ "$(divisors odd.model)" = "sqrt 1 None" ]
	mock -q --stamps --size 16 --galaxies 20 --seed 3 | normalize --stretch asinh --soften 0.05,0.1,2,3,1e-7 |
		softlabel -q --hard | train -q -n 1 -b 8 --net odd.net -o soft.model
	[ "$(divisors soft.model)" = "asinh None 0.05,0.1,2,3,1e-07" ]
	tonetwork -o told.onnx soft.model
	grep -q 0.05,0.1,2,3,1e-07 told.onnx
}

@test "tensors in half precision are read; what does not fit, or is no number, is refused" {
	tonetwork -o odd.safetensors odd.model
	softlabel -q --hard stamps.pz >labelled.pz
	/usr/bin/python3 - <<-'END'
		import json, struct
		with open("odd.safetensors", "rb") as f:
		    header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
		    values = f.read()
		header.pop("__metadata__")
		def write(name, change, kind="F32", pack="<f"):
		    out, parts, at = {}, [], 0
		    for key, t in header.items():
		        key, shape, numbers = change(key, t["shape"], [x[0] for x in struct.iter_unpack("<f", values[slice(*t["data_offsets"])])])
		        if key is None: continue
		        part = b"".join(struct.pack(pack, x) for x in numbers)
		        out[key] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + len(part)]}
		        parts.append(part); at += len(part)
		    text = json.dumps(out).encode()
		    with open(name, "wb") as f: f.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
		write("half.st", lambda k, s, v: (k, s, v), "F16", "<e")
		write("fewer.st", lambda k, s, v: (None if k == "b0.a3.weight" else k, s, v))
		write("shape.st", lambda k, s, v: (k, s[::-1], v))
		write("nan.st", lambda k, s, v: (k, s, [float("nan")] * len(v)))
		write("trunk.st", lambda k, s, v: (None if k.startswith(("head", "gate")) else k, s, v))
		write("more.st", lambda k, s, v: ("optimiser" if k == "gate.bias" else k, s, v))
	END
	train -q -n 1 -b 8 --net odd.net --weights half.st labelled.pz -o x.model
	run -0 --separate-stderr train -n 1 -b 8 --net odd.net --weights trunk.st labelled.pz -o x.model
	[[ $stderr == *"25 of the network's 39 tensors are read, the others are new"* ]]
	run -0 --separate-stderr train -n 1 -b 8 --net odd.net --weights more.st labelled.pz -o x.model
	[[ $stderr == *"ignored: optimiser"* ]]
	run -4 --separate-stderr train --net odd.net --weights fewer.st labelled.pz -o y.model
	[[ $stderr == *"tensor 'b0.a3.weight'"* ]]
	run -4 --separate-stderr train --net odd.net --weights shape.st labelled.pz -o y.model
	[[ $stderr == *"expected the shape (5, 5, 1, 1), found ["* ]]
	run -1 --separate-stderr train --net odd.net --weights nan.st labelled.pz -o y.model
	[[ $stderr == *"NaN"* ]]
	head -c 3000 odd.safetensors >cut.st
	run -3 --separate-stderr train --net odd.net --weights cut.st labelled.pz -o y.model
	run -3 --separate-stderr train --net odd.net --weights stamps.pz labelled.pz -o y.model
	[[ $stderr == *"expected tensors (safetensors)"* ]]
	run -2 train --from odd.model --weights odd.safetensors labelled.pz -o y.model
	[ ! -e y.model ]
	run -2 --separate-stderr tonetwork -o odd.pt odd.model
	[[ $stderr == *".onnx or .safetensors, found 'odd.pt'"* ]]
	run -4 tonetwork -o stamps.onnx stamps.pz
	[ ! -e stamps.onnx ]
}
