#!/usr/bin/env bats
# totable.bats -- streams become tables, and tables streams again

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 300 >a.pz
	grid=(--grid "0,0.4,80")
}

# A Python expression of the table t and its header h in a FITS file.
of() { /usr/bin/python3 -c "
from astropy.io import fits
h, t = fits.getheader('$2', 1), fits.getdata('$2', 1)
print($1)"; }

@test "stream to table to stream: nothing changes, by CSV and by FITS" {
	# CFITSIO takes what is too small for a normal float32 for 0
	records <a.pz | /usr/bin/python3 -c "
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    r['pz'] = [p if p > 1e-30 else 0 for p in r['pz']]
    print(json.dumps(r))" | make_stream "$predictions_header" >b.pz
	mv b.pz a.pz
	totable --pz p.csv a.pz >a.csv
	totable a.pz -o a.fits
	fromtable "${grid[@]}" --pz p.csv a.csv >csv.pz
	fromtable a.fits >fits.pz
	records <a.pz >a.txt
	for back in csv fits; do
		records <$back.pz | /usr/bin/python3 -c "
import json, sys
for line, old in zip(sys.stdin, open('a.txt'), strict=True):
    assert json.loads(line) == json.loads(old), line"
	done
	(header <a.pz; header <fits.pz) | /usr/bin/python3 -c "
import json, sys
a, b = map(json.loads, sys.stdin)
assert all(a[k] == b[k] for k in ('kind', 'grid', 'rows', 'limits')), b"
}

@test "table to stream to table: nothing changes" {
	need_python astropy
	cat >t.csv <<-end
		id,ra,dec,z,mag,ebv,size,zphot_mode,zphot_mean,zphot_median
		1237648720693755918,150.1,-2.25,0.1,17.1234567890123,0.02,19.5,0.11,0.12,0.125
		2,359.99,0,,15,,,0.3,0.3,0.31
		3,0.5,1e-05,0.2,,0.1,18.25,0.2,0.21,0.22
	end
	printf '%s,0.25,0.5,0.125,0.125\n' 1237648720693755918 2 3 >p.csv
	fromtable --carry size --grid "0,0.4,2,1,1" --pz p.csv t.csv >t.pz
	totable --columns "$(head -1 t.csv)" t.pz --pz q.csv -o u.csv
	cmp t.csv u.csv
	cmp p.csv q.csv
	totable t.pz -o t.fits
	fromtable --carry size --grid "0,0.4,2,1,1" --pz pz t.fits | records | cmp - <(records <t.pz) # the history names the file read
	fromtable t.fits | records | cmp - <(records <t.pz)
	fromtable t.fits | totable -o u.fits
	[ "$(of 'h' u.fits | grep -v HISTORY)" = "$(of 'h' t.fits | grep -v HISTORY)" ]
	version=$(fromtable --version | head -n 1)
	[[ "$(of 'h["HISTORY"]' t.fits | tr -d '\n')" == "fromtable ${version##* } --carry size --pz "*" --grid 0,0.4,2,1,1"* ]]
	# with the files it was made from, and what they held
	[[ "$(of 'h["HISTORY"]' t.fits | tr -d '\n')" =~ "t.csv "[0-9a-f]{8} ]]
	/usr/bin/python3 -c "
from astropy.io import fits
assert fits.getdata('t.fits').tobytes() == fits.getdata('u.fits').tobytes()"
	[ "$(of 't["id"][0], t["ra"].dtype.name, t["pz"].shape' t.fits)" = "1237648720693755918 float64 (3, 4)" ]
}

@test "units, UCDs and the grid are in the header" {
	need_python astropy
	fromtable --grid "0,0.4,2,1,1" <(echo id,ra,dec,mag,zphot; echo 1,2,3,4,0.5) | totable -o t.fits
	[ "$(of 'h["TTYPE2"], h["TUNIT2"], h["TUCD2"], h["TUNIT4"], h["TUCD4"], h["TTYPE5"]' t.fits)" = "ra deg pos.eq.ra;meta.main mag phot.mag zphot_mode" ]
	[ "$(of 'h["TUCD1"], h["TUCD5"]' t.fits)" = "meta.id;meta.main src.redshift.phot;meta.main" ]
	[ "$(of 'h["GRIDMAX"], h["GRIDBINS"], h["GRIDLOW"], h["GRIDHIGH"], h["EXTNAME"]' t.fits)" = "0.4 2 1 1 predictions" ]
}

@test "what the standards say: FITS, the vocabulary of UCDs, units" {
	need_python astropy
	fromtable --survey cfhtls-wide --carry s,n <(printf 'id,ra,dec,z,mag,ebv,zphot,s,n\n1,2,3,0.1,17,0.1,0.2,text,1\n2,2,3,0.1,17,0.1,0.2,,\n') |
		totable -o t.fits
	totable a.pz -o a.fits
	/usr/bin/python3 -c "
from astropy.io import fits
from astropy.io.votable.ucd import check_ucd
from astropy.table import Table
import astropy.units as u
h = fits.getheader('t.fits', 1)
ucds = h['TUCD*']
assert len(ucds) == 9 and all(check_ucd(v, True) for v in ucds.values()), ucds
t, a = Table.read('t.fits'), Table.read('a.fits')
assert t['ra'].unit == u.deg and t['mag'].unit == u.mag
assert list(t['n'].mask) == [False, True] and list(t['s'].filled('none')) == ['text', 'none']
assert a['pz'].shape == (300, 80) and (h['SURVEY'], h['GRIDBINS'], h['ROWSCHAN'], h['LIMOUT']) == ('cfhtls-wide', 1000, 10, 0.15)"
	fromtable t.fits | records | cmp - <(printf '%s\n' \
		'{"id": 1, "ra": 2.0, "dec": 3.0, "z": 0.1, "mag": 17.0, "ebv": 0.1, "s": "text", "n": 1, "zphot": {"mode": 0.2, "mean": 0.2, "median": 0.2}}' \
		'{"id": 2, "ra": 2.0, "dec": 3.0, "z": 0.1, "mag": 17.0, "ebv": 0.1, "zphot": {"mode": 0.2, "mean": 0.2, "median": 0.2}}')
	# estimates of another target are no redshifts
	records <a.pz | sed 's/^{"id": \([0-9]*\)/&, "mass": 9/' |
		make_stream "${predictions_header/\"z\"/\"mass\"}" | totable -o m.fits
	[ "$(of 'sorted(v for v in h["TUCD*"].values() if "redshift" in v or "prob" in v)' m.fits)" = "['src.redshift', 'stat.probability']" ]
	if command -v fitsverify >/dev/null; then
		fitsverify -q t.fits a.fits
	fi
}

@test "any stream: texts, truth values, what some records lack, stamps" {
	need_python astropy
	printf '%s\n' '{"id": "a, \"b\"", "n": 1, "x": 0.5, "ok": true}' '{"id": 7, "x": null, "ok": false}' |
		make_stream "$predictions_header" >m.pz
	[ "$(totable m.pz)" = 'id,n,x,ok
"a, ""b""",1,0.5,1
7,,,0' ]
	totable m.pz -o m.fits
	[ "$(of 'list(t["id"]), t["n"][0], t["n"][1] == h["TNULL2"], t["ok"]' m.fits)" = "['a, \"b\"', '7'] 1 True [1 0]" ]
	make_stamps 5 >s.pz
	[ "$(totable s.pz 2>said | head -1)" = id,z,mag ]
	grep -q "columns skipped: arrays and maps cannot go into a table: img" said
	totable a.pz 2>&1 >/dev/null | grep -q "p(z) is left out"
	[ "$(totable "$(make_predictions 0 >e.pz; echo e.pz)")" = id ]
	totable e.pz -o e.fits
	[ "$(of 'len(t)' e.fits)" = 0 ]
}

@test "columns are chosen and ordered" {
	[ "$(totable -q -c mag,zphot.mode,id a.pz | head -1)" = mag,zphot_mode,id ]
	[ "$(totable -q -c zphot_mean a.pz | wc -l)" = 301 ]
	fails_with 1 "no column 'y'; there are id, z, mag, pz, zphot_mode" totable -c id,y a.pz
	fails_with 1 "; did you mean zphot_mode?" totable -c id,zphot_mdoe a.pz
	cmp <(totable -c 'id , z' a.pz) <(totable -c id,z a.pz)
	totable --format csv -q a.pz -o x.fits
	[ "$(head -c 2 x.fits)" = id ]
	totable --format fits a.pz -o x
	[ "$(head -c 6 x)" = SIMPLE ]
}

@test "each wrong stream or option has its message" {
	fails_with 2 "--format fits: expected -o FILE, found none" totable --format fits a.pz
	fails_with 2 "--pz is for CSV only" totable --pz p a.pz -o a.fits
	fails_with 3 "" totable -o cut.fits <(head -c 9999 a.pz)
	[ ! -e cut.fits ]
	fails_with 1 "No such file" totable no/such
	fails_with 1 "cannot write" totable -o /dev/full a.pz
	records <a.pz | sed '5s/"pz": \[[^,]*, /"pz": [/' | make_stream "$predictions_header" >x.pz
	fails_with 1 "record 5 (id 4): pz: expected 320 bytes as in the first record, found 316" totable x.pz
	cat a.pz | totable -q | cmp - <(totable -q a.pz)
	[ "$(ls p ./*.fits* 2>/dev/null)" = "" ]
}

@test "--comments: lines of a text stand in the header of a FITS table" {
	need_python astropy
	make_predictions 3 >p.pz
	printf 'zphot: for each galaxy\n\n%s\n' "$(printf '%0100d' 7)" >text
	totable --comments text p.pz -o p.fits
	/usr/bin/python3 -c "
from astropy.io import fits
lines = list(fits.open('p.fits')[1].header['COMMENT'])
assert lines[:2] == ['zphot: for each galaxy', ''], lines
assert ''.join(lines[2:]) == '%0100d' % 7, lines"
	fromtable p.fits | records | cmp - <(records <p.pz)
	printf 'caf\303\251\n' >text
	fails_with 1 "text: line 1: expected printable ASCII" totable --comments text p.pz -o q.fits
	yes | head -1001 >text
	fails_with 1 "text: expected at most 1000 lines" totable --comments text p.pz -o q.fits
	fails_with 1 "no-such-file" totable --comments no-such-file p.pz -o q.fits
	fails_with 2 "--comments is for FITS tables only" totable --comments text p.pz -o q.csv
	[ ! -e q.fits ]
}
