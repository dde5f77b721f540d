#!/usr/bin/env bats
# features: columns of a table, from which networks learn without images or beside them

bats_require_minimum_version 1.5.0

load needs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	/usr/bin/python3 - <<-'END'
		import random
		random.seed(3)
		rows = []
		for i in range(600):
		    z = random.uniform(.02, .38)
		    r = random.uniform(15, 18)
		    g, u = r + .4 + 2 * z + random.gauss(0, .05), r + 1.5 + 3 * z + random.gauss(0, .1)
		    rows.append([i + 1, z, u, g, r])
		rows[7][2] = rows[400][3] = None
		with open("galaxies.csv", "w") as f:
		    f.write("id,zspec,u,g,r\n")
		    for row in rows: f.write(",".join("" if x is None else "%.5f" % x if isinstance(x, float) else str(x) for x in row) + "\n")
	END
	fromtable -q --grid 0,0.4,20 --columns z=zspec,mag=r --features u,g,r --colours galaxies.csv -o galaxies.pz
	partition -q --keep a --parts a=0.7,b=0.3 galaxies.pz -o train.pz
	partition -q --keep b --parts a=0.7,b=0.3 galaxies.pz -o test.pz
	softlabel -q --hard train.pz -o labelled.pz
	train -n 150 -b 32 --rate 3e-3 --net M labelled.pz -o hard.model 2>said-train
	predict -m hard.model test.pz -o estimates.pz 2>said-predict
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# read-features FILE: names, and the features of each galaxy, as Python prints them
read-features() {
	/usr/bin/python3 - "$1" <<-'END'
		import msgpack, struct, sys
		header, *records = msgpack.Unpacker(open(sys.argv[1], "rb"), raw=False, strict_map_key=False)
		print(header["kind"], ",".join(header["features"]))
		for r in records[:-1]: print(r["id"], *("%.4f" % x for x in struct.unpack("<%df" % len(header["features"]), r["features"])))
	END
}

@test "columns become features, with their differences; what is missing is NaN" {
	read-features galaxies.pz >found
	[ "$(sed -n 1p found)" = "catalogue u,g,r,u-g,g-r" ]
	/usr/bin/python3 - <<-'END' >wanted
		import csv, struct
		f = lambda x: struct.unpack("f", struct.pack("f", x))[0]
		print("catalogue u,g,r,u-g,g-r")
		for row in csv.DictReader(open("galaxies.csv")):
		    u, g, r = (f(float(row[b])) if row[b] else float("nan") for b in "ugr")
		    print(row["id"], *("%.4f" % x for x in (u, g, r, f(u - g), f(g - r))))
	END
	diff found wanted
	[ "$(grep -c nan found)" = 2 ]
}

@test "vectors of FITS and HDF5, ranges of them and new names" {
	need_python numpy h5py astropy
	/usr/bin/python3 - <<-'END'
		import numpy as np
		from astropy.table import Table
		import h5py
		v = np.arange(28, dtype="f4").reshape(4, 7)
		Table({"id": [1, 2, 3, 4], "redshift": [.1, .2, .3, .4], "emb": v, "snr": [5., 6., 7., 8.]}).write("v.fits", overwrite=True)
		with h5py.File("v.h5", "w") as f:
		    f["id"], f["redshift"], f["emb"], f["snr"] = [1, 2, 3, 4], [.1, .2, .3, .4], v, [5., 6., 7., 8.]
		np.savez("v.npz", id=[1, 2, 3, 4], redshift=[.1, .2, .3, .4], emb=v, snr=[5., 6., 7., 8.])
	END
	for file in v.fits v.h5 v.npz; do
		fromtable -q --features 'noise=snr,emb[2:4],emb[6]' $file -o v.pz
		read-features v.pz >found
		diff found - <<-'END'
			catalogue noise,emb[2],emb[3],emb[6]
			1 5.0000 2.0000 3.0000 6.0000
			2 6.0000 9.0000 10.0000 13.0000
			3 7.0000 16.0000 17.0000 20.0000
			4 8.0000 23.0000 24.0000 27.0000
		END
		fromtable -q --features emb $file -o v.pz
		[ "$(read-features v.pz | sed -n '1p;3p')" = $'catalogue emb[0],emb[1],emb[2],emb[3],emb[4],emb[5],emb[6]\n2 7.0000 8.0000 9.0000 10.0000 11.0000 12.0000 13.0000' ]
		run -1 --separate-stderr fromtable --features 'emb[5:9]' $file
		[[ $stderr == *"expected [FROM:TO] within 0 to 7, found 5:9"* ]]
		run -1 --separate-stderr fromtable --features 'emb[3:3]' $file
	done
}

