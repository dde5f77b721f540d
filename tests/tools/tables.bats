#!/usr/bin/env bats
# tables.bats -- tables of totable's that go to other programs, are edited there and come back

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	need_python astropy
	cd "$BATS_TEST_TMPDIR" || return
	[ -e "$BATS_FILE_TMPDIR/a.pz" ] || make_all
	cp "$BATS_FILE_TMPDIR"/a.* .
}

# A stream with one of each thing that a table can have.
make_all() {
	/usr/bin/python3 - "$BATS_TEST_DIRNAME" >a.raw <<-'end'
		import struct, sys
		sys.path[:0] = ["/usr/lib/python3/dist-packages", sys.argv[1]]
		import msgpack
		from stream import trailer
		pack = msgpack.packb
		data = pack({"pzpipe": 1, "kind": "predictions", "survey": "cfhtls-wide",
		    "grid": {"target": "z", "min": 0, "max": 0.4, "bins": 2, "left": 1, "right": 1},
		    "rows": {"mag": "i", "min": 15.5, "width": 0.25, "channels": 3},
		    "limits": {"divide": 2, "outlier": 0.07, "fit_from": 0.15, "threshold": 5}, "features": ["a", "b", "c"]})
		for i in range(1, 6):
		    record = {"id": i, "ra": 150 + 1 / (3 * i), "dec": -2.25, "z": i / 10, "mag": 17 + 1 / 7 * i,
		        "g": 18.5, "i": 16.5, "flag": i % 2 == 0, "n": i * 7, "big": 2**62 + i, "huge": 2**64 - i,
		        "s": f"text {i}", "digits": "007", "uni": "Galáxia" if i == 2 else f" {i}% ", "inf": float("inf"),
		        "shape": {"e1": i / 8, "e2": -i / 8, "name": "x"}, "a.b": i, "a_b": -i, "zphot_mode": 9.5,
		        "features": struct.pack("<3f", i, 1e-40, 0.5), "cover": [1.0, i / 7, 0.25], "count": [i, 2**60 + i], "few": [i, -i],
		        "tiny": 5e-324, "minus": -0.0, "pz": struct.pack("<4f", 0.25, 0.5, 0.125, 0.125),
		        "zphot": {"mode": i / 10 + .01, "mean": i / 10 + .02, "median": i / 10 + .03, "sigma": .25}}
		    if i == 3:
		        for key in "n", "s", "flag", "features", "cover", "mag", "few", "g":
		            del record[key]
		    data += pack(record)
		sys.stdout.buffer.write(data + trailer(data, 5))
	end
	totable a.raw -o a.fits 2>said
	# with everything in the order that tables give
	fromtable a.fits >a.pz
	records <a.raw | same_as a.pz
	cp a.pz a.fits "$BATS_FILE_TMPDIR"
}

# Whether records, given as JSON, are those of a stream; further arguments: Python statements
# that change the record r of the latter before it is compared.
same_as() {
	records <"$1" >"$1.txt"
	/usr/bin/python3 -c "
import json, sys
news, olds = sys.stdin.readlines(), open(sys.argv[1] + '.txt').readlines()
assert len(news) == len(olds) > 0, (len(news), len(olds))
for new, old in zip(news, olds):
    r, found = json.loads(old), json.loads(new)
    exec(sys.argv[2] if len(sys.argv) > 2 else '')
    assert r == found, (r, found)" "$@"
}

@test "vectors that are no p(z) are said where options have the table read as one of others" {
	for option in "--missing -99" "--columns z=z" "--pz pz"; do
		fromtable "${option% *}" "${option#* }" a.fits 2>said | records | /usr/bin/python3 -c "
import json, sys
assert all('pz' in r and 'features' not in r for r in map(json.loads, sys.stdin))"
		grep -q "a.fits: columns skipped, because --columns, --pz and --missing read numbers and texts only: .*features" said
	done
	fromtable --carry s a.fits 2>said >b.pz
	[ ! -s said ]
}

