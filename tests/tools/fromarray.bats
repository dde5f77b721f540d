#!/usr/bin/env bats
# fromarray, and catalogues that are arrays: values of NumPy's files and of HDF5 come out as they are

bats_require_minimum_version 1.5.0

load needs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >write.py <<-'END'
		import struct, sys, zipfile
		def npy(name, kind, shape, values):
		    code = {"f2": "e", "f4": "f", "f8": "d", "i4": "i", "i8": "q", "u1": "B"}[kind[1:]]
		    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
		    header += " " * (-(len(header) + 11) % 64) + "\n"
		    with open(name, "wb") as file:
		        file.write(b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode())
		        file.write(struct.pack(kind[0] + str(len(values)) + code, *values))
		def npz(name, *members):
		    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as file:
		        for member in members:
		            file.write(member)
	END
}

python() {
	/usr/bin/python3 -c "import sys; sys.path.insert(0, '.'); from write import *; $1"
}

# The pixels of record $2 of a stream, comma separated.
pixels() {
	/usr/bin/python3 - "$1" "$2" <<-'END'
		import msgpack, struct, sys
		records = list(msgpack.Unpacker(open(sys.argv[1], "rb"), raw=False, strict_map_key=False))
		image = records[int(sys.argv[2])]["img"]
		kind = "e" if records[0]["pixel"] == "f2" else "f"
		print(*struct.unpack("<%d%s" % (len(image) // struct.calcsize(kind), kind), image), sep=",")
	END
}

@test "images in either order of axes become the same stamps, with the values of their rows" {
	# galaxy g, band b, row y, column x: 100 g + 10 b + 3 y + x, less 20 in the second row
	python "
npy('a.npy', '<f4', (2, 2, 3, 3), [100*g+10*b+3*y+x for g in (0,1) for b in (0,1) for y in (0,1,2) for x in (0,1,2)])
npy('b.npy', '>f8', (2, 3, 3, 2), [100*g+10*b+3*y+x for g in (0,1) for y in (0,1,2) for x in (0,1,2) for b in (0,1)])
npy('z.npy', '<f8', (2,), [.125, .25])
npy('objid.npy', '<i8', (2,), [9007199254740993, -5])
npz('a.npz', 'a.npy', 'z.npy', 'objid.npy')
npz('b.npz', 'objid.npy', 'b.npy', 'z.npy')"
	fromarray --images a --bands g,r --pixscale 0.25 --unit nmgy a.npz >a.pz
	fromarray --images b --bands g,r --pixscale 0.25 --unit nmgy b.npz >b.pz
	inspect --check a.pz
	[ "$(pixels a.pz 2)" = "$(seq -s, -f %.1f 100 108),$(seq -s, -f %.1f 110 118)" ]
	[ "$(pixels b.pz 2)" = "$(pixels a.pz 2)" ]
	run -0 inspect --tsv b.pz
	[[ ${lines[0]} == $'id\tz'* ]]
	[[ ${lines[1]} == $'9007199254740993\t0.125'* ]]
	[[ ${lines[2]} == $'-5\t0.25'* ]]
}

@test "the PSF that bands were brought to: by option, by the attributes of toarray, and networks ask for it" {
	need_python numpy h5py
	/usr/bin/python3 -c "
import numpy as np
np.save('x.npy', np.random.default_rng(1).normal(5, 1, (20, 2, 8, 8)).astype('f4'))
open('z.csv', 'w').write('id,z\\n' + ''.join(f'{i},{.01 * i}\\n' for i in range(20)))"
	read_x=(fromarray -q --bands "g,r" --pixscale 0.25 --unit nmgy --catalogue z.csv x.npy)
	"${read_x[@]}" -o none.pz
	run ! grep -q ^psf < <(inspect none.pz)
	"${read_x[@]}" --psf 1.5 -o stated.pz
	inspect stated.pz | grep -qE '^psf +1.5$'
	run -2 --separate-stderr "${read_x[@]}" --psf -1
	[[ $stderr == *"--psf: expected 0 to 3600, found -1"* ]]
	# to arrays and back: by themselves, and where options say what is in them
	toarray -q -o s.h5 stated.pz
	toarray -q -o s.npz stated.pz
	for file in s.h5 s.npz; do
		fromarray -q "$file" | inspect | grep -qE '^psf +1.5$'
	done
	fromarray -q --images image --bands g,r s.h5 | inspect >back
	grep -qE '^psf +1.5$' back
	grep -qE '^pixscale +0.25$' back
	fromarray -q --images image --bands g,r --psf 2 --pixscale 0.3 s.h5 | inspect >back
	grep -qE '^psf +2$' back
	grep -qE '^pixscale +0.3$' back
	# what no sky has is not taken for one
	cp s.h5 far.h5
	/usr/bin/python3 -c "
import h5py
with h5py.File('far.h5', 'a') as f:
    f['image'].attrs['psf'], f['image'].attrs['pixscale'] = 3601., 4000."
	fromarray -q --images image --bands g,r --pixscale 0.3 far.h5 | inspect >back
	run ! grep -q '^psf' back
	run -2 --separate-stderr fromarray --images image --bands g,r far.h5
	[[ $stderr == *"expected --pixscale"* ]]
	# a network of these takes no others
	printf 'conv 3x3 2 relu\nmean\ndense 4 relu\n' >small.net
	normalize -q stated.pz | softlabel -q --hard | train -q --net small.net -n 1 -b 2 -o small.model
	normalize -q stated.pz | predict -q -m small.model -o good.pz
	run -4 --separate-stderr predict -q -m small.model <(normalize -q none.pz) -o other.pz
	[[ $stderr == *"psf: the model expects bands with one of 1.5 arcsec"* ]]
}

@test "any number of bands side by side, in either type, become the same planes" {
	python "
for n in range(3, 8):
    for kind in ('f2', 'f4'):
        npy('nchw%d.%s.npy' % (n, kind), '<' + kind, (2, n, 9, 9), [100*g+81*b+9*y+x for g in (0,1) for b in range(n) for y in range(9) for x in range(9)])
        npy('nhwc%d.%s.npy' % (n, kind), '<' + kind, (2, 9, 9, n), [100*g+81*b+9*y+x for g in (0,1) for y in range(9) for x in range(9) for b in range(n)])"
	for name in n*.npy; do
		fromarray --layout "${name:0:4}" --size 7 --bands "$(seq -s, "${name:4:1}")" --pixscale 1 "$name" >"${name%.npy}.pz"
	done
	/usr/bin/python3 - <<-'END'
		import glob, msgpack
		def images(name):
		    return [r["img"] for r in msgpack.Unpacker(open(name, "rb"), raw=False) if "img" in r]
		names = glob.glob("nhwc*.pz")
		assert len(names) == 10
		assert all(images(name) == images(name.replace("nhwc", "nchw")) and len(images(name)) == 2 for name in names)
	END
	[[ $(pixels nhwc5.f2.pz 2) == 110.0,* ]]
}

@test "--size takes the central pixels; pixels without a value are 0, and cover says so; float16 stays" {
	python "
v = [float(i) for i in range(25)]
v[12] = float('nan'); v[0] = float('inf')
npy('images.npy', '<f2', (1, 5, 5), v)"
	fromarray --bands r --pixscale 1 images.npy >all.pz
	fromarray --bands r --pixscale 1 --size 3 images.npy >some.pz
	[ "$(pixels some.pz 1)" = 6.0,7.0,8.0,11.0,0.0,13.0,16.0,17.0,18.0 ]
	inspect all.pz | grep -qE '^pixel +f2'
	[[ $(inspect --json all.pz | sed -n 2p) == *'"cover":[0.92]'* ]]
	run -2 fromarray --bands r --pixscale 1 --size 4 images.npy
	[[ $output == *"--size: expected at most the 5 pixels"* ]]
}

@test "a table beside the images has one row for each of them" {
	python "npy('x.npy', '<i4', (2, 1, 2, 2), list(range(8)))"
	printf 'id,z,mag\na,0.1,17\nb,0.2,18\n' >two.csv
	fromarray --bands r --pixscale 1 --catalogue two.csv x.npy >x.pz
	[ "$(pixels x.pz 2)" = 4.0,5.0,6.0,7.0 ]
	[[ $(inspect --tsv x.pz) == *$'b\t0.2\t18'* ]]
	head -n 2 two.csv >one.csv
	run -4 --separate-stderr fromarray --bands r --pixscale 1 --catalogue one.csv x.npy
	[[ $stderr == *"expected a row for each of its 2 images, found 1"* ]]
	printf 'c,0.3,19\n' >>two.csv
	run -4 --separate-stderr fromarray --bands r --pixscale 1 --catalogue two.csv x.npy
	[[ $stderr == *"found more"* ]]
}

@test "a known set needs no options; what a file leaves open is asked for" {
	python "
npy('data.npy', '<f4', (1, 4, 4, 5), list(range(80)))
npy('z.npy', '<f4', (1,), [.5])
npy('ebv.npy', '<f4', (1,), [.25])
npz('set.npz', 'data.npy', 'z.npy', 'ebv.npy')"
	fromarray -q --as pasquet set.npz >set.pz
	[[ $(inspect --tsv set.pz) == *$'1\t0.5\t0.25'* ]]
	inspect set.pz | grep -qE '^bands +\["u","g","r","i","z"\]'
	run -2 --separate-stderr fromarray set.npz
	[[ $stderr == *"expected --bands: the names of the 5 bands"* ]]
	run -2 --separate-stderr fromarray --bands u,g,r,i,z set.npz
	[[ $stderr == *"expected --pixscale"* ]]
	run -1 --separate-stderr fromarray --images nothing set.npz
	[[ $stderr == *"no array 'nothing'; it has data, z, ebv"* ]]
}

@test "Pasquet's sdss.npz has its columns in records; ids that are found by the last part of a name" {
	need_python numpy
	/usr/bin/python3 - <<-'END'
		import numpy as np
		labels = np.zeros(3, [("specObjID", "u8"), ("ra", "f8"), ("dec", "f8"), ("z", "f4"), ("EBV", "f4"), ("dered_petro_r", "f4"), ("primtarget", "i4")])
		labels["specObjID"], labels["z"], labels["EBV"] = [2 ** 60 + 1, 7, 8], [.125, .25, .375], [.5, .25, .125]
		labels["ra"], labels["dered_petro_r"], labels["primtarget"] = [1, 2, 3], [16, 17, 17.5], [64, 128, 64]
		np.savez("sdss.npz", cube=np.arange(3 * 4 * 4 * 5, dtype="f4").reshape(3, 4, 4, 5), labels=labels)
	END
	fromarray --as pasquet --carry primtarget sdss.npz >sdss.pz
	run -0 inspect --tsv sdss.pz
	[[ ${lines[0]} == $'id\tra\tdec\tz\tmag\tebv\tprimtarget'* ]]
	[[ ${lines[1]} == $'1152921504606846977\t1\t0\t0.125\t16\t0.5\t64'* ]]
	[ "$(pixels sdss.pz 2 | cut -d, -f1-3)" = 80.0,85.0,90.0 ]
}

@test "arrays beside the images that are no columns of theirs are named" {
	need_python numpy
	/usr/bin/python3 - <<-'END'
		import numpy as np
		images = np.ones((3, 2, 4, 4), "f4")
		np.savez("objects.npz", image=images, mask=images > 0, id=np.array(["a", "b", "c"], dtype=object), z=np.zeros(2), pair=np.zeros((3, 2)))
		np.savez("texts.npz", image=images, id=np.array(["a", "b\u00e9", "c"]), z=np.zeros(3))
	END
	run -0 --separate-stderr fromarray --layout nchw --bands g,r --pixscale 1 -o objects.pz objects.npz
	[[ ${stderr_lines[0]} == "fromarray: objects.npz: array 'id' is not read: it holds Python objects"* ]]
	[ "${stderr_lines[1]}" = "fromarray: objects.npz: arrays that have not as many rows as there are images, 3, are not read: z (2)" ]
	[ "${#stderr_lines[@]}" = 2 ]
	run -0 --separate-stderr fromarray --layout nchw --bands g,r --pixscale 1 -o texts.pz texts.npz
	[ -z "$stderr" ]
	[[ $(inspect --tsv texts.pz) == *$'b\u00e9\t0'* ]]
}

@test "known sets in HDF5: GalaxiesML and the Multimodal Universe" {
	need_python h5py
	/usr/bin/python3 - <<-'END'
		import h5py, numpy
		images = numpy.arange(3 * 5 * 8 * 8, dtype="f4").reshape(3, 5, 8, 8)
		with h5py.File("galaxiesml.hdf5", "w") as file:
		    file["image"] = images
		    file["object_id"] = numpy.array([36407315100000001, 36407315100000002, 36407315100000003])
		    file["specz_redshift"], file["specz_redshift_err"] = [.125, .5, 3], [.001] * 3
		    for i, band in enumerate("grizy"):
		        file[band + "_cmodel_mag"] = [20. + i, 21. + i, 22. + i]
		with h5py.File("mmu.hdf5", "w") as file:
		    file["image_flux"], file["image_ivar"] = images, numpy.ones_like(images)
		    file["image_mask"] = numpy.ones(images.shape, bool)
		    file["image_band"] = numpy.array([[b"hsc-g", b"HSC-R", b"hsc-i", b"hsc-z", b"hsc-y"]] * 3)
		    file["image_scale"], file["image_psf_fwhm"] = numpy.full((3, 5), .168, "f4"), numpy.ones((3, 5))
		    file["object_id"] = numpy.array([b"a1", b"b2", b"c3"])
		    file["ra"], file["dec"], file["healpix"] = [10., 20., 30.], [1., 2., 3.], [4, 5, 6]
		    file["ZSPEC"] = [.25, .5, .75]
	END
	fromarray -q --as galaxiesml --carry g=g_cmodel_mag galaxiesml.hdf5 >set.pz
	[ "$(pixels set.pz 3)" = "$(seq -s, -f %.1f 640 959)" ]
	[ "$(inspect --tsv set.pz | sed -n 4p)" = $'36407315100000003\t3\t24\t22' ]
	for line in 'bands +\["g","r","i","z","y"\]' 'pixscale +0.168' 'grid.max +4' 'rows.mag +i' 'survey +hsc'; do
		inspect set.pz | grep -qE "^$line\$"
	done
	fromarray -q --as mmu --columns id=object_id,z=ZSPEC mmu.hdf5 >set.pz
	[ "$(pixels set.pz 3)" = "$(seq -s, -f %.1f 640 959)" ]
	[ "$(inspect --tsv set.pz | sed -n 3p)" = $'b2\t20\t2\t0.5' ]
	inspect set.pz | grep -qE '^bands +\["g","r","i","z","y"\]$'
	inspect set.pz | grep -qE '^pixscale +0.168$'
}

@test "layouts that the lengths leave open are asked for; what is no image is refused" {
	python "npy('c.npy', '<f4', (1, 3, 3, 3), list(range(27)))
npy('d.npy', '<f4', (2, 3), list(range(6)))"
	run -1 --separate-stderr fromarray --bands a,b,c --pixscale 1 c.npy
	[[ $stderr == *"say --layout nchw or --layout nhwc"* ]]
	fromarray --layout nhwc --bands a,b,c --pixscale 1 c.npy >c.pz
	[ "$(pixels c.pz 1)" = 0.0,3.0,6.0,9.0,12.0,15.0,18.0,21.0,24.0,1.0,4.0,7.0,10.0,13.0,16.0,19.0,22.0,25.0,2.0,5.0,8.0,11.0,14.0,17.0,20.0,23.0,26.0 ]
	run -1 --separate-stderr fromarray --bands a,b --pixscale 1 d.npy
	[[ $stderr == *"expected images"*"found 2 x 3"* ]]
	echo text >text
	run -1 --separate-stderr fromarray --bands a --pixscale 1 text
	[[ $stderr == *"expected an HDF5 file, .npy or .npz"* ]]
}

@test "several files are one stream, if their images are alike" {
	python "npy('a.npy', '<f4', (1, 1, 2, 2), list(range(4)))
npy('b.npy', '<f4', (2, 1, 2, 2), list(range(8)))
npy('c.npy', '<f4', (1, 1, 3, 3), list(range(9)))"
	fromarray --bands r --pixscale 1 a.npy b.npy >ab.pz
	[ "$(inspect --tsv ab.pz | cut -f 1 | tr '\n' ' ')" = 'id 1 2 3 ' ]
	run -4 --separate-stderr fromarray --bands r --pixscale 1 a.npy c.npy
	[[ $stderr == *"expected images of 1 bands and 2 pixels"* ]]
}

@test "however HDF5 stores images, in either type, order and layout, the stamps are those of the same .npy" {
	# 300 images, more than a block holds; one pixel is NaN, one infinite
	need_python h5py
	/usr/bin/python3 - <<-'END'
		import h5py, numpy
		images = numpy.random.default_rng(7).normal(size=(300, 3, 21, 21))
		images[5, 1, 2, 3], images[299, 2, 20, 20] = numpy.nan, numpy.inf
		images = images.astype("f2")
		numpy.save("f2.npy", images)
		numpy.save("f4.npy", images.astype("f4"))
		last = numpy.ascontiguousarray(images.transpose(0, 2, 3, 1))
		for name, kind, options in [("plain", "<f4", {}), ("swapped", ">f4", {}), ("half", "<f2", {}),
		                            ("chunks", "<f4", {"chunks": (7, 3, 21, 21)})]:
		    with h5py.File(name + ".hdf5", "w", userblock_size=512) as file:
		        file.create_dataset("image", data=images.astype(kind), **options)
		    with h5py.File(name + "-nhwc.hdf5", "w") as file:
		        file["other"] = numpy.arange(3)
		        file["image"] = last.astype(kind)
	END
	stamps_of() {
		fromarray --bands g,r,i --pixscale 1 "$@" >read.pz
		/usr/bin/python3 -c "
import hashlib, msgpack
for r in list(msgpack.Unpacker(open('read.pz', 'rb'), strict_map_key=False))[1:-1]:
    print(r['id'], r['cover'], hashlib.sha1(r['img']).hexdigest())"
	}
	for size in 0 15; do
		stamps_of --size $size f4.npy >f4
		stamps_of --size $size f2.npy >f2
		[ "$(wc -l <f4)" = 300 ]
		for name in plain swapped chunks; do
			cmp f4 <(stamps_of --size $size $name.hdf5)
			cmp f4 <(stamps_of --size $size $name-nhwc.hdf5)
		done
		cmp f2 <(stamps_of --size $size half.hdf5)
		cmp f2 <(stamps_of --size $size half-nhwc.hdf5)
	done
	# what the .npy has, with zeros for what is no number
	/usr/bin/python3 - <<-'END'
		import msgpack, numpy, subprocess
		want = numpy.nan_to_num(numpy.load("f2.npy"), nan=0, posinf=0)
		out = subprocess.run("fromarray --bands g,r,i --pixscale 1 half-nhwc.hdf5", shell=True,
		                     capture_output=True).stdout
		unpacker = msgpack.Unpacker(strict_map_key=False)
		unpacker.feed(out)
		records = list(unpacker)[1:-1]
		got = numpy.array([numpy.frombuffer(r["img"], "<f2") for r in records]).reshape(want.shape)
		assert (got == want).all()
		assert records[5]["cover"] == [1, 1 - 1 / 441, 1] and records[6]["cover"] == [1, 1, 1]
	END
	# float32 takes in float16, but not the other way round
	[ "$(fromarray --bands g,r,i --pixscale 1 f4.npy half.hdf5 | inspect --tsv | wc -l)" = 601 ]
	run -4 --separate-stderr fromarray --bands g,r,i --pixscale 1 f2.npy plain.hdf5
	[[ $stderr == *"plain.hdf5: expected float16 images, as in the first file, found float32: name this file first" ]]
}

@test "a file that is cut gives an error and no stream" {
	python "npy('data.npy', '<f4', (4, 2, 8, 8), list(range(512)))
npz('a.npz', 'data.npy')"
	head -c 1500 data.npy >cut.npy
	run -3 --separate-stderr fromarray --bands a,b --pixscale 1 cut.npy
	[[ $stderr == *"cut"* ]]
	head -c 700 a.npz >cut.npz
	run -3 --separate-stderr fromarray --bands a,b --pixscale 1 cut.npz
}

@test "a .npz whose bytes do not have the checksum of the archive is an error, wherever they changed" {
	python "
import os
npy('image.npy', '<f4', (40, 2, 4, 4), list(range(1280)))
npy('z.npy', '<f8', (40,), [.1] * 40)
with open('z.npy', 'ab') as f: f.write(b'behind the values')
for way, how in (('stored', zipfile.ZIP_STORED), ('deflated', zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(way + '.npz', 'w', how) as file:
        file.write('image.npy'); file.write('z.npy')
whole = bytearray(open('stored.npz', 'rb').read())
for name, at in (('first', whole.find(b'NUMPY') + 130), ('last', whole.find(b'z.npy') - 40), ('column', whole.rfind(b'NUMPY') + 200), ('behind', whole.find(b'behind'))):
    bad = whole[:]; bad[at] ^= 4
    open(name + '.npz', 'wb').write(bad)
bad = bytearray(open('deflated.npz', 'rb').read())
at = bad.find(b'PK\\1\\2') + 16 # the checksum in the directory
bad[at] ^= 1
open('directory.npz', 'wb').write(bad)"
	fromarray --bands g,r --pixscale 1 stored.npz >stored.pz
	fromarray --bands g,r --pixscale 1 deflated.npz >deflated.pz
	[ "$(pixels stored.pz 40)" = "$(pixels deflated.pz 40)" ]
	for name in first last column behind directory; do
		run -3 --separate-stderr fromarray --bands g,r --pixscale 1 -o out.pz $name.npz
		[[ $stderr == *"$name.npz: array '"*"': expected values with checksum "*": the file is damaged"* ]]
		[ ! -e out.pz ]
	done
}

@test "HDF5, as h5py writes it: columns in a group, chunks that are compressed, texts of any length, records" {
	need_python h5py
	/usr/bin/python3 - <<-'END'
		import h5py, numpy as np
		n = 1500
		image = np.arange(n * 2 * 3 * 3, dtype="f4").reshape(n, 2, 3, 3)
		name = np.array([f"galaxy é {i}" for i in range(n)], dtype=object)
		with h5py.File("a.h5", "w") as f:
		    g = f.create_group("photometry")
		    g.create_dataset("name", data=name, dtype=h5py.string_dtype())
		    g.create_dataset("redshift", data=np.arange(n) / 4096, dtype="f2")
		    g.create_dataset("ra", data=np.full(n, 1.0)).attrs["unit"] = "hourangle"
		    g.create_dataset("dec", data=np.arange(n, dtype=">f4") / 100)
		    g.create_dataset("image", data=image, chunks=(7, 2, 3, 3), compression="gzip", shuffle=True)
		    g.create_dataset("good", data=np.arange(n) % 2 == 0)
		record = np.zeros(n, dtype=[("objid", "i8"), ("z", "f8"), ("mags", "f4", (2,))])
		record["objid"], record["mags"][:, 1] = np.arange(n) + 2**60, np.arange(n)
		with h5py.File("b.h5", "w") as f:
		    f.create_dataset("table", data=record)
	END
	fromarray --bands g,r --pixscale 1 --carry good a.h5 >a.pz
	run -0 inspect --tsv a.pz
	[[ ${lines[1500]} == $'galaxy é 1499\t15\t14.989999771118164\t0.365966796875\t0' ]]
	[ "$(pixels a.pz 1500)" = "$(seq -s, -f %.1f 26982 26999)" ]
	fromtable -q --missing none --carry 'mags[1]' b.h5 >b.pz
	run -0 inspect --tsv b.pz
	[[ ${lines[1500]} == $'1152921504606848475\t0\t1499' ]]
}

# Cubes, HDUs and files for each band of three galaxies; the fourth has another size, the fifth none.
make_cutouts() {
	/usr/bin/python3 - <<-'END'
		import os
		import numpy as np
		from astropy.io import fits
		for folder in "cube", "hdu", "band":
		    os.mkdir(folder)
		head = fits.Header([("BANDS", "grz"), ("BAND0", "g"), ("BAND1", "r"), ("BAND2", "z"), ("BUNIT", "nmgy"),
		                    ("CD1_1", -.262 / 3600), ("CD1_2", 0.), ("CD2_1", 0.), ("CD2_2", .262 / 3600)])
		for i in 1, 2, 3:
		    cube = (np.arange(3 * 4 * 4).reshape(3, 4, 4) + 100 * i).astype("f4")
		    if i == 2:
		        cube[1, 2, 3] = np.nan
		    fits.PrimaryHDU(cube, head).writeto(f"cube/{i}.fits")
		    fits.HDUList([fits.PrimaryHDU()] + [fits.ImageHDU(cube[b], name=name) for b, name in
		                                        ((2, "Z"), (0, "G"), (1, "R"))]).writeto(f"hdu/s{i}.fits.gz")
		    for b, name in enumerate("grz"):
		        fits.PrimaryHDU(cube[b], head).writeto(f"band/{i}.{name}.fits")
		fits.PrimaryHDU(np.zeros((3, 4, 5), "f4"), head).writeto("cube/4.fits")
	END
	printf 'id,z,file\n1,.1,hdu/s1.fits.gz\n2,.2,hdu/s2.fits.gz\n3,.3,hdu/s3.fits.gz\n' >three.csv
	printf '%s\n4,.4,hdu/s4.fits.gz\n5,.5,hdu/s5.fits.gz\n' "$(<three.csv)" >five.csv
}

@test "attributes of HDF5 are applied: scale and offset, numbers that mean none, units; BSCALE is refused" {
	need_python h5py numpy
	/usr/bin/python3 - <<-'END'
		import h5py, numpy as np
		raw = np.random.default_rng(1).integers(-30000, 30000, (5, 2, 3, 3)).astype(">i2")
		raw[2, 1, 0, 0] = -32768
		np.save("raw.npy", raw)
		with h5py.File("cf.hdf5", "w") as f:
		    f["image"], f["id"], f["flag"] = raw, [5, 6, 7, 7, 9007199254740993], [1, -1, 3, 4, 5]
		    f["z"], f["mag"] = np.array([.1, .2, -999.9, .4, .5], "f4"), np.array([1700, 1800, 1900, 2000, 0], "u2")
		    f["image"].attrs.update({"scale_factor": .01, "add_offset": 5., "_FillValue": np.int16(-32768), "units": "nmgy"})
		    f["z"].attrs["_FillValue"] = -999.9
		    f["mag"].attrs.update({"scale_factor": .01, "missing_value": 0})
		    f["flag"].attrs["_FillValue"] = -1
		with h5py.File("bzero.hdf5", "w") as f:
		    f["image"] = raw
		    f["image"].attrs.update({"BSCALE": 1., "BZERO": 32768.})
		with h5py.File("none.hdf5", "w") as f:
		    f["image"], f["id"] = raw.astype("f4"), [1, 2, 3, -9, 5]
		    f["image"].attrs.update({"BSCALE": 1., "BZERO": 0., "_FillValue": np.float32("nan"), "BUNIT": "Jy"})
		    f["id"].attrs["_FillValue"] = -9
	END
	run -0 --separate-stderr fromarray --bands g,r --pixscale 1 --carry flag -o cf.pz cf.hdf5
	[ "$stderr" = "fromarray: cf.hdf5: 1 galaxy has the id of another one, first id 7: programs that join tables by id cannot tell them apart" ]
	/usr/bin/python3 - <<-'END'
		import msgpack, numpy as np
		header, *records, end = msgpack.Unpacker(open("cf.pz", "rb"), raw=False)
		raw = np.load("raw.npy").astype("f8")
		values = np.where(raw == -32768, 0, raw * .01 + 5).astype("f4")
		assert header["unit"] == "nmgy" and header["pixel"] == "f4"
		assert b"".join(r["img"] for r in records) == values.tobytes() and records[2]["cover"] == [1, 8 / 9]
		assert [r.get("z") for r in records] == [np.float32(.1), np.float32(.2), None, np.float32(.4), .5]
		assert [r.get("mag") for r in records] == [1700 * .01, 1800 * .01, 1900 * .01, 2000 * .01, None]
		assert [r.get("flag") for r in records] == [1, None, 3, 4, 5] and records[4]["id"] == 9007199254740993
	END
	run -1 --separate-stderr fromarray --bands g,r --pixscale 1 -o out.pz bzero.hdf5
	[[ $stderr == *"bzero.hdf5: array 'image': expected the values themselves, found the attributes BSCALE or BZERO"* ]]
	run -1 --separate-stderr fromarray --bands g,r --pixscale 1 -o out.pz none.hdf5
	[[ $stderr == *"none.hdf5: array 'id': row 4: expected an id, found the number that means none"* ]]
	run -1 --separate-stderr fromarray --bands g,r --pixscale 1 <(cat raw.npy)
	[[ $stderr == *"found a pipe or device: such files are read in several places"*"save it as a file first"* ]]
	run -2 --separate-stderr fromarray --bands g,r --pixscale 1 - <raw.npy
	[[ $stderr == *"expected the name of a file, found '-'"* ]]
}

@test "FITS stamps, a file for each galaxy: planes of a cube, HDUs, or a file for each band" {
	need_python astropy
	make_cutouts
	fromarray --stamps cube --catalogue three.csv -o cube.pz
	fromarray --stamps %f --bands g,r,z --pixscale 0.262 --psf 1.5 --catalogue three.csv -o hdu.pz
	fromarray --stamps band/%i.%b.fits --bands g,r,z --catalogue three.csv -o band.pz
	for name in cube hdu band; do
		inspect --check $name.pz
		[ "$(pixels $name.pz 1)" = "$(seq -s, -f %.1f 100 147)" ]
		[ "$(pixels $name.pz 2)" = "$(seq -s, -f %.1f 200 226),0.0,$(seq -s, -f %.1f 228 247)" ]
		[[ $(inspect --json $name.pz | sed -n 3p) == *'"id":2,"z":0.2'*'0.9375'* ]]
		inspect $name.pz | grep -qE '^pixscale +0.262$'
	done
	inspect cube.pz | grep -qE '^unit +nmgy$'
	inspect hdu.pz | grep -qE '^psf +1.5$'
	run ! grep -q ^psf < <(inspect cube.pz)
	# cubes that are compressed by tiles, with or without loss, and by gzip
	mkdir fz gz
	/usr/bin/python3 - <<-'END'
		import pathlib, shutil, gzip
		from astropy.io import fits
		for path in pathlib.Path("cube").glob("*.fits"):
		    with fits.open(path) as file:
		        tiles = fits.CompImageHDU(file[0].data, file[0].header, compression_type="GZIP_2",
		                                  quantize_level=0, tile_shape=(1, 3, file[0].data.shape[2]))
		        fits.HDUList([fits.PrimaryHDU(), tiles]).writeto(f"fz/{path.name}.fz")
		    pathlib.Path(f"gz/{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
	END
	for name in fz gz; do
		fromarray --stamps $name --catalogue three.csv -o $name.pz
		for record in 1 2; do
			[ "$(pixels $name.pz $record)" = "$(pixels cube.pz $record)" ]
		done
	done
	fromarray --stamps cube --bands z,g --size 2 --catalogue three.csv -o two.pz
	[ "$(pixels two.pz 1)" = 137.0,138.0,141.0,142.0,105.0,106.0,109.0,110.0 ]
}

@test "FITS stamps of another unit or scale are left out; stacks of Pan-STARRS become linear" {
	need_python astropy
	mkdir kinds
	/usr/bin/python3 - <<-'END'
		import numpy as np
		from astropy.io import fits
		flux = np.arange(-8, 8).reshape(1, 4, 4) * 50.0
		def write(name, pixels, scale=0.25, **cards):
		    head = fits.Header([("CD1_2", -scale / 3600), ("CD2_1", -scale / 3600), *cards.items()])
		    fits.PrimaryHDU(pixels.astype("f4"), head).writeto(f"kinds/{name}.fits")
		write(1, flux, BUNIT="nmgy")
		write(2, flux, BUNIT="nanomaggies", scale=0.251)
		write(3, flux, BUNIT="MJy/sr")
		write(4, flux, BUNIT="nmgy", scale=0.4)
		# the inverse of BOFFSET + 2 BSOFTEN sinh(v ln(10) / 2.5), of zero point 25 + 2.5 log10 EXPTIME
		asinh = np.arcsinh((flux * 10**(0.4 * (25 + 2.5 * np.log10(43) - 22.5)) - 12.5) / 2 / 80) * 2.5 / np.log(10)
		write(5, asinh, BSOFTEN=80.0, BOFFSET=12.5, EXPTIME=43.0)
		write(6, asinh, BSOFTEN=80.0, BOFFSET=12.5)
		write(7, flux, BUNIT="mag")
	END
	printf '%s\n' id 1 2 3 4 5 >kinds.csv
	fromarray --stamps kinds --bands r --catalogue kinds.csv -o kinds.pz 2>said
	grep -qx "fromarray: 1 of 5 galaxies left out: they have pixels of another unit (first: kinds/3.fits: 'MJy/sr', not 'nmgy')" said
	grep -qx "fromarray: 1 of 5 galaxies left out: they have pixels of another scale (first: kinds/4.fits: 0.4 arcsec a pixel, not 0.25)" said
	[ "$(inspect --tsv kinds.pz | cut -f 1 | tr '\n' ' ')" = 'id 1 2 5 ' ]
	[ "$(pixels kinds.pz 1)" = "$(seq -s, -f %.1f -400 50 350)" ]
	/usr/bin/python3 -c 'import sys; assert max(abs(float(x) - y) for x, y in zip(sys.argv[1].split(","), range(-400, 400, 50))) < 0.01, sys.argv' "$(pixels kinds.pz 3)"
	fromarray --stamps kinds --bands r --unit nmgy --pixscale 0.25 --catalogue kinds.csv 2>&1 >all.pz | cmp - /dev/null
	[ "$(inspect --tsv all.pz | wc -l)" = 6 ]
	printf 'id\n6\n' >kinds.csv
	run -1 --separate-stderr fromarray --stamps kinds --bands r --catalogue kinds.csv
	[[ $stderr == *"kinds/6.fits: HDU 0: EXPTIME is missing"* ]]
	printf 'id\n7\n' >kinds.csv
	run -1 --separate-stderr fromarray --stamps kinds --bands r --catalogue kinds.csv
	[[ $stderr == *"BUNIT = 'mag': pixels are magnitudes"* ]]
}

@test "FITS stamps that are missing, or of another size, or without a band, are counted or errors" {
	need_python astropy
	make_cutouts
	run -0 --separate-stderr fromarray --stamps cube --catalogue five.csv -o some.pz
	[[ $stderr == *"1 of 5 galaxies left out: they have no file (first: cube/5.fits)"* ]]
	[[ $stderr == *"1 of 5 galaxies left out: they have stamps of another size (first: cube/4.fits: 5 x 4 pixels, not 4 x 4)"* ]]
	[ "$(inspect --tsv some.pz | cut -f 1 | tr '\n' ' ')" = 'id 1 2 3 ' ]
	run -1 --separate-stderr fromarray --strict --stamps cube --catalogue five.csv
	[[ $stderr == *"--strict: a galaxy would be left out"*"cube/4.fits: 5 x 4 pixels"* ]]
	run -1 --separate-stderr fromarray --stamps cube --bands u,g --catalogue three.csv
	[[ $stderr == *"3 of 3 galaxies left out: they lack a band (first: cube/1.fits: no band u)"* ]]
	[[ $stderr == *"three.csv: expected stamps of its 3 galaxies, found none"* ]]
	head -c 3000 cube/1.fits >short.fits
	mv short.fits cube/1.fits
	run -3 --separate-stderr fromarray --stamps cube --catalogue three.csv
	[[ $stderr == *"cube/1.fits"* ]]
	run -2 --separate-stderr fromarray --stamps nowhere --catalogue three.csv
	[[ $stderr == *"expected a folder, or a name with %i"* ]]
	run -2 --separate-stderr fromarray --stamps cube
	[[ $stderr == *"--stamps: expected --catalogue"* ]]
	run -2 --separate-stderr fromarray --stamps hdu/s%i.fits.gz --bands g,r,z --catalogue three.csv
	[[ $stderr == *"expected --pixscale"* ]]
}
