#!/usr/bin/env bats
# column_files.bats -- streams as column HDF5, NumPy's arrays and files of qp's, and back

# shellcheck disable=SC2154  # samples.bash sets names
load samples

setup() {
	need_python numpy h5py astropy
	cd "$BATS_TEST_TMPDIR" || return
}

# A stream with one of each thing that a table can have; records of few kinds are missing.
make_all() {
	/usr/bin/python3 - "$BATS_TEST_DIRNAME" >raw.pz <<-'end'
		import struct, sys
		sys.path[:0] = ["/usr/lib/python3/dist-packages", sys.argv[1]]
		import msgpack
		from stream import trailer
		pack = msgpack.packb
		data = pack({"pzpipe": 1, "kind": "predictions", "survey": "cfhtls-wide",
		    "grid": {"target": "z", "min": 0, "max": 0.4, "bins": 2, "left": 1, "right": 1},
		    "rows": {"mag": "i", "min": 15.5, "width": 0.25, "channels": 3},
		    "limits": {"divide": 2, "outlier": 0.07, "fit_from": 0.15, "threshold": 5}, "features": ["a", "b,c", "d%"]})
		for i in range(1, 6):
		    record = {"id": i, "ra": 150 + 1 / (3 * i), "dec": -2.25, "z": i / 10, "mag": 17 + 1 / 7 * i,
		        "g": 18.5, "flag": i % 2 == 0, "n": i * 7, "big": 2**62 + i, "some_big": 2**62 + i, "huge": 2**64 - i,
		        "s": f"text {i}", "digits": "007", "uni": "Galáxia" if i == 2 else f" {i}% ", "inf": float("inf"),
		        "nul": "a\0b" if i == 1 else "c", "empty": "" if i < 3 else "x", "gap": "" if i < 3 else "%",
		        "mixed": [5, "5", "", 0.5, "0.5"][i - 1], "shape": {"e1": i / 8, "e2": -i / 8, "name": "x"},
		        "a/b": i, "zphot_mode": 9.5, "features": struct.pack("<3f", i, 1e-40, 0.5), "cover": [1.0, i / 7, 0.25],
		        "count": [i, 2**60 + i], "few": [i, -i], "tiny": 5e-324, "minus": -0.0,
		        "pz": struct.pack("<4f", 0.25, 0.5, 0.125, 0.125),
		        "zphot": {"mode": i / 10 + .01, "mean": i / 10 + .02, "median": i / 10 + .03, "sigma": .25}}
		    if i == 4:
		        for key in "n", "s", "flag", "features", "cover", "mag", "few", "g", "gap", "some_big":
		            del record[key]
		    data += pack(record)
		sys.stdout.buffer.write(data + trailer(data, 5))
	end
}

# The streams are the same, their headers' history and the order of keys apart.
same() {
	(header <"$1"; records <"$1"; echo; header <"$2"; records <"$2") | /usr/bin/python3 -c "
import json, sys
a, b = ([json.loads(line) for line in part.splitlines()] for part in sys.stdin.read().split('\n\n'))
assert len(a) == len(b) > 1
for k in ('kind', 'survey', 'grid', 'rows', 'limits', 'features'):
    assert a[0].get(k) == b[0].get(k), k
for x, y in zip(a[1:], b[1:]):
    for k in x | y:
        assert k in x and k in y and x[k] == y[k] and type(x[k]) == type(y[k]), (k, x.get(k), y.get(k))"
}

@test "stream to HDF5, .npz and FITS, and back: nothing changes, and all three are the same to the byte" {
	make_all
	for name in a.hdf5 a.h5 a.npz a.fits; do
		totable -q raw.pz -o $name
		fromtable $name >$name.pz 2>said
		[ ! -s said ]
		same raw.pz $name.pz
		records <$name.pz >$name.txt
		cmp a.hdf5.txt $name.txt
	done
	cmp a.hdf5 a.h5
	totable -q a.hdf5.pz -o b.hdf5
	fromtable b.hdf5 | records | cmp - a.hdf5.txt
	totable -q --group / raw.pz -o root.hdf5
	fromtable root.hdf5 | records | cmp - a.hdf5.txt
	fromtable --hdu photometry a.hdf5 | records | cmp - a.hdf5.txt
}