@test "all columns from one to another; a vector cannot have one new name" {
	fromtable -q --columns z=zspec,mag=r --features 'u..r' galaxies.csv -o v.pz
	[ "$(read-features v.pz | sed -n '1p;3p')" = "$(read-features galaxies.pz | cut -d, -f 1-3 | sed -n 1p; read-features galaxies.pz | cut -d' ' -f 1-4 | sed -n 3p)" ]
	run -1 --separate-stderr fromtable --features 'r..u' galaxies.csv
	run -2 --separate-stderr fromtable --features 'all=u..r' --columns z=zspec galaxies.csv
	[[ $stderr == *"'all=': expected one column of one number to name"* ]]
	run -2 --separate-stderr fromtable --features 'zspec..u' --columns z=zspec galaxies.csv
	[[ $stderr == *"the column is the redshift"* ]]
}

@test "wrong lists of features are refused, and numbers that mean 'no value'" {
	run -1 --separate-stderr fromtable --features u,q galaxies.csv
	[[ $stderr == *"no column 'q' for features; it has id, zspec, u, g, r"* ]]
	run -2 --separate-stderr fromtable --features u,zspec galaxies.csv
	[[ $stderr == *"feature 'zspec': the column is the redshift that is to be estimated"* ]]
	run -2 --separate-stderr fromtable --features u,,g galaxies.csv
	need_python numpy h5py
	/usr/bin/python3 -c 'import h5py, numpy as np
with h5py.File("empty.h5", "w") as f: f["id"], f["z"], f["none"] = np.arange(5), np.arange(5) / 10, np.zeros((5, 0))'
	run -1 --separate-stderr fromtable --features n=id,none empty.h5
	[[ $stderr == *"features: column 'none' has no values"* ]]
	run -2 --separate-stderr fromtable --colours galaxies.csv
	[[ $stderr == *"--colours needs --features"* ]]
	run -2 --separate-stderr fromtable --colours --features u galaxies.csv
	[[ $stderr == *"expected two features and more, found 1"* ]]
	sed '3s/,[^,]*$/,-99/' galaxies.csv >sentinel.csv
	run -1 --separate-stderr fromtable --columns z=zspec,mag=u --features g,r sentinel.csv
	[[ $stderr == *"row 2: feature 'r': -99 looks like a missing value: say --missing -99"* ]]
	fromtable -q --columns z=zspec,mag=u --missing -99 --features g,r sentinel.csv -o v.pz
	[ "$(read-features v.pz | awk 'NR == 3 { print $3 }')" = nan ]
	sed '3s/,[^,]*$/,inf/' galaxies.csv >infinite.csv
	run -1 --separate-stderr fromtable --columns z=zspec,mag=u --features g,r infinite.csv
	[[ $stderr == *"row 2: feature 'r': expected a number that float32 can keep, found inf (--missing inf says"* ]]
	fromtable -q --columns z=zspec,mag=u --missing inf --features g,r infinite.csv -o v.pz
	[ "$(read-features v.pz | awk 'NR == 3 { print $3 }')" = nan ]
	fromtable -q --columns z=zspec,mag=u --missing none --features g,r sentinel.csv -o v.pz
	[ "$(read-features v.pz | awk 'NR == 3 { print $3 }')" = -99.0000 ]
}

