#!/usr/bin/env bats
# toarray.bats -- streams as arrays of HDF5 and .npz: values as h5py and numpy read them, and back to the byte

bats_require_minimum_version 1.5.0

load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	command make_stream labelled 12 8 >labelled.pz # the program, not the function of samples.bash
}

needs() {
	/usr/bin/python3 -c "import $1" 2>/dev/null || skip "no ${1//,/ or }"
}

# A stream of three records, as written by another program.
make_small() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/stream.py" make '{"kind": "predictions", "bands": ["g", "r"],
		"size": 2, "pixel": "f2", "unit": "nmgy", "pixscale": 0.25, "features": ["u", "g - r"],
		"grid": {"target": "z", "min": 0.0, "max": 1.0, "bins": 2, "left": 1, "right": 0}}' >small.pz <<-'END'
		{"id": 9007199254740993, "z": 0.5, "mag": {"g": 20, "r": 19.5}, "good": true, "n": 1, "name": "é", "img": [0, 1, 2, 3, 4, 5, 6, 7], "pz": [0.25, 0.25, 0.5], "features": [1, 2]}
		{"id": -2, "z": null, "mag": {"g": 21}, "good": false, "name": "second", "img": [8, 9, 10, 11, 12, 13, 14, 15], "pz": [0, 0, 1]}
		{"id": 3, "mag": {"g": 22, "r": 20.5}, "good": true, "n": 3, "label": [[1, 2, 0.5]], "pz": [1, 0, 0], "features": [3, 4]}
	END
}

@test "h5py reads pixels, p(z), features and every other key, with bands, units and edges of the grid" {
	needs h5py,msgpack
	make_small
	run -0 --separate-stderr toarray --output small.h5 small.pz
	[[ $stderr == *"kept for fromarray alone, as no array can hold their values: label" ]]
	/usr/bin/python3 - <<-'END'
		import h5py, numpy as np
		f = h5py.File("small.h5")
		same = np.testing.assert_array_equal
		assert f["image"].dtype == "<f2" and f["image"].shape == (3, 2, 2, 2)
		same(f["image"][:2].ravel(), np.arange(16)); assert np.isnan(f["image"][2]).all()
		assert dict(f["image"].attrs) == {"bands": "g,r", "unit": "nmgy", "pixscale": 0.25}
		same(f["id"], [9007199254740993, -2, 3]); assert f["id"].dtype == "<i8"
		same(f["z"], [.5, np.nan, np.nan])
		same(f["mag.g"], [20, 21, 22]); assert f["mag.g"].dtype == "<i8"
		same(f["mag.r"], [19.5, np.nan, 20.5])
		same(f["good"], [True, False, True]); assert f["good"].dtype == bool
		same(f["n"], [1, np.nan, 3])
		same(f["name"].asstr()[:], ["é", "second", ""])
		same(f["pz"], np.array([[.25, .25, .5], [0, 0, 1], [1, 0, 0]], "f4")); assert f["pz"].dtype == "<f4"
		same(f["features"], np.array([[1, 2], [np.nan] * 2, [3, 4]], "f4"))
		same(f["feature_names"].asstr()[:], ["u", "g - r"])
		same(f["bands"].asstr()[:], ["g", "r"])
		same(f["grid_edges"], [-.5, 0, .5, 1]); assert f["pz"].attrs["target"] == "z"
	END
}

@test "a divisor of each band is an attribute, and comes back" {
	needs h5py
	/usr/bin/python3 "$BATS_TEST_DIRNAME/stream.py" make '{"kind": "stamps", "bands": ["g", "r"], "size": 1}' \
		<<<'{"id": 1, "img": [3, 8]}' | normalize -q --soften 0.5,4 >soft.pz
	toarray -q --output soft.h5 soft.pz
	/usr/bin/python3 -c 'import h5py; a = dict(h5py.File("soft.h5")["image"].attrs)
assert a["soften"] == "0.5,4" and a["stretch"] == "sqrt" and "divide" not in a, a'
	fromarray soft.h5 | inspect | grep -q "^soften *\[0.5,4.0\]"
}

@test "numpy reads the same from a .npz" {
	needs numpy,msgpack
	make_small
	toarray -q --output small.npz small.pz
	/usr/bin/python3 - <<-'END'
		import numpy as np
		f = np.load("small.npz")
		same = np.testing.assert_array_equal
		same(f["image"][:2].ravel(), np.arange(16)); assert f["image"].dtype == "<f2"
		same(f["name"], ["é", "second", ""])
		same(f["id"], [9007199254740993, -2, 3])
		same(f["mag.r"], [19.5, np.nan, 20.5])
		same(f["pz"][0], [.25, .25, .5])
		same(f["bands"], ["g", "r"])
		same(f["grid_edges"], [-.5, 0, .5, 1])
	END
}

@test "fromarray gives streams back to the byte, from a file and from a pipe" {
	local ending

	knn -q -t labelled.pz --neighbours 3 labelled.pz >predictions.pz
	command make_stream stamps 3 64 >stamps.pz
	command make_stream labelled 0 8 >empty.pz
	for stream in labelled predictions stamps empty; do
		for ending in hdf5 npz; do
			toarray -q -o file.$ending <$stream.pz
			fromarray file.$ending >back.pz
			cmp back.pz $stream.pz
			toarray -q -o again.$ending back.pz
			cmp again.$ending file.$ending
		done
	done
}

# A stream without its trailer, to which the tools add a hash that other programs leave out.
records() {
	/usr/bin/python3 - "$1" <<-'END'
		import sys
		data = open(sys.argv[1], "rb").read()
		sys.stdout.buffer.write(data[:max(data.rfind(b"\x82\xa3end"), data.rfind(b"\x83\xa3end"))])
	END
}