# Edits a.fits as e.fits by statements on its astropy table t.
astropy_edits() { /usr/bin/python3 -W ignore -c "
from astropy.table import Table, Column
import numpy as np
t = Table.read('a.fits')
$1
t.write('e.fits', overwrite=True)"; }

# The same header, history apart.
same_header() { /usr/bin/python3 -c "
import json, sys
a, b = map(json.loads, sys.stdin)
for key in $2:
    assert a[key] == b[key], (key, a[key], b[key])" < <(header <a.pz; header <"$1"); }
all="('kind', 'survey', 'grid', 'rows', 'limits')"

@test "everything that a table can have comes back as it was: types, digits, texts, maps" {
	fromtable a.fits 2>said >b.pz
	records <b.pz | same_as a.pz
	[ ! -s said ]
	same_header b.pz "$all"
	# and the table again, to the byte
	totable -q b.pz -o b.fits
	/usr/bin/python3 -c "
from astropy.io import fits
a, b = fits.open('a.fits')[1], fits.open('b.fits')[1]
assert a.data.tobytes() == b.data.tobytes()
keep = lambda h: [str(c) for c in h.cards if c.keyword not in ('HISTORY', '')]
x, y = keep(a.header), keep(b.header)
assert x == y, [(p, q) for p, q in zip(x, y) if p != q]"
}

@test "edited by astropy: removed, inserted, reordered, renamed, selected" {
	for edit in "t.remove_column('g')" "t.add_column(np.arange(5.), index=2, name='new')" \
		"t = t[t.colnames[::-1]]" "t = t[t['id'] > 2]" "t.remove_columns(['id', 'zphot_mean'])"; do
		astropy_edits "$edit"
		fromtable e.fits 2>said | records >e.txt
		case $edit in
		*"'g')") same_as a.pz "r.pop('g', 0)" <e.txt; grep -q "columns that were removed or renamed: g$" said ;;
		*new*) same_as a.pz "r['new'] = r['id'] - 1" <e.txt; grep -q "added or renamed are carried under their names: new$" said ;;
		*::-1*) same_as a.pz <e.txt; [ ! -s said ] ;;
		*"> 2"*) tail -3 <<<"$(records <a.pz)" | diff - e.txt ;;
		*mean*) same_as a.pz "del r['id'], r['zphot']['mean']" <e.txt ;;
		esac
	done
	astropy_edits "t.rename_column('zphot_mode', 'best'); t.rename_column('g', 'i2')"
	fromtable e.fits 2>said | records | same_as a.pz "r['best'] = r['zphot'].pop('mode')
if 'g' in r: r['i2'] = r.pop('g')"
	grep -q "carried under their names: i2, best" said
	grep -q "removed or renamed: g, zphot_mode" said
	# two columns that change names are what they are called
	astropy_edits "t.rename_column('g', 'x'); t.rename_column('i', 'g'); t.rename_column('x', 'i')"
	fromtable e.fits | records | same_as a.pz "g = r.pop('g', None); r['g'] = r.pop('i')
if g: r['i'] = g"
}

@test "columns of other programs that a record has no place for are refused or left out" {
	astropy_edits "t['label'] = 1.5"
	fails_with 1 "column 'label' was added to the table, but 'label' has a meaning in streams: rename the column" fromtable e.fits
	astropy_edits "t['zphot'] = 1.5"
	fails_with 1 "column 'zphot' was added to the table" fromtable e.fits
	astropy_edits "t['zphot.mode'] = 1.5"
	fails_with 1 "expected different names for columns, found 'zphot.mode' twice" fromtable e.fits
	astropy_edits "t['words'] = [['a', 'b']] * 5; t['v'] = np.arange(10).reshape(5, 2) / 4"
	fromtable e.fits 2>said | records | same_as a.pz "r['v'] = [(r['id'] - 1) / 2, r['id'] / 2 - .25]"
	grep -q "columns skipped, because they cannot be values of a record: words" said
	# a TNULL that some id is
	/usr/bin/python3 -c "
from astropy.io import fits
h = fits.open('a.fits')
h[1].header['TNULL1'] = 4
h.writeto('e.fits', overwrite=True)"
	fails_with 1 "row 4: column 'id': expected an id, found an undefined one" fromtable e.fits
	# cards that do not agree
	/usr/bin/python3 -c "
from astropy.io import fits
h = fits.open('a.fits')
h[1].header['TKEY99'] = 'g=d:i'
h.writeto('e.fits', overwrite=True)"
	fails_with 1 "column 'g': its TKEY or TCOMM cards say that it is g and that it is i" fromtable e.fits
	/usr/bin/python3 -c "
from astropy.io import fits
h = fits.open('a.fits')
h[1].data['uni'][3] = '5%'
h.writeto('e.fits', overwrite=True)"
	fails_with 1 "row 4: column 'uni': expected two hexadecimal digits after each percent sign" fromtable e.fits
}