@test "a network on features learns; numpy gives the same p(z), the training mean for what is missing" {
	grep -q "galax.* not all features: the mean of the training sample stands for those that are missing" said-train said-predict
	tonetwork -o hard.safetensors hard.model
	need_python numpy
	/usr/bin/python3 - <<-'END'
		import json, struct, msgpack, numpy as np
		with open("hard.safetensors", "rb") as f:
		    header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0])); values = f.read()
		said = header.pop("__metadata__")
		assert said["features"] == "u,g,r,u-g,g-r" and "bands" not in said, said
		p = {k: np.frombuffer(values[slice(*t["data_offsets"])], "<f4").reshape(t["shape"]).astype(float) for k, t in header.items()}
		def records(path): return list(msgpack.Unpacker(open(path, "rb"), raw=False, strict_map_key=False))[1:-1]
		train = np.array([np.frombuffer(r["features"], "<f4") for r in records("train.pz")]).astype(float)
		assert np.allclose(p["features.mean"], np.nanmean(train, 0), rtol=1e-6)
		assert np.allclose(p["features.scale"], 1 / np.nanstd(train, 0), rtol=1e-6)
		test = records("estimates.pz")
		x = np.array([np.frombuffer(r["features"], "<f4") for r in test]).astype(float)
		x = np.where(np.isnan(x), 0, (x - p["features.mean"]) * p["features.scale"])
		for k in range(3): x = np.maximum(0, x @ p[f"fc{k}.weight"].T + p[f"fc{k}.bias"])
		def softmax(y): e = np.exp(y - y.max(1, keepdims=True)); return e / e.sum(1, keepdims=True)
		gate = softmax(x @ p["gate.weight"].T + p["gate.bias"])
		pz = sum(gate[:, k, None] * softmax(x @ p[f"head{k}.weight"].T + p[f"head{k}.bias"]) for k in range(gate.shape[1]))
		found = np.array([np.frombuffer(r["pz"], "<f4") for r in test])
		assert np.abs(found - pz).max() < 1e-5, np.abs(found - pz).max()
		z, mean = np.array([r["z"] for r in test]), np.array([r["zphot"]["mean"] for r in test])
		assert np.std(z - mean) < .4 * np.std(z), (np.std(z - mean), np.std(z))
	END
}

@test "ONNX: onnxruntime gives the same p(z)" {
	node -e 'require("onnxruntime-node")' 2>/dev/null || skip "no onnxruntime-node"
	tonetwork -o hard.onnx hard.model
	/usr/bin/python3 - <<-'END'
		import msgpack
		records = list(msgpack.Unpacker(open("estimates.pz", "rb"), raw=False, strict_map_key=False))[1:-1]
		open("x", "wb").write(b"".join(r["features"] for r in records))
		open("pz", "wb").write(b"".join(r["pz"] for r in records))
	END
	difference=$(node -e '
		const fs = require("fs"), ort = require("onnxruntime-node");
		const floats = p => { const b = fs.readFileSync(p); return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length)); };
		(async () => {
			const net = await ort.InferenceSession.create("hard.onnx"), x = floats("x"), pz = floats("pz");
			const found = await net.run({ features: new ort.Tensor("float32", x, [x.length / 5, 5]) });
			console.log(pz.reduce((most, v, i) => Math.max(most, Math.abs(v - found.pz.data[i])), 0));
		})();')
	echo "$difference"
	awk -v x="$difference" 'BEGIN { exit !(x < 1e-5) }'
}

@test "the whole line of steps runs on features" {
	balance -q --threshold 5 train.pz -o subset.pz
	softlabel -q --hard subset.pz | train -q -n 50 -b 32 --from hard.model --freeze -o step2.model
	predict -q -m step2.model --keep-stamps subset.pz -o subset2.pz
	softlabel -q --extend 5,5 subset2.pz | train -q -n 50 -b 32 --from hard.model --freeze --heads new -o step3.model
	predict -q -m step3.model subset.pz -o subset3.pz
	predict -q -m step3.model test.pz | calibrate -q --train subset3.pz -o step4.pz
	residuals -q step4.pz >report
	grep -q sigma_mad report
	[ "$(inspect step4.pz | awk '$1 == "features" { print $2 }')" = '["u","g","r","u-g","g-r"]' ]
	knn -q --train train.pz test.pz -o knn.pz 2>said
	residuals -q knn.pz >/dev/null
}