@test "what h5py and numpy read: a group of columns, types, units, NaN for what is missing" {
	make_all
	totable raw.pz -o a.hdf5 2>said
	grep -q "texts that arrays cannot hold are coded, as in Gal%C3%A1xia (fromtable decodes them): nul, gap, mixed$" said
	grep -q "columns with texts and numbers: all values are written as texts: mixed$" said
	totable -q raw.pz -o a.npz
	/usr/bin/python3 -c "
import h5py, numpy as np
f = h5py.File('a.hdf5')
g, n = f['photometry'], np.load('a.npz')
assert set(f) == {'photometry', 'pzpipe'}, set(f)
assert all(len(g[k]) == 5 for k in g) and set(n) - {'pzpipe/header'} == set(g)
assert list(g['id'][...]) == [1, 2, 3, 4, 5] and g['id'].dtype == 'i8'
assert g['ra'].attrs['unit'] in ('deg', b'deg') and 'src.redshift' in str(g['z'].attrs['ucd'])
assert np.isnan(g['n'][3]) and g['n'][4] == 35 and np.isnan(g['mag'][3])
assert g['big'][4] == 2**62 + 5 and g['big'].dtype == 'i8'
assert g['uni'].asstr()[1] == 'Galáxia' and n['uni'][1] == 'Galáxia' and n['uni'][0] == ' 1% '
assert g['pz'].shape == (5, 4) and g['pz'].dtype == 'f4' and list(g['pz'][0]) == [.25, .5, .125, .125]
assert g['count'].shape == (5, 2) and g['count'][0, 1] == 2**60 + 1
assert g['mixed'].asstr()[...].tolist() == ['5', '%35', '%', '0.5', '%30.5'], g['mixed'][...]
assert g['shape_e1'][1] == .25 and g['a_b'][0] == 1
assert g['zphot_mode'][0] == .11 and g['zphot_mode_2'][0] == 9.5
for k in g:
    a, b = g[k][...], n[k]
    assert np.array_equal(a.astype(b.dtype) if a.dtype.kind == 'S' and k != 'uni' else a, b, equal_nan=a.dtype.kind == 'f') or k == 'uni', k"
}

@test "edited by h5py: columns that were removed and added" {
	make_all
	totable -q raw.pz -o a.hdf5
	/usr/bin/python3 -c "
import h5py, numpy as np
with h5py.File('a.hdf5', 'a') as f:
    g = f['photometry']
    del g['g'], g['zphot_mean']
    g['new'] = np.arange(5.)"
	fromtable a.hdf5 2>said | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert all('g' not in x and 'mean' not in x['zphot'] and x['new'] == i for i, x in enumerate(r))"
	grep -q "a.hdf5: columns that were added or renamed are carried under their names: new" said
	grep -q "a.hdf5: columns that were removed or renamed: g, zphot_mean" said
	/usr/bin/python3 -c "
import h5py
with h5py.File('a.hdf5', 'a') as f:
    f['photometry/short'] = [1, 2]"
	fails_with 1 "array 'photometry/short': expected 5 rows as the others have, found 2" fromtable a.hdf5
	/usr/bin/python3 -c "
import h5py
with h5py.File('a.hdf5', 'a') as f:
    del f['photometry/short']
    f['photometry/n'][2] = 0.5"
	fails_with 1 "row 3: column 'n': expected a whole number, as pzpipe/header says, found 0.5" fromtable a.hdf5
}