@test "edited by STILTS, which keeps nothing but columns: grid, rows and limits come back too" {
	command -v stilts >/dev/null || skip "no stilts"
	st() { stilts tpipe in=a.fits cmd="$1" ofmt="$2" out=e.fits; }
	st 'select z>0.15' fits-basic
	fromtable e.fits 2>said >e.pz
	[ ! -s said ]
	records <a.pz | sed 1d | diff - <(records <e.pz)
	same_header e.pz "$all"
	st 'delcols "g"; addcol -before z first id*2; colmeta -name best zphot_mode' fits
	fromtable e.fits 2>said >e.pz
	records <e.pz | same_as a.pz "r.pop('g', 0); r['first'] = 2 * r['id']; r['best'] = r['zphot'].pop('mode')"
	same_header e.pz "$all"
	grep -q "carried under their names: first, best" said
	# what no column is left to say is said
	st 'keepcols "id pz zphot_mode"' fits
	fromtable e.fits 2>said >e.pz
	records <e.pz | same_as a.pz "r = {'id': r['id'], 'pz': r['pz'], 'zphot': {'mode': r['zphot']['mode']}}"
	same_header e.pz "('kind', 'survey', 'grid')"
	grep -q "its header was lost, and with it rows, limits" said
	# two tables matched: columns have other names, and are no longer what they were called
	stilts tmatch2 in1=a.fits in2=a.fits matcher=exact values1=id values2=id out=m.fits 2>/dev/null
	fails_with 1 "no column 'id' or the like for id; it has id_1, ra_1" fromtable m.fits
	# CSV: as any table of others
	stilts tpipe in=a.fits cmd='delcols "pz features cover count few"' ofmt=csv out=e.csv
	fromtable --grid 0,0.4,2,1,1 --carry n,s e.csv | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert [x['zphot']['mean'] for x in r] == [i / 10 + .02 for i in range(1, 6)]
assert [x.get('n') for x in r] == [7, 14, None, 28, 35]"
}

@test "read and written by fitsio, with its header and without" {
	need_python fitsio
	/usr/bin/python3 -c "
import fitsio
d, h = fitsio.read('a.fits', header=True)
fitsio.write('e.fits', d, header=h, clobber=True)
fitsio.write('f.fits', d, clobber=True)"
	fromtable e.fits | records | same_as a.pz
	fromtable f.fits >f.pz 2>said
	grep -q "column 'pz', 4 numbers per row, is not read: --pz pz reads it, with its --grid" said
	fromtable --grid 0,0.4,2,1,1 --pz pz f.fits 2>said | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert all(x['pz'] == [.25, .5, .125, .125] for x in r)
assert [x['zphot']['median'] for x in r] == [i / 10 + .03 for i in range(1, 6)]"
	/usr/bin/python3 -c "
import fitsio
d = fitsio.read('a.fits')
assert [s.strip() for s in d['s']] == ['text 1', 'text 2', '', 'text 4', 'text 5']
assert d['uni'][1] == 'Gal%C3%A1xia', d['uni']"
}