@test "the same bytes at any number of threads, after a stop, and in shards" {
	for j in 1 2; do
		train -q -j $j -n 40 -b 32 --net M labelled.pz -o j$j.model
	done
	cmp j1.model j2.model
	train -q -n 25 -b 32 --drop 1 --net M --checkpoint c.state labelled.pz -o c.model
	train -q -n 40 -b 32 --drop 1 --net M --checkpoint c.state --resume labelled.pz -o c.model
	train -q -n 40 -b 32 --drop 1 --net M labelled.pz -o whole.model
	cmp whole.model c.model
	predict -q -m j1.model --shard 1/2 test.pz -o s1.pz
	predict -q -m j1.model --shard 2/2 test.pz -o s2.pz
	predict -q -m j1.model test.pz -o s.pz
	diff <(inspect --tsv s.pz) <(cat s1.pz s2.pz | inspect --tsv)
}

@test "predict --features: the last hidden layer is what another network learns from" {
	predict -q -m hard.model --features train.pz -o hidden.pz
	[ "$(read-features hidden.pz | head -1 | cut -d, -f 1-2,256)" = "predictions hidden0,hidden1,hidden255" ]
	printf '%s\n' features 'dense 8 relu' >small.net
	softlabel -q --single hidden.pz | train -q -n 30 -b 32 --net small.net -o second.model
	predict -q -m hard.model --features test.pz | predict -q -m second.model -o second.pz
	residuals -q second.pz >/dev/null
}

@test "what does not fit is refused with a word" {
	run -4 --separate-stderr train --net S1 labelled.pz -o x.model
	[[ $stderr == *"the network reads pixels: expected stamps"* ]]
	mock -q --stamps --size 8 --galaxies 20 --seed 1 | normalize -q >stamps.pz
	softlabel -q --hard stamps.pz >labelled-stamps.pz
	run -4 --separate-stderr train --net M labelled-stamps.pz -o x.model
	[[ $stderr == *"the network reads features (line 1): expected data with features, found none"* ]]
	run -4 --separate-stderr predict -m hard.model stamps.pz
	[[ $stderr == *"features: the model reads 5, the data have none: fromtable --features"* ]]
	fromtable -q --grid 0,0.4,20 --columns z=zspec,mag=r --features u,r,g --colours galaxies.csv -o other.pz
	run -4 --separate-stderr predict -m hard.model other.pz
	[[ $stderr == *"features: the model reads 5 of them, of which number 2 is 'g'; the data have 5, and 'r' there"* ]]
	run -4 --separate-stderr knn --train train.pz other.pz
	[[ $stderr == *"feature 2: expected 'g' as in the training set, found 'r'"* ]]
	awk -F, -v OFS=, 'NR > 1 { $4 = 1; $5 = "" } 1' galaxies.csv >flat.csv
	fromtable -q --grid 0,0.4,20 --columns z=zspec,mag=u --features u,g flat.csv | softlabel -q --hard >flat.pz
	run -0 --separate-stderr train -n 1 --net M flat.pz -o x.model
	[[ $stderr == *"feature 'g' has the same value in all galaxies: nothing can be learned from it"* ]]
	fromtable -q --grid 0,0.4,20 --columns z=zspec,mag=u --features u,r flat.csv | softlabel -q --hard >none.pz
	run -1 --separate-stderr train -n 1 --net M none.pz -o y.model
	[[ $stderr == *"feature 2: expected a value in some training galaxy, found none"* ]]
}