@test "a file as RAIL has them: ids, redshift, magnitudes, vectors, further columns" {
	/usr/bin/python3 -c "
import h5py, numpy as np
with h5py.File('rail.hdf5', 'w') as f:
    g = f.create_group('photometry')
    g['id'] = np.arange(10, 15)
    g['redshift'] = np.linspace(.1, .5, 5)
    for b in 'ugrizy':
        g[f'mag_{b}_lsst'] = np.linspace(20, 21, 5).astype('f4')
        g[f'mag_err_{b}_lsst'] = np.full(5, .01, 'f4')
    g['embedding'] = np.arange(15.).reshape(5, 3)
    g['name'] = np.array([b'a', b'b', b'c', b'd', b'e'])"
	fromtable --columns mag=mag_i_lsst --carry 'name,u=mag_u_lsst,e1=embedding[1]' rail.hdf5 2>said | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert [x['id'] for x in r] == [10, 11, 12, 13, 14] and [x['z'] for x in r] == [.1, .2, .30000000000000004, .4, .5]
assert r[4]['mag'] == 21 and r[4]['u'] == 21 and r[2]['e1'] == 7 and r[2]['name'] == 'c'"
	[ ! -s said ]
}

@test "a file of qp's: what qp reads, and back" {
	make_predictions 50 >a.pz
	records <a.pz | sed '7s/"pz": \[[^]]*\], //' | make_stream "$predictions_header" >b.pz
	totable --format qp b.pz -o q.hdf5 2>said
	grep -q "1 galaxy has no p(z) and was left out: qp has no place for them" said
	/usr/bin/python3 -c "
import h5py, json, numpy as np, sys
f = h5py.File('q.hdf5')
assert set(f) == {'meta', 'data', 'ancil'}
assert f['meta/pdf_name'][0] == b'hist' and f['meta/pdf_version'][...].tolist() == [0]
bins, pdfs = np.squeeze(f['meta/bins'][...]), f['data/pdfs'][...]
assert f['meta/bins'].shape == (1, 81) and np.allclose(bins, np.linspace(0, .4, 81))
assert pdfs.shape == (49, 80) and np.allclose((pdfs * np.diff(bins)).sum(1), 1, atol=1e-6)
assert len(f['ancil/id']) == 49 and 6 not in f['ancil/id'][...] and 'zphot_mode' in f['ancil'] and 'z' in f['ancil']"
	fromtable --carry 'mag' q.hdf5 >c.pz 2>said || fromtable q.hdf5 >c.pz 2>said
	grep -q "the grid is that of the file: --grid 0,0.4,80" said
	(records <b.pz | sed 7d; echo; records <c.pz) | /usr/bin/python3 -c "
import json, sys
a, b = ([json.loads(line) for line in part.splitlines()] for part in sys.stdin.read().split('\n\n'))
assert len(a) == len(b) == 49
for x, y in zip(a, b):
    assert x['id'] == y['id'] and x['z'] == y['z'] and x['zphot'] == y['zphot']
    assert max(abs(p - q) for p, q in zip(x['pz'], y['pz'])) < 1e-6"
	fails_with 1 "--format qp: expected a stream with p(z) and their grid, found none" totable --format qp -o x.hdf5 <(records <a.pz | sed 's/"pz": \[[^]]*\], //' | make_stream "$predictions_header")
	[ ! -e x.hdf5 ]
}

@test "options that do not agree" {
	make_predictions 5 >a.pz
	fails_with 2 "--pz is for CSV only: in a file of arrays p(z) is a column" totable --pz p a.pz -o a.hdf5
	fails_with 2 "--format hdf5 or qp: expected -o FILE, found none: HDF5 cannot be written to a pipe" totable --format qp a.pz
	fails_with 2 "--group is for HDF5 only" totable --group x a.pz -o a.fits
	fails_with 2 "-o a.npz: expected another ending for HDF5" totable --format hdf5 a.pz -o a.npz
	fails_with 3 "" totable -o cut.hdf5 <(head -c 999 a.pz)
	[ ! -e cut.hdf5 ]
	totable -q a.pz --format hdf5 -o odd.name
	[ "$(fromtable odd.name | count)" = 5 ]
}