@test "a table of the first version, whose cards have keys alone, edited or not" {
	first() { /usr/bin/python3 -W ignore -c "
from astropy.io import fits
from astropy.table import Table
h = fits.open('$1')
x = h[1].header
x['PZPIPE'] = 1
for i in range(1, 60):
    x.remove(f'TCOMM{i}', ignore_missing=True)
    if f'TKEY{i}' in x:
        name, path = x[f'TKEY{i}'].split('=')[0], x[f'TKEY{i}'].split(':')[1]
        x.remove(f'TKEY{i}')
        if name != path:
            x[f'TKEY{i}'] = path
h.writeto('v.fits', overwrite=True)
t = Table.read('v.fits')
$2
t.write('e.fits', overwrite=True)"; }
	totable -q -c id,z,mag,g,i,shape.e1,zphot.mode,zphot.mean,zphot.median,pz a.pz -o o.fits
	first o.fits "t.remove_column('g')"
	expected="r = {k: r[k] for k in ('id', 'z', 'mag', 'g', 'i', 'pz') if k in r} | {'shape': {'e1': r['shape']['e1']}, 'zphot': {k: r['zphot'][k] for k in ('mode', 'mean', 'median')}}"
	fromtable v.fits | records | same_as a.pz "$expected"
	fromtable e.fits | records | same_as a.pz "$expected; r.pop('g', 0)"
}

@test "two columns of one name get two names" {
	totable -q -c zphot.mode,zphot_mode,a_b,'a\.b' a.pz | head -1 | grep -qx 'zphot_mode,zphot_mode_2,a_b,a_b_2'
	fails_with 0 "zphot_mode is written as the column zphot_mode_2" totable a.pz
	printf '%s\n' '{"id": 1, "g": 2, "G": 3, "G_2": 4, "x": {"y": 5}, "x_y": 6, "é": 7, "a,b": 8, "a b": 9, "_": 10}' |
		make_stream "$predictions_header" >c.pz
	totable -q c.pz -o c.fits
	/usr/bin/python3 -c "
from astropy.io import fits
names = fits.open('c.fits')[1].columns.names
assert len({n.lower() for n in names}) == 10 and all(n.isascii() for n in names), names
assert names[:2] == ['id', 'g']"
	fromtable c.fits | records | same_as c.pz
	[ "$(totable -q c.pz | head -1)" = id,g,G,G_2,x_y_2,x_y,é,a_b,a_b_2,_ ]
	fails_with 2 "--columns: 'id' is named twice" totable -c id,id c.pz
}

@test "texts: UTF-8, newlines, quotes, blanks, by FITS and CSV; what is changed is said" {
	printf '%s\n' '{"id": "Galáxia", "s": "two\nlines", "t": "a, \"b\"; c", "m": 7}' '{"id": "ab", "s": " x ", "t": "#1", "m": "seven"}' \
		'{"id": "7", "s": "100%", "t": "%41"}' '{"id": 8, "t": ""}' | make_stream "$predictions_header" >t.pz
	totable t.pz -o t.fits 2>said
	fromtable t.fits | records | same_as t.pz "assert type(r['id']) == type(found['id'])"
	grep -q "texts that FITS cannot hold are coded, as in Gal%C3%A1xia (fromtable decodes them): id, s" said
	grep -q "columns with texts and numbers: all values are written as texts: id, m" said
	fails_with 0 "empty texts are written as missing values: t" totable t.pz
	/usr/bin/python3 -c "
from astropy.table import Table
t = Table.read('t.fits')
assert t['id'][1] == 'ab' and list(t['t'])[1:3] == ['#1', '%41'], t
data = open('t.fits', 'rb').read()
assert b'Gal%C3%A1xia' in data and max(data) < 256 and b'ab\0\0' in data"
	totable t.pz 2>/dev/null | /usr/bin/python3 -c "
import csv, sys
rows = list(csv.reader(open(0, newline='', encoding='utf-8')))
assert rows[1:3] == [['Galáxia', 'two\nlines', 'a, \"b\"; c', '7'], ['ab', ' x ', '#1', 'seven']], rows"
	printf '%s\n' '{"id": 1, "s": "a\u0000b"}' | make_stream "$predictions_header" >n.pz
	fails_with 1 "s: expected texts without a byte 0" totable n.pz
	totable -q n.pz -o n.fits
	fromtable n.fits | records | same_as n.pz
}

@test "whole numbers of any size, and what stands for none, keep their digits" {
	printf '%s\n' '{"id": 9007199254740993, "u": 18446744073709551615, "m": 9007199254740993, "k": -9007199254740991, "b": true}' \
		'{"id": -9223372036854775808, "u": 3, "m": 0.5, "b": 7}' '{"id": 5, "u": -1}' |
		make_stream "$predictions_header" >n.pz
	fails_with 0 "whole numbers with more digits than a column of numbers can hold are written as texts: u, m, k" totable n.pz -o n.fits
	fromtable n.fits | records | same_as n.pz "r['b'] = int(r['b']) if 'b' in r else 0
if r['b'] == 0: del r['b']"
	[ "$(totable -q n.pz)" = 'id,u,m,k,b
9007199254740993,18446744073709551615,9007199254740993,-9007199254740991,1
-9223372036854775808,3,0.5,,7
5,-1,,,' ]
}

@test "CSV: numbers read back to the same, under a locale with a decimal comma too" {
	totable -q a.pz >a.csv
	LC_ALL=de_DE.UTF-8 totable -q a.pz | cmp - a.csv
	records <a.pz >a.pz.txt
	/usr/bin/python3 -c "
import csv, json
rows = list(csv.DictReader(open('a.csv', encoding='utf-8')))
for row, line in zip(rows, open('a.pz.txt')):
    r = json.loads(line)
    for key in 'ra', 'mag', 'tiny', 'minus', 'inf':
        assert key not in r or float(row[key]) == r[key], (key, row)
    assert str(float(row['minus'])) == '-0.0' and row['zphot_mean'] == repr(r['zphot']['mean'])"
	fromtable --carry minus,tiny a.csv | records | grep -c '"minus": -0.0, "tiny": 5e-324' | grep -qx 5
	# as pandas would write it again
	need_python pandas
	/usr/bin/python3 -c "
import pandas
t = pandas.read_csv('a.csv')
t[t.z > .15].drop(columns='g').to_csv('b.csv', index=False)"
	fromtable --carry n,s,digits b.csv | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert [x['id'] for x in r] == [2, 3, 4, 5] and r[0]['ra'] == 150 + 1 / 6 and r[0]['n'] == 14"
}

@test "what has no place in a table is said by name; vectors asked for in CSV are refused" {
	printf '%s\n' '{"id": 1, "label": [[0, 1, 2]], "v": [1, 2], "w": [1, null], "x": [1], "thumb_x": [[1]], "img": "text"}' \
		'{"id": 2, "label": [[0, 1, 2]], "v": [1, 2, 3], "w": [1.5, 2], "x": 7}' | make_stream "$predictions_header" >l.pz
	totable l.pz -o l.fits 2>said
	grep -q "columns skipped: arrays and maps cannot go into a table: label, v, x, thumb_x$" said
	/usr/bin/python3 -c "
from astropy.io import fits
t = fits.getdata('l.fits')
assert t.names == ['id', 'w', 'img'] and list(t['w'][1]) == [1.5, 2]"
	fails_with 0 "columns skipped: CSV cannot hold vectors (-o NAME.fits can): w" totable l.pz
	fails_with 2 "--columns: 'w' is a vector, which CSV cannot hold: use -o NAME.fits" totable -c id,w l.pz
	fails_with 2 "--columns: 'pz' is a vector, which CSV cannot hold: use -o NAME.fits, or --pz FILE" totable -c id,pz a.pz
	totable -q -c id,pz --pz p.csv a.pz >/dev/null
	head -1 p.csv | grep -qx "1,0.25,0.5,0.125,0.125"
}

@test "the ending of -o decides, and none but those known" {
	for name in x.txt x.fits.gz x.tsv x.fitss .fits x fits csv; do
		fails_with 2 "-o $name: expected a name that ends in .fits, .fit, .hdf5, .h5, .npz or .csv" totable -o "$name" a.pz
	done
	for name in x.fits y.FIT; do
		totable -q a.pz -o $name
		[ "$(head -c 6 $name)" = SIMPLE ]
	done
	totable -q a.pz -o z.CSV
	[ "$(head -c 3 z.CSV)" = id, ]
	totable -q a.pz -o /dev/stdout | cmp - z.CSV
	totable -q --format csv a.pz -o x.txt
	cmp x.txt z.CSV
}

@test "texts that look like numbers, empty texts and numbers in one column come back as what they are" {
	printf '%s\n' '{"id": 1, "m": 5, "e": "", "g": "", "n": " 7"}' '{"id": 2, "m": "5", "e": "x", "n": 7}' \
		'{"id": 3, "m": "", "e": "", "g": "%", "n": "1e3"}' '{"id": 4, "m": 0.5, "e": "y", "g": "a%b"}' \
		'{"id": 5, "m": "0.5", "e": "", "n": "0x1f"}' '{"id": "6", "m": "inf", "e": "%", "n": "nan"}' |
		make_stream "$predictions_header" >m.pz
	totable m.pz -o m.fits 2>said
	grep -q "coded, as in Gal%C3%A1xia (fromtable decodes them): id, m, g, n$" said
	fromtable m.fits | records | same_as m.pz "for k in r: assert type(r[k]) == type(found[k]), k"
	/usr/bin/python3 -c "
from astropy.io import fits
t = fits.getdata('m.fits')
assert list(t['m']) == ['5', '%35', '%', '0.5', '%30.5', '%69nf'], t['m']
assert list(t['e']) == ['', 'x', '', 'y', '', '%'] and list(t['g']) == ['%', '', '%25', 'a%25b', '', '']"
}
