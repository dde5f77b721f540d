#!/usr/bin/env bats
# fromtable.bats -- tables of others become predictions

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >t.csv <<-end
		objID,zspec,r,ebv,photoz,u,pdf
		7,0.11,17.5,0.02,0.1,18.5,x
		a8,0.21,nan,,0.2,,x
		9,,15.0,0.03,0.3,19,x
	end
	grid=(--grid "0,0.4,4")
}

# A key of all records, in a line.
key() { records | /usr/bin/python3 -c "
import json, sys
print(*(json.loads(line).get('$1') for line in sys.stdin))"; }

# t.csv as t.fits, with p(z) of 4 bins.
make_fits() {
	/usr/bin/python3 -c "
import numpy as np
from astropy.table import Table
t = Table.read('t.csv', format='ascii.csv')
t['pz'] = np.array([[0.1, 0.6, 0.2, 0.1]] * 3, dtype='f4')
t.filled(np.nan).write('t.fits')"
}

@test "columns by their usual names" {
	fromtable t.csv >t.pz
	[ "$(key id <t.pz)" = "7 a8 9" ]
	[ "$(key z <t.pz)" = "0.11 0.21 None" ]
	[ "$(key mag <t.pz)" = "17.5 None 15.0" ]
	[ "$(key ebv <t.pz)" = "0.02 None 0.03" ]
	records <t.pz | head -1 | grep -qF '"zphot": {"mode": 0.1, "mean": 0.1, "median": 0.1}'
	header <t.pz | grep -q '"kind": "predictions".*"bins": 180'
	cmp <(fromtable <t.csv | records) <(records <t.pz) # the history has no name of a pipe
}

@test "columns as told, others carried, estimates that differ" {
	sed 's/photoz/zphot_mean/; s/,u,/,zphot_median,/' t.csv >n.csv
	fromtable --columns id=objID,z=ebv,mag=r,zphot=zspec n.csv >n.pz
	records <n.pz | head -1 | grep -qF '"zphot": {"mode": 0.11, "mean": 0.1, "median": 18.5}'
	[ "$(key z <n.pz)" = "0.02 None 0.03" ]
	[ "$(fromtable --carry u t.csv | key u)" = "18.5 None 19" ]
	fails_with 2 "--carry: 'ebv' has a meaning" fromtable --carry ebv t.csv
}

@test "a dot in a carried name leads into a map, and never to what tools look for" {
	fails_with 2 "--carry: 'zphot' has a meaning in the stream, and with it 'zphot.mode'" \
		fromtable --carry zphot.mode=u t.csv
	for taken in pz.x label.mode features cover.u id.x sky; do
		fails_with 2 "has a meaning in the stream" fromtable --carry "$taken=u" t.csv
	done
	[ "$(fromtable --carry a.b=u,a.c=r,d=u t.csv | records | head -1 | grep -o '"a".*')" = \
		'"a": {"b": 18.5, "c": 17.5}, "d": 18.5, "zphot": {"mode": 0.1, "mean": 0.1, "median": 0.1}}' ]
	[ "$(fromtable --carry a.b=u t.csv | inspect --tsv | cut -f 5 | xargs)" = "a.b 18.5 19" ]
	# where no column of the map is known there is none
	[ "$(fromtable --carry a.b=u t.csv | records | sed -n 2p | grep -c '"a":')" = 0 ]
	fails_with 2 "expected different names for columns, found 'a.b' twice" fromtable --carry a.b=u,a.b=r t.csv
	fails_with 2 "'a' is the name of a column and" fromtable --carry a.b=u,a=r t.csv
}

@test "a key with a dot in its name, whoever wrote it, hides no estimate" {
	/usr/bin/python3 -c "
import json
for i in range(60):
    z = 0.02 + 0.006 * i
    r = {'id': i, 'z': z, 'mag': 16, 'zphot.mode': 0.3}
    r['zphot'] = {'mode': z + 0.01, 'mean': z, 'median': z}
    print(json.dumps(r))" >r.txt
	sed 's/"zphot.mode": 0.3, //' r.txt | make_stream "$predictions_header" >plain.pz
	make_stream "$predictions_header" <r.txt >dotted.pz
	residuals -q -b 0 dotted=plain.pz | cmp - <(residuals -q -b 0 dotted=dotted.pz)
	calibrate -q --train plain.pz --whole plain.pz | totable -c id,zphot.mode |
		cmp - <(calibrate -q --train dotted.pz --whole dotted.pz | totable -c id,zphot.mode)
	[ "$(inspect --tsv dotted.pz | sed -n 1,2p)" = "$(printf 'id\tz\tmag\tzphot\\.mode\tzphot.mode\tzphot.mean\tzphot.median\n0\t0.02\t16\t0.3\t0.03\t0.02\t0.02')" ]
	[ "$(totable -c 'zphot\.mode' dotted.pz | sed -n 2p)" = 0.3 ]
}

@test "carried: whole numbers, numbers, texts, from CSV and FITS" {
	cat >c.csv <<-end
		id,n,x,s,big,r
		1,12,1.5,alpha beta,18446744073709551615,17
		2,-3,1e3,007,9223372036854775807,18
		3,,nan,"q ""u"", v",0x1f,19
		4,0,-0.25,,inf,20
	end
	fromtable --carry n,x,s,big,flag=r c.csv | records >c.json
	/usr/bin/python3 - <<-end
		import json
		r = [json.loads(line) for line in open("c.json")]
		assert [x.get("n") for x in r] == [12, -3, None, 0]
		assert all(type(x["n"]) is int for x in r if "n" in x)
		assert [x.get("x") for x in r] == [1.5, 1000.0, None, -0.25]
		assert [x.get("s") for x in r] == ["alpha beta", "007", 'q "u", v', None]
		assert [x.get("big") for x in r] == ["18446744073709551615", 2**63 - 1, "0x1f", "inf"]
		assert [x["flag"] for x in r] == [17, 18, 19, 20]
	end
	fromtable --carry n,x,s,big,flag=r c.csv | totable | cmp - <(sed '1s/.*/id,mag,n,x,s,big,flag/; s/,1e3,/,1000,/; s/,nan,/,,/
		2,$s/^\([0-9]*\)\(.*\),\([0-9]*\)$/\1,\3\2,\3/' c.csv)
	printf 'id,s\n1,%0256d\n' 7 | fails_with 1 "row 1: column 's': a text of more than 255 bytes" fromtable --carry s
	need_python astropy
	/usr/bin/python3 -c "
from astropy.table import Table, MaskedColumn
t = Table()
t['id'] = ['a', 'b', 'c']
t['n'] = MaskedColumn([5, 2**62 + 1, 7], mask=[0, 0, 1])
t['n'].fill_value = -1
t['s'] = ['x', '', '12']
t['ok'] = [True, False, True]
t['x'] = [0.5, float('nan'), 1]
t.write('c.fits')"
	[ "$(fromtable --carry n,s,ok,x c.fits | records | tr '\n' ' ')" = '{"id": "a", "n": 5, "s": "x", "ok": 1, "x": 0.5} {"id": "b", "n": 4611686018427387905, "ok": 0} {"id": "c", "s": "12", "ok": 1, "x": 1.0} ' ]
}

@test "the survey and the grid go into the header" {
	fromtable --survey cfhtls-wide t.csv | header | grep -q '"bins": 1000'
	fromtable --grid 0,2,50,25,30 t.csv | header |
		grep -q '"max": 2.0, "bins": 50, "left": 25, "right": 30'
	fails_with 2 "--grid: expected 3 or 5 numbers, found 2" fromtable --grid 0,1 t.csv
	fails_with 2 "--grid: expected whole numbers of bins, found 2.5" fromtable --grid 0,1,2.5 t.csv
	fails_with 2 "--grid" fromtable --grid 1,0,20 t.csv
	fails_with 2 "survey 'none'" fromtable --survey none t.csv
}

@test "p(z) from a second file: of all galaxies or some, in the table's order" {
	printf '7,0.1,0.6,0.2,0.1\n9,0,0,0,1\n' >p.csv
	fromtable "${grid[@]}" --pz p.csv t.csv >t.pz 2>said
	grep -q "1 galaxy has no p(z) and was left out" said
	[ "$(key id <t.pz)" = "7 9" ]
	[ "$(key pz <t.pz | cut -c-30)" = "[0.10000000149011612, 0.600000" ]
	# the estimate of the table stands before that of the p(z)
	[ "$(key zphot <t.pz | cut -c-13)" = "{'mode': 0.1," ]
	sed 1s/photoz/other/ t.csv >n.csv
	[ "$(fromtable -q "${grid[@]}" --pz p.csv n.csv | records | tail -1 | grep -oE 'zphot.*' | tr -dc '0-9. ' | xargs printf '%.3f ' )" = "0.350 0.350 0.350 " ]
}

@test "p(z) of another sum are scaled when asked" {
	printf '7,10,60,20,10\n9,0,0,0,0.5\n' >p.csv
	fails_with 1 "expected the sum 1, found 100" fromtable -q "${grid[@]}" --pz p.csv t.csv
	printf '7,0.1,0.6,0.2,0.1\n9,0,0,0,1\n' >q.csv
	fromtable -q "${grid[@]}" --scale-pz --pz p.csv t.csv | records |
		cmp - <(fromtable -q "${grid[@]}" --pz q.csv t.csv | records)
	# the table may come by a pipe
	fromtable -q "${grid[@]}" --pz q.csv <(cat t.csv) | records | cmp - <(fromtable -q "${grid[@]}" --pz q.csv t.csv | records)
}

# Numbers of p(z) for three galaxies at .1, .2 and .3, 20 bins over 0 to 1, as columns of a
# FITS table and as CSV: exp(-chi2/2), chi2, ln L and density, the least chi2 being $1.
make_likelihoods() { /usr/bin/python3 -c "
import numpy as np
from astropy.io import fits
z = np.array([.1, .2, .3])
x = (np.arange(20) + .5) * .05
chi2 = ((x - z[:, None]) / .08)**2 + $1
p = np.exp(-(chi2 - chi2.min(axis=1)[:, None]) / 2)
p /= p.sum(axis=1)[:, None]
col = fits.Column
fits.BinTableHDU.from_columns([col('id', 'K', array=[1, 2, 3]), col('zspec', 'D', array=z),
    col('weight', '20D', array=np.exp(-chi2 / 2)), col('chi2', '20D', array=chi2),
    col('lnl', '20D', array=-chi2 / 2), col('narrow', '20E', array=chi2), col('density', '20D', array=p / .05),
    col('p', '20D', array=p), col('weight4', '20E', array=np.exp(-chi2 / 2))]).writeto('l.fits', overwrite=True)
with open('w.csv', 'w') as f:
    for i, row in enumerate(np.exp(-chi2 / 2)):
        print(i + 1, *map(repr, map(float, row)), sep=',', file=f)
with open('c.csv', 'w') as f:
    for i, row in enumerate(chi2):
        print(i + 1, *map(repr, map(float, row)), sep=',', file=f)"; }

# All streams' p(z) are the same, to a ten millionth or so of the greatest.
pz_agree() { for f in "$@"; do records <"$f" >"$f.txt"; done; /usr/bin/python3 -c "
import json, sys
all = [[json.loads(line)['pz'] for line in open(f + '.txt')] for f in sys.argv[1:]]
for a, name in zip(all, sys.argv[1:]):
    assert len(a) == len(all[-1]) > 0
    d = max(abs(x - y) / max(q) for p, q in zip(a, all[-1]) for x, y in zip(p, q))
    assert d < 1e-6, (name, d)" "$@"; }

@test "likelihoods of any size become p(z): weights, chi2, ln L, densities" {
	need_python astropy
	from() { fromtable --grid 0,1,20 --pz "$@"; }
	for least in 0 200 1300; do
		make_likelihoods $least
		from p l.fits >p.pz
		from weight --scale-pz l.fits >1.pz
		from w.csv --scale-pz l.fits >2.pz
		from chi2 --pz-is chi2 l.fits >3.pz
		from lnl --pz-is loglike l.fits >4.pz
		pz_agree [p1234].pz
	done
	make_likelihoods 0
	from p l.fits >p.pz
	from density --pz-is density l.fits >1.pz
	from density --pz-is density --scale-pz l.fits >2.pz
	from c.csv --pz-is chi2 l.fits >3.pz
	from weight4 --scale-pz l.fits >4.pz
	pz_agree [p1234].pz
	# beyond what doubles hold: chi2 itself has all there is, exp(-chi2/2) nothing
	make_likelihoods 20000
	from chi2 --pz-is chi2 l.fits >1.pz
	pz_agree [p1].pz
	fails_with 0 "3 galaxies have numbers that are no p(z) (3 all zeros): 3 without an estimate were left out" \
		fromtable --grid 0,1,20 --pz weight --scale-pz l.fits
	# where some bins still have a number but not all of its digits
	make_likelihoods 1400
	fails_with 0 "(3 too small to have all digits: write chi2 or ln L and use --pz-is)" \
		fromtable --grid 0,1,20 --pz weight --scale-pz l.fits
	make_likelihoods 170
	fails_with 0 "(3 too small to have all digits" fromtable --grid 0,1,20 --pz weight4 --scale-pz l.fits
	fails_with 1 "expected the sum 1, found 20 (--scale-pz" fromtable --grid 0,1,20 --pz density l.fits
}

@test "numbers that are no p(z): the galaxy keeps its estimate, or is left out; both are counted" {
	need_python astropy
	/usr/bin/python3 -c "
import numpy as np
from astropy.io import fits
p = np.tile([.1, .2, .4, .3], (8, 1))
p[1], p[2], p[3, 1], p[4, 1], p[5, 0], p[6] = 0, np.nan, np.nan, -.2, np.inf, 0
z = [.1] * 8
col = fits.Column
fits.BinTableHDU.from_columns([col('id', 'K', array=range(8)), col('zspec', 'D', array=z), col('pdf', '4D', array=p),
    col('zphot', 'D', array=z[:6] + [np.nan] * 2)]).writeto('f.fits')
fits.BinTableHDU.from_columns([col('id', 'K', array=range(8)), col('zspec', 'D', array=z),
    col('pdf', '4D', array=p)]).writeto('g.fits')"
	fromtable "${grid[@]}" --pz pdf f.fits >f.pz 2>said
	grep -qF "6 galaxies have numbers that are no p(z) (1 all NaN, 1 NaN in some bins, 1 a number below 0, 1 an infinite number, 2 all zeros): 1 without an estimate was left out, 5 with an estimate were kept without p(z)" said
	[ "$(key id <f.pz)" = "0 1 2 3 4 5 7" ]
	[ "$(records <f.pz | grep -c '"pz"')" = 2 ]
	fromtable "${grid[@]}" --pz pdf g.fits 2>said | key id | grep -qx "0 7"
	grep -q "6 without an estimate were left out, 0 with an estimate" said
	fails_with 1 "row 2: p(z): expected one, because of --strict, found all zeros" fromtable --strict "${grid[@]}" --pz pdf f.fits
	# the same of a table of totable's, in which a record without p(z) is one of NaN
	fromtable -q "${grid[@]}" --pz pdf f.fits | totable -o o.fits
	fromtable o.fits 2>said | records | cmp - <(records <f.pz)
	[ ! -s said ]
	/usr/bin/python3 -c "
from astropy.io import fits
h = fits.open('o.fits')
h[1].data['pz'][0] = 0
h.writeto('e.fits')"
	fromtable e.fits 2>said | key id | grep -qx "0 1 2 3 4 5 7"
	grep -q "1 galaxy has numbers that are no p(z) (1 all zeros): 0 without an estimate were left out, 1 with an estimate was kept" said
	# --pz-is: a chi2 is none below 0, and has no infinite likelihood
	printf '%s\n' 7,1,-99,1,1 9,inf,0,inf,2 >c.csv
	fromtable "${grid[@]}" --pz c.csv --pz-is chi2 <(sed 2,3s/,0.[12],/,,/ t.csv) 2>said | records | tail -1 |
		grep -qF '"pz": [0.0, 0.7310585975646973, 0.0, 0.2689414322376251]'
	grep -qF "1 a number below 0" said
	/usr/bin/python3 -c "
import numpy as np
from astropy.io import fits
inf = np.inf
fits.BinTableHDU.from_columns([fits.Column('id', 'K', array=[1]), fits.Column('c', '4D', array=[[inf, 5, 7, inf]]),
    fits.Column('l', '4E', array=[[-inf, 0, -1, -inf]])]).writeto('i.fits')"
	fromtable "${grid[@]}" --pz c --pz-is chi2 i.fits | key pz | grep -qF '[0.0, 0.7310585975646973, 0.2689414322376251, 0.0]'
	fromtable "${grid[@]}" --pz l --pz-is loglike i.fits | key pz | grep -qF '[0.0, 0.7310585975646973, 0.2689414322376251, 0.0]'
	printf '7,1,inf,1,1\n9,-inf,-inf,-inf,-inf\n' >c.csv
	fromtable "${grid[@]}" --pz c.csv --pz-is loglike t.csv 2>&1 >/dev/null | grep -qF "(1 an infinite number, 1 all zeros)"
}

@test "p(z) from a vector column of a FITS table" {
	need_python astropy
	make_fits
	fromtable "${grid[@]}" --pz pz t.fits >t.pz
	fromtable t.csv | key id | cmp - <(key id <t.pz)
	[ "$(key z <t.pz)" = "0.11 0.21 None" ]
	[ "$(key pz <t.pz | cut -c-30)" = "[0.10000000149011612, 0.600000" ]
	fromtable --grid 0,0.2,2,1,1 --pz pz --hdu 1 t.fits | header | grep -q '"left": 1'
	fails_with 4 "expected 180 probabilities, as the grid has bins, found 4" fromtable --pz pz t.fits
}

@test "each wrong table has its message" {
	fails_with 1 "no column 'nope' for z; it has objID, zspec, r, ebv" fromtable -c z=nope t.csv
	fails_with 1 "no column 'id' or the like for id" fromtable <(echo a,b)
	fails_with 1 "no column 'y' for carry" fromtable --carry y t.csv
	fails_with 1 "column 'pdf': expected a number, found 'x'" fromtable --columns ebv=pdf t.csv
	fails_with 2 "expected one table, found 2" fromtable t.csv t.csv
	fails_with 1 "none.csv" fromtable none.csv
	fails_with 1 "none: No such file" fromtable --pz none t.csv
	fails_with 4 "line 1: " fromtable --pz <(echo 7,1) t.csv
	fails_with 1 "expected a number, found 'b'" fromtable "${grid[@]}" --pz <(echo 7,0,1,b,0) t.csv
	fails_with 1 "line 1: id 6: the table has no galaxy with this id" fromtable "${grid[@]}" --pz <(echo 6,0,1,0,0) t.csv
	fails_with 1 "row 1: p(z): expected the sum 1, found 2" fromtable "${grid[@]}" --pz <(echo 7,1,1,0,0) t.csv
	fails_with 1 "found 2 (--scale-pz divides by the sum" fromtable "${grid[@]}" --pz <(echo 7,1,1,0,0) t.csv
	fails_with 1 "row 1: p(z): expected one, because of --strict, found a number below 0" fromtable --strict "${grid[@]}" --pz <(echo 7,2,-1,0,0) t.csv
	fails_with 1 "row 1: p(z): expected one, because of --strict, found NaN in some bins" fromtable --strict "${grid[@]}" --pz <(echo 7,nan,1,0,0) t.csv
	fails_with 1 "row 1: p(z): expected one, because of --strict, found all zeros" fromtable --strict "${grid[@]}" --scale-pz --pz <(echo 7,0,0,0,0) t.csv
	fails_with 1 "row 2: p(z): expected one, because of --strict, found no line" fromtable --strict "${grid[@]}" --pz <(echo 7,0,1,0,0) t.csv
	fails_with 3 "expected 7 cells, found 2" fromtable <(sed '$s/.*/9,1/' t.csv)
	fails_with 1 "cannot write" fromtable -o /dev/full t.csv
	[ "$(ls half* 2>/dev/null)" = "" ]
}

@test "columns of which nobody can say what they mean are refused, if they are used" {
	sed '1s/ebv/r/' t.csv >two.csv
	fails_with 1 "two columns are named 'r'" fromtable two.csv
	fails_with 1 "two columns are named 'r'" fromtable --columns mag=zspec --carry r two.csv
	fromtable --columns mag=zspec two.csv | count | grep -qx 3
	need_python astropy
	/usr/bin/python3 -c "
from astropy.io import fits
import numpy as np
column = fits.Column
fits.BinTableHDU.from_columns([column('id', 'K', array=[1, 2, 3]), column('complex', 'M', array=[1 + 2j, 3, 4]),
    column('two', '2D', array=np.ones((3, 2))), column('bits', '1X', array=np.array([[True], [False], [True]])),
    column('varying', 'PD()', array=np.array([[1.0], [2.0, 3.0], []], dtype=object))]).writeto('c.fits')"
	for name in complex:2 two:2 bits:0 varying:0; do
		fails_with 1 "column '${name%:*}': expected one number a row, found ${name#*:}" fromtable --carry "${name%:*}" c.fits
	done
}

@test "tools that take predictions take these" {
	fromtable /dev/stdin < <(
		echo id,z,mag,zphot
		awk 'BEGIN { for (i = 0; i < 200; i++) printf "%d,%g,%g,%g\n", i, i/600, 15 + i/100, i/600 }'
	) >g.pz
	[ "$(residuals g.pz | awk '$1 == "n" || $1 == "sigma_mad" { print $2 }' | xargs)" = "200 0" ]
	[ "$(balance --threshold 1 g.pz | count)" -gt 50 ]
	calibrate --train g.pz g.pz | inspect --check | grep -q .
}

@test "another target: its column is carried, its range is the grid's" {
	cat >mass.csv <<-'EOF'
		id,logmass,r,mass_est
		1,10.5,16.2,10.52
		2,9.25,16.9,9.3
		3,11,15.8,10.95
	EOF
	fromtable --target logmass --grid 8,12,80 --carry logmass --columns zphot=mass_est,mag=r mass.csv >mass.pz
	header <mass.pz | grep -q '"target": "logmass"'
	residuals --bootstrap 2 --outlier 0.15 mass.pz >mass.tsv
	[ "$(awk '$1 == "mean_residual" { printf "%.6g", $2 }' mass.tsv)" = 0.00666667 ]
	fails_with 2 "header: expected an outlier threshold" residuals mass.pz
	fails_with 2 "--target: expected a carried column 'logmass', found none" \
		fromtable --target logmass --grid 8,12,80 --columns zphot=mass_est,mag=r mass.csv
	fails_with 2 "--target logmass: give --range as well" \
		fromtable --target logmass --carry logmass --columns zphot=mass_est,mag=r mass.csv
}

@test "lines of p(z): any delimiter, names, quotes; any order in a regular file" {
	printf '7,0.1,0.6,0.2,0.1\na8,0.25,0.25,0.25,0.25\n9,0,0,0,1\n' >p.csv
	fromtable "${grid[@]}" --pz p.csv t.csv >want.pz
	{ printf '\357\273\277"id";p0;p1;p2;p3\r\n' && tr , ';' <p.csv | sed 's/.*/&\r/; s/^a8/"a8"/'; } >other.csv
	fromtable "${grid[@]}" --pz other.csv t.csv | records | cmp - <(records <want.pz)
	fromtable "${grid[@]}" --pz <(cat other.csv) t.csv | records | cmp - <(records <want.pz)
	{ echo id,0.05,0.15,0.25,0.35 && cat p.csv; } >headed.csv
	fromtable "${grid[@]}" --pz headed.csv t.csv | records | cmp - <(records <want.pz)
	{ echo "# id p0 p1 p2 p3" && tr , ' ' <p.csv; } >blanks.txt
	fromtable "${grid[@]}" --pz blanks.txt t.csv | records | cmp - <(records <want.pz)

	{ sed -n 3p p.csv && sed -n 1p p.csv && sed -n 2p p.csv; } >turned.csv
	fromtable "${grid[@]}" --pz turned.csv t.csv | records | cmp - <(records <want.pz)
	fails_with 1 "(lines of a regular file may have any order)" fromtable -q "${grid[@]}" --pz <(cat turned.csv) t.csv
	{ cat turned.csv && echo 12,0,0,1,0 && echo x,1,0,0,0; } >more.csv
	fromtable "${grid[@]}" --pz more.csv t.csv 2>said | records | cmp - <(records <want.pz)
	grep -q "2 lines of p(z) are of galaxies that the table does not have" said
	sed -i '/^a8/d' more.csv
	[ "$(fromtable "${grid[@]}" --pz more.csv t.csv 2>said | key id)" = "7 9" ]
	grep -q "1 galaxy has no p(z) and was left out" said
	{ cat p.csv && sed -n 2p p.csv; } >twice.csv
	fails_with 1 "twice.csv: line 4: the id is the same as in line 2" fromtable "${grid[@]}" --pz twice.csv t.csv
	printf '1,1,0,0,0\n2,0,0,0,1\n' >none.csv
	fails_with 1 "none.csv: line 1: id 1: the table has no galaxy with this id" fromtable -q "${grid[@]}" --pz none.csv t.csv
	fails_with 4 "p.csv: line 1: expected 180 probabilities" fromtable --pz p.csv t.csv
}

@test "ids with a comma, a quote and a line end come back through totable --pz" {
	printf 'id,zspec,zphot\n"a, b",0.1,0.1\n"say ""c""",0.2,0.2\n"d\ne",0.3,0.3\n' >odd.csv
	printf '"a, b",1,0,0,0\n"say ""c""",0,1,0,0\n"d\ne",0,0,0,1\n' >p.csv
	fromtable "${grid[@]}" --pz p.csv odd.csv >odd.pz
	totable --pz pz.csv odd.pz >back.csv
	fromtable "${grid[@]}" --pz pz.csv back.csv >back.pz
	[ "$(key pz <odd.pz)" = "$(key pz <back.pz)" ]
	[ "$(key id <odd.pz)" = "$(key id <back.pz)" ]
	[ "$(count <back.pz)" = 3 ]
}

@test "p(z) of many galaxies in any order" {
	/usr/bin/python3 - <<-'END'
		import random
		random.seed(1)
		n = 20000
		open("many.csv", "w").write("id,zspec,zphot\n" + "".join(f"{7 * i},{i / 1e5},0.1\n" for i in range(n)))
		order = list(range(n))
		random.shuffle(order)
		open("p.csv", "w").write("".join(f"{7 * i},{i / 4e4},{1 - i / 4e4}\n" for i in order))
	END
	fromtable --grid 0,0.4,2 --pz p.csv many.csv >many.pz
	records <many.pz | /usr/bin/python3 -c "
import json, sys
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    assert r['id'] == 7 * i and abs(r['pz'][0] - i / 4e4) < 1e-7, r
assert i == 19999"
}

# What a table of text becomes: id z mag zphot of each record.
known() {
	fromtable "$@" 2>said | records | /usr/bin/python3 -c "
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    values = r.get('z'), r.get('mag'), r.get('zphot', {}).get('mode')
    print(r['id'], *('None' if x is None else '%g' % x for x in values), end='; ')"
}

@test "text of any kind is a table" {
	local want='1 0.1 17 0.11; 2 0.2 18 0.21; '

	printf 'id,zspec,r,zphot\n1,.1,17,.11\n2,.2,18,.21\n' >c.csv
	[ "$(known c.csv)" = "$want" ]
	[ ! -s said ]
	for delimiter in ';' '\t' ' ' '  \t ' ' | '; do
		sed "s/,/$delimiter/g" c.csv >d.txt
		[ "$(known d.txt)" = "$want" ]
		[ ! -s said ]
		[ "$(cat d.txt | known)" = "$want" ]
		sed '1s/^/# /' d.txt >e.txt # names behind #
		[ "$(known e.txt)" = "$want" ]
		[ ! -s said ]
	done
	{ printf '\357\273\277' && sed 's/id,zspec/"id","zspec"/; s/$/\r/' c.csv; } >bom.csv
	[ "$(known bom.csv)" = "$want" ]
	tr '\n' '\r' <c.csv >mac.csv
	[ "$(known mac.csv)" = "$want" ]
	{ echo '# made by code X, version 2, with care' && sed '2s/$/\n# aside\n#7,.3,19,.3/' c.csv; } >comment.csv
	[ "$(known comment.csv)" = "$want" ]
	grep -q "comment lines (#) between the rows are skipped: 2" said
	printf '# 1 ID\n# 2 zspec\n# 3 r\n# 4 zphot\n1 .1 17 .11\n2 .2 18 .21\n' >bpz.cat
	[ "$(known bpz.cat)" = "$want" ]
	printf '#F:zphot;D:zspec;F:r\n.11,.1,17\n.21,.2,18\n' >annz.csv
	[ "$(known annz.csv)" = "$want" ]
	grep -q "ids are the numbers of the rows" said
	printf '1.0e+00 1.0e-01 1.7e+01 1.1e-01\n2.0e+00 2.0e-01 1.8e+01 2.1e-01\n' >savetxt.txt
	[ "$(known --columns id=col1,z=col2,mag=col3,zphot=col4 savetxt.txt)" = "$want" ]
	grep -q "called col1 to col4" said
	fails_with 1 "called col1 to col4: say which is which" fromtable savetxt.txt
	fails_with 1 "expected a decimal point in a number, found '0,1'" \
		fromtable <(printf 'id;zspec\n1;0,1\n')
	fails_with 1 "line 3: found a byte of value 0" fromtable <(printf 'id,zspec\n1,.1\n2,\0.2\n')
	fails_with 1 "UTF-16" fromtable <(iconv -f utf-8 -t utf-16 c.csv)
	fails_with 1 "put a line of names above it" fromtable <(printf 'a1,.1\n13,.2\n')
}

@test "-99 and its like are named or refused" {
	for value in 99.9 -99.99 -9.999995e8 -1.6375e30 1e30 -2147483648 -9223372036854775808 3.4028235e38 1.7976931348623157e308 1234567890.123; do # the message names one that is taken
		printf 'id,zspec,r\n1,.1,%s\n' "$value" >s.csv
		fails_with 1 "column r: " fromtable s.csv
		[[ $(<"$BATS_TEST_TMPDIR/stderr") =~ --missing\ ([^ ]+) ]]
		[ "$(fromtable --missing "${BASH_REMATCH[1]}" s.csv | key mag)" = None ]
	done
	printf 'id,zspec,r,zphot,n\n1,-99,17,.11,99\n2,.2,99,-99,99\n' >s.csv
	fails_with 1 "s.csv: row 1: column zspec: -99 looks like a missing value: say --missing -99 (or --missing none if it is a value)" fromtable s.csv
	fails_with 1 "row 1: column r: 99 looks like a missing value" fromtable <(sed 2d s.csv)
	[ "$(known --missing -99,99 s.csv)" = "1 None 17 0.11; 2 0.2 None None; " ]
	[ "$(known --missing none s.csv)" = "1 -99 17 0.11; 2 0.2 99 -99; " ]
	sed '2d; s/,99,-99,/,17,.2,/' s.csv >n.csv
	fails_with 1 "column n: 99 looks" fromtable --target m --carry m=n --grid 8,12,80 n.csv
	fails_with 1 "column n: 99 looks" fromtable --carry u=n n.csv
	[ "$(fromtable --carry n n.csv | key n)" = 99 ]
	fails_with 2 "expected numbers like -99,-9999 or 'none', found 'many'" fromtable --missing many s.csv
	[ "$(fromtable --missing -99 --carry n s.csv | key n)" = "99 99" ]
}

@test "FITS tables: units, undefined ids, doubles as ids, vectors, no columns" {
	need_python astropy
	/usr/bin/python3 - <<-'END'
		import numpy as np
		from astropy.io import fits
		C = fits.Column
		def write(name, *columns):
		    fits.BinTableHDU.from_columns(columns).writeto(name)
		write("rad.fits", C("id", "K", array=[1, 2]), C("ra", "D", unit="rad", array=np.radians([150, 210.5])), C("dec", "E", unit="arcmin", array=[-120, 90]))
		write("pix.fits", C("id", "K", array=[1]), C("ra", "D", unit="pix", array=[1.]), C("dec", "D", array=[1.]))
		write("flux.fits", C("id", "K", array=[1]), C("mag", "D", unit="nmgy", array=[17.]))
		write("null.fits", C("id", "K", null=-999, array=[1, -999]), C("zspec", "D", array=[.1, .2]))
		write("texts.fits", C("id", "K", array=[1, 2]), C("texts", "6A", dim="(3,2)", array=np.array([["abc", "def"]] * 2)))
		write("double.fits", C("id", "D", array=[2.**53, -7]), C("zspec", "D", array=[.1, .2]))
		write("large.fits", C("id", "D", array=[2.**53 + 2]), C("zspec", "D", array=[.1]))
		write("single.fits", C("id", "E", array=[2**24, 5]), C("zspec", "D", array=[.1, .2]))
		write("half.fits", C("id", "D", array=[1.5]), C("zspec", "D", array=[.1]))
		write("unsigned.fits", C("id", "K", bzero=2**63, array=np.array([2**63 - 1, 5], dtype="u8")), C("zspec", "D", array=[.1, .2]))
		write("vector.fits", C("id", "K", array=np.arange(1500)), C("v", "3D", array=np.arange(4500.).reshape(1500, 3) / 1e4), C("w", "2J", array=np.arange(3000).reshape(1500, 2)))
		write("latin.fits", C("id", "5A", array=np.array([b"Caf\xe9", b"b"])), C("zspec", "D", array=[.1, .2]))
		write("absent.fits", C("zspec", "D", array=[.1, .2]))
		fits.BinTableHDU().writeto("nothing.fits")
	END
	fromtable rad.fits | records | /usr/bin/python3 -c "
import json, sys
a, b = map(json.loads, sys.stdin)
assert abs(a['ra'] - 150) < 1e-12 and abs(b['ra'] - 210.5) < 1e-12 and (a['dec'], b['dec']) == (-2, 1.5), (a, b)"
	fails_with 1 "column 'ra': expected deg, rad, hourangle, arcmin or arcsec as unit of ra, found 'pix'" fromtable pix.fits
	fails_with 1 "column 'mag': expected magnitudes for mag, found the unit 'nmgy'" fromtable flux.fits
	fails_with 1 "row 2: column 'id': expected an id, found an undefined one" fromtable null.fits
	fails_with 1 "column 'texts': expected one value a row, found 2" fromtable --carry texts texts.fits
	[ "$(fromtable double.fits | key id)" = "9007199254740992 -7" ]
	fails_with 1 "row 1: column 'id': id 9007199254740994: whole numbers above 2^53 are rounded" fromtable large.fits
	[ "$(fromtable single.fits | key id)" = "16777216 5" ]
	fails_with 1 "expected ids, whole numbers or texts, found 1.5" fromtable half.fits
	[ "$(fromtable unsigned.fits | key id)" = "9223372036854775807 5" ]
	[ "$(fromtable --columns 'z=v[2]' --carry 'w[1],first=w[0]' vector.fits | records | sed -n '1p;1500p' | tr -d '"')" = \
		"$(printf '{id: 0, z: 0.0002, w[1]: 1, first: 0}\n{id: 1499, z: 0.4499, w[1]: 2999, first: 2998}')" ]
	fails_with 1 "column 'v': expected a number from 0 to 2 in brackets, as it has 3 values in a row, found 3" fromtable --columns 'z=v[3]' vector.fits
	fails_with 1 "column 'v': expected one number a row, found 3 (NAME[0] is the first)" fromtable --columns z=v vector.fits
	[ "$(fromtable latin.fits 2>said | key id)" = "Café b" ]
	grep -q "read as Latin-1: 1, the first in row 1" said
	[ "$(fromtable absent.fits 2>said | key id)" = "1 2" ]
	grep -q "no column 'id' or the like: ids are the numbers of the rows, from 1" said
	fails_with 1 "nothing.fits: no column 'id' or the like for id; it has none" fromtable nothing.fits
	fails_with 1 "found a FITS file: give its name" fromtable <double.fits
}

@test "files of other kinds are named, with a way out" {
	/usr/bin/python3 - <<-'END'
		import zipfile
		open("t.pq", "wb").write(b"PAR1....PAR1")
		open("t.hdf5", "wb").write(b"\x89HDF\r\n\x1a\n....")
		open("t.npy", "wb").write(b"\x93NUMPY\x01\x00")
		open("t.vot", "w").write("<?xml version='1.0'?>\n<VOTABLE version='1.4'>")
		for name, member in (("t.npz", "z.npy"), ("t.xlsx", "[Content_Types].xml"), ("t.zip", "t.csv")):
		    with zipfile.ZipFile(name, "w") as z:
		        z.writestr(member, "x")
	END
	gzip -c t.csv >t.csv.gz
	fromtable t.csv >t.pz
	fails_with 1 "found a Parquet file: python3" fromtable t.pq
	fails_with 1 "found an HDF5 file: as a catalogue it is read by its name" fromtable <t.hdf5
	fails_with 1 "found a NumPy array (.npy): as a catalogue" fromtable <t.npy
	fails_with 1 "found NumPy arrays (.npz): as a catalogue" fromtable <t.npz
	fails_with 3 "t.hdf5: HDF5: " fromtable t.hdf5
	fails_with 3 "t.npy: " fromtable t.npy
	fails_with 3 "t.npz: array 'z': " fromtable t.npz
	fails_with 1 "found an Excel file (.xlsx): save it as CSV" fromtable t.xlsx
	fails_with 1 "found a zip archive: unzip it" fromtable t.zip
	fails_with 1 "found a VOTable: stilts tpipe" fromtable t.vot
	fails_with 1 "gzip -dc t.csv.gz | ..." fromtable t.csv.gz
	fails_with 1 "packed by gzip: gzip -dc FILE" fromtable <t.csv.gz
	fails_with 1 "found a stream of pzpipe's: tools that take streams read it as it is" fromtable t.pz
	[ "$(gzip -dc t.csv.gz | fromtable | key id)" = "7 a8 9" ]
}

@test "real files go in with one option at most, or are named" {
	local tables=$PZ_SHARED/data/tables catalogues=$PZ_SHARED/data/catalogues

	[ -d "$tables" ] || skip "no files of PZ_SHARED"
	[ "$(fromtable -q "$tables/annz-input.csv" | key z | cut -d' ' -f-2)" = "0.475228 0.550021" ]
	[ "$(fromtable --columns zphot=zb "$tables/bpz-output.bpz" | key z | cut -d' ' -f-2)" = "0.673 0.493" ]
	[ "$(fromtable -q --columns z=col1 "$tables/mlz-train.txt" | key z | cut -d' ' -f-2)" = "0.083125 0.125281" ]
	[ "$(fromtable "$tables/lephare_cosmos100.fits" | count)" = 100 ]
	[ "$(fromtable "$catalogues/sdss-main-sample.csv" | key z | cut -d' ' -f-2)" = "0.083125 0.125281" ]
	[ "$(fromtable "$catalogues/stripe82.csv" | key z | cut -d' ' -f1)" = "0.4878766" ]
	fails_with 1 "found a Parquet file" fromtable "$tables/rubin_dm_dc2_example.pq"
	[ "$(fromtable -q --pz none --columns zphot=ancil/mode "$tables/qp_test.hdf5" | count)" = 100 ]
	[ "$(fromtable -q --columns zphot=ancil/zmode "$tables/output_BPZ_lite.hdf5" | inspect --tsv | sed -n '2p;3p' | cut -f 1,2 | tr '\n\t' '  ')" = "1 0.18 2 2.88 " ]
	fails_with 1 "row 1: p(z): expected all of it within the grid, from 0 to 0.4, found 0.841 of it outside" fromtable "$tables/qp_test.hdf5"
	fails_with 1 "it has none" fromtable "$tables/tio_repeated.fits"
	fails_with 1 "which table of a FITS file or group of an HDF5 file by --hdu" fromtable "$tables/output_BPZ_lite.fits"
}

@test "HDF5 that claims more than was ever written is refused, not read as zeros" {
	need_python h5py
	/usr/bin/python3 - <<-'end'
		import h5py, numpy as np
		with h5py.File("a.h5", "w") as f:  # 2^40 rows, none written
		    f.create_dataset("id", shape=(1 << 40,), chunks=(1024,), dtype="i8")
		    f.create_dataset("zspec", shape=(1 << 40,), chunks=(1024,), dtype="f8")
		with h5py.File("b.h5", "w") as f:  # its writer was killed
		    f["id"] = np.arange(1, 2001)
		    f.create_dataset("zspec", shape=(2000,), chunks=(100,), dtype="f8")[:1500] = 0.5
		with h5py.File("c.h5", "w") as f:
		    f["id"] = np.arange(1, 11)
		    f.create_dataset("zspec", shape=(10,), dtype="f8")  # allocated when written
		with h5py.File("d.h5", "w") as f:
		    f["id"] = np.arange(1, 2001)
		    f.create_dataset("zspec", shape=(2000,), maxshape=(None,), chunks=(300,), dtype="f8", compression="gzip")[:] = 0
	end
	fails_with 3 "a.h5: array 'zspec': expected all of its values in the file (1073741824 chunks or bytes), found 0" fromtable a.h5
	fails_with 3 "b.h5: array 'zspec': expected all of its values in the file (20 chunks or bytes), found 15" fromtable b.h5
	fails_with 3 "c.h5: array 'zspec': expected all of its values in the file (80 chunks or bytes), found 0" fromtable c.h5
	[ "$(fromtable d.h5 | count)" = 2000 ]
}