@test "stamps of cutout have features too, which S1+features reads" {
	mock -q --galaxies 60 --seed 2 sky
	cutout -q --catalogue sky/catalogue.fits --frames 'sky/frame-%b-*.fits' --size 8 \
		--features u=true_u,g=true_g,r=true_r --colours -o stamps.pz
	[ "$(inspect stamps.pz | awk '$1 == "features" { print $2 }')" = '["u","g","r","u-g","g-r"]' ]
	normalize -q stamps.pz | softlabel -q --hard -o labelled-stamps.pz
	train -q -n 20 -b 16 --net S1+features labelled-stamps.pz -o both.model
	normalize -q stamps.pz | predict -q -m both.model -o both.pz
	normalize -q stamps.pz >normal.pz
	# without the magnitudes the p(z) are others
	train -q -n 20 -b 16 --net S1 labelled-stamps.pz -o pixels.model
	predict -q -m pixels.model normal.pz -o pixels.pz
	run ! diff -q <(inspect --tsv pixels.pz) <(inspect --tsv both.pz)
	predict -q -m both.model,pixels.model normal.pz -o mean.pz
}

@test "stamps of fromarray have features, of arrays beside the images or of a catalogue" {
	need_python numpy h5py astropy
	/usr/bin/python3 - <<-'END'
		import numpy as np
		import h5py
		from astropy.io import fits
		from astropy.table import Table
		mags = np.arange(18, dtype="f4").reshape(6, 3) + 15
		with h5py.File("set.h5", "w") as f:
		    f["image"], f["object_id"], f["z"] = np.ones((6, 2, 4, 4), "f4"), np.arange(6), np.arange(1, 7) / 20
		    f["embedding"], f["mag_g"], f["mag_r"] = mags, mags[:, 0], mags[:, 1] / 2
		import os
		os.makedirs("cubes", exist_ok=True)
		for i in range(6): fits.writeto(f"cubes/{i}.fits", np.ones((2, 4, 4), "f4"), overwrite=True)
		Table({"id": np.arange(6), "z": np.arange(1, 7) / 20, "mag_g": mags[:, 0], "mag_r": mags[:, 1] / 2}).write("set.fits", overwrite=True)
	END
	fromarray -q --bands g,r --pixscale 0.2 --unit nmgy --features 'g=mag_g,r=mag_r,embedding[1:3]' set.h5 -o a.pz
	[ "$(read-features a.pz | sed -n '1p;4p')" = $'stamps g,r,embedding[1],embedding[2]\n2 21.0000 11.0000 22.0000 23.0000' ]
	fromarray -q --bands g,r --pixscale 0.2 --unit nmgy --stamps cubes/%i.fits --catalogue set.fits --features mag_g,mag_r \
		--colours -o b.pz
	[ "$(read-features b.pz | sed -n '1p;4p')" = $'stamps mag_g,mag_r,mag_g-mag_r\n2 21.0000 11.0000 10.0000' ]
	run -2 --separate-stderr fromarray --bands g,r --pixscale 0.2 --features 'z=z' --columns z=z set.h5
	[[ $stderr == *"the column is the redshift"* ]]
	toarray -q -o again.h5 a.pz
	fromarray -q again.h5 -o again.pz
	cmp <(partition --parts all=1 --keep all a.pz | inspect --tsv) <(inspect --tsv again.pz)
	diff <(read-features a.pz) <(read-features again.pz)
}

@test "features survive a FITS table and come back with their names" {
	totable -q -o features.fits estimates.pz
	fromtable -q features.fits -o again.pz
	diff <(read-features estimates.pz) <(read-features again.pz)
	totable -q -o features.fits train.pz
	fromtable -q features.fits -o again.pz
	diff <(read-features train.pz) <(read-features again.pz)
	# another program drops the card: the names are numbers
	need_python astropy
	/usr/bin/python3 - <<-'END'
		from astropy.io import fits
		with fits.open("features.fits") as f:
		    del f[1].header["FEATURES"]
		    f.writeto("unnamed.fits", overwrite=True)
	END
	fromtable -q unnamed.fits -o again.pz
	[ "$(read-features again.pz | head -1)" = "catalogue features[0],features[1],features[2],features[3],features[4]" ]
}