@test "streams of all types, orders and forms of values come back to the byte" {
	needs msgpack
	local seed ending

	for seed in {1..24}; do
		/usr/bin/python3 "$BATS_TEST_DIRNAME/array_trip.py" "$seed" in.pz
		inspect --check in.pz >/dev/null
		for ending in h5 npz; do
			toarray -q -o file.$ending in.pz
			fromarray file.$ending >back.pz
			cmp <(records back.pz) <(records in.pz) || { echo "seed $seed, $ending"; false; }
		done
	done
}

@test "what another program changes in the arrays comes along; rows may be left out" {
	needs h5py
	make_small
	toarray -q -o small.h5 small.pz
	/usr/bin/python3 - <<-'END'
		import h5py, numpy as np
		with h5py.File("small.h5", "r+") as f:
		    f["z"][0] = .75
		    f["image"][0, 0, 0, 0] = -1
		    name = f["name"].asstr()[:]
		    del f["name"]
		    f["name"] = np.array(["changed", *name[1:]], dtype=object)
		    good = f["mag.g"][:].astype("f8")
		    good[0] = 20.25
		    del f["mag.g"]
		    f["mag.g"] = good
		with h5py.File("small.h5") as f, h5py.File("some.h5", "w") as g:
		    def copy(name, a):
		        if isinstance(a, h5py.Dataset):
		            whole = name in ("bands", "feature_names", "grid_edges", "pzpipe/header", "pzpipe/forms", "pzpipe/rest")
		            g[name] = a[()] if whole else a[()][[2, 0]]
		    f.visititems(copy)
	END
	fromarray some.h5 >some.pz
	run -0 inspect --json some.pz
	[[ ${lines[1]} == '{"id":3,"mag":{"g":22,"r":20.5},"good":true,"n":3,"label":[[1,2,0.5]],"pz":'* ]]
	[[ ${lines[2]} == '{"id":9007199254740993,"z":0.75,"mag":{"g":20.25,"r":19.5},"good":true,"n":1,"name":"changed",'* ]]
}

@test "several files are one stream, where their headers agree" {
	command make_stream labelled 12 8 >a.pz
	command make_stream labelled 5 8 >b.pz
	command make_stream labelled 5 9 >c.pz
	for name in a b c; do
		toarray -q -o $name.npz $name.pz
	done
	fromarray a.npz b.npz >ab.pz
	[ "$(inspect --tsv ab.pz | wc -l)" = 18 ]
	run -4 --separate-stderr fromarray a.npz c.npz
	[[ $stderr == *"c.npz: segments do not agree in 'size' of their headers"* ]]
}

@test "with an option that says what the file holds, it is read as any other" {
	toarray -q -o a.npz labelled.pz
	fromarray --bands u,g,r,i,z --pixscale 0.396 a.npz >a.pz
	[[ $(inspect --json a.pz | sed -n 2p) != *label* ]]
	[ "$(inspect --tsv a.pz | wc -l)" = 13 ]
}

@test "arrays that do not fit one another, or are not there, are errors" {
	needs h5py
	make_small
	toarray -q -o small.h5 small.pz
	change() {
		cp small.h5 bad.h5
		/usr/bin/python3 -c "import h5py, numpy as np
with h5py.File('bad.h5', 'r+') as f:
    $1"
	}
	change 'del f["z"]'
	run -1 --separate-stderr fromarray bad.h5
	[[ $stderr == *"bad.h5: expected an array 'z', as the records of its stream have this key, found none"* ]]
	change 'del f["z"]; f["z"] = np.zeros(4)'
	run -4 --separate-stderr fromarray bad.h5
	[[ $stderr == *"array 'z': expected 3 rows, as 'pzpipe/form' has, found 4"* ]]
	change 'del f["image"]; f["image"] = np.zeros((3, 2, 3, 3), "f2")'
	run -4 --separate-stderr fromarray bad.h5
	[[ $stderr == *"array 'image': expected images of 2 bands and 2 pixels as f2"* ]]
	change 'f["pzpipe/form"][1] = 99'
	run -3 --separate-stderr fromarray bad.h5
	[[ $stderr == *"array 'pzpipe/form': row 2: expected a number below 3, found 99"* ]]
	change 'f["pzpipe/forms"][0] = 255'
	run -3 --separate-stderr fromarray bad.h5
	[[ $stderr == *"expected forms as toarray writes them"* ]]
	change 'f["pzpipe/rest_at"][2] = 2**60'
	run -3 --separate-stderr fromarray bad.h5
	[[ $stderr == *"expected a MessagePack value of record 3, found none"* ]]
	change 'del f["name"]; f["name"] = np.zeros(3)'
	run -1 --separate-stderr fromarray bad.h5
	[[ $stderr == *"array 'name': row 1: expected a text"* ]]
	change 'f["pzpipe/header"][0] = 1'
	run -3 --separate-stderr fromarray bad.h5
}

@test "what cannot be written is refused: other endings, models, devices, a cut stream" {
	run -2 --separate-stderr toarray -o a.fits labelled.pz
	[[ $stderr == *"expected --output with a name that ends in .hdf5, .h5 or .npz, found 'a.fits'"* ]]
	run -2 --separate-stderr toarray labelled.pz
	printf 'mean\ndense 4 relu\n' >small.net
	train -q --net small.net -n 1 -b 4 labelled.pz -o small.model
	run -4 --separate-stderr toarray -o a.h5 small.model
	[[ $stderr == *"expected a stream of stamps,predictions,catalogue, found model"* ]]
	head -c 3000 labelled.pz >cut.pz
	run -3 --separate-stderr toarray -o a.h5 cut.pz
	[ ! -e a.h5 ]
	[ -z "$(ls a.h5* 2>/dev/null)" ]
}
