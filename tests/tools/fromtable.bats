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
	fromtable <t.csv | cmp - t.pz
}

@test "columns as told, others carried, estimates that differ" {
	sed 's/photoz/zphot_mean/; s/,u,/,zphot_median,/' t.csv >n.csv
	fromtable --columns id=objID,z=ebv,mag=r,zphot=zspec n.csv >n.pz
	records <n.pz | head -1 | grep -qF '"zphot": {"mode": 0.11, "mean": 0.1, "median": 18.5}'
	[ "$(key z <n.pz)" = "0.02 None 0.03" ]
	[ "$(fromtable --carry u t.csv | key u)" = "18.5 None 19.0" ]
	fails_with 2 "--carry: 'ebv' has a meaning" fromtable --carry ebv t.csv
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
	grep -q "1 galaxies have no p(z) and are left out" said
	[ "$(key id <t.pz)" = "7 9" ]
	[ "$(key pz <t.pz | cut -c-30)" = "[0.10000000149011612, 0.600000" ]
	# the estimate of the table stands before that of the p(z)
	[ "$(key zphot <t.pz | cut -c-13)" = "{'mode': 0.1," ]
	sed 1s/photoz/other/ t.csv >n.csv
	[ "$(fromtable -q "${grid[@]}" --pz p.csv n.csv | records | tail -1 | grep -oE 'zphot.*' | tr -dc '0-9. ' | xargs printf '%.3f ' )" = "0.350 0.350 0.350 " ]
}

@test "p(z) from a vector column of a FITS table" {
	need_astropy
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
	fails_with 1 "column 'pdf': expected a number, found 'x'" fromtable --carry pdf t.csv
	fails_with 2 "expected one table, found 2" fromtable t.csv t.csv
	fails_with 1 "none.csv" fromtable none.csv
	fails_with 1 "none: No such file" fromtable --pz none t.csv
	fails_with 4 "line 1: " fromtable --pz <(echo 7,1) t.csv
	fails_with 1 "expected a number, found 'b'" fromtable "${grid[@]}" --pz <(echo 7,0,1,b,0) t.csv
	fails_with 1 "line 1: id 6: the table has no such galaxy" fromtable "${grid[@]}" --pz <(echo 6,0,1,0,0) t.csv
	fails_with 1 "row 1: p(z): expected the sum 1, found 2" fromtable "${grid[@]}" --pz <(echo 7,1,1,0,0) t.csv
	fails_with 3 "expected 7 cells, found 2" fromtable <(sed '$s/.*/9,1/' t.csv)
	fails_with 1 "cannot write" fromtable -o /dev/full t.csv
	[ "$(ls half* 2>/dev/null)" = "" ]
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
