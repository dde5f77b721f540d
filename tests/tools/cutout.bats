#!/usr/bin/env bats
# cutout.bats -- frames and a catalogue to stamps

# shellcheck disable=SC2002,SC2154  # samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
}

# Two fields side by side, two bands, r two pixels off g; a galaxy in the middle of each.
two_fields() {
	frame frame-g-1.fits star=50,50,100 BUNIT=nanomaggy
	frame frame-r-1.fits star=52,50,200 x=2 BUNIT=nanomaggy
	frame frame-g-2.fits star=50,50,300 ra=10.02 BUNIT=nanomaggy
	frame frame-r-2.fits star=52,50,400 ra=10.02 x=2 BUNIT=nanomaggy
	# (50, 50) is half a pixel beyond the middle.
	cat >galaxies.csv <<-END
		objid,ra,dec,zspec,dered_r,ebv,u,class
		12,10.0199444444,0.0000555556,0.2,17,0.03,19.5,3
		NGC 1,9.9999444444,0.0000555556,,18,,20.5,3
	END
}

cut_two() { cutout -c galaxies.csv -f 'frame-%b-*.fits' -b g,r -s 31 "$@"; }

# Of each record: id, then per band the total and the brightest pixel's x,y.
totals() {
	records | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    n = len(r["img"]) // 2
    side = round(n ** 0.5)
    bands = [r["img"][:n], r["img"][n:]]
    peaks = [b.index(max(b)) for b in bands]
    print(r["id"], *(f"{sum(b):.1f}@{p % side},{p // side}" for b, p in zip(bands, peaks)))
'
}

@test "galaxies are centred in every band, with their flux" {
	two_fields
	run -0 totals < <(cut_two)
	[ "$output" = "NGC 1 100.0@15,15 200.0@15,15
12 300.0@15,15 400.0@15,15" ]
	for kernel in nearest bilinear; do
		run -0 totals < <(cut_two --kernel "$kernel" --native)
		[ "$output" = "NGC 1 100.0@15,15 200.0@15,15
12 300.0@15,15 400.0@15,15" ]
	done
}

@test "the header says what the stamps are" {
	two_fields
	run -0 header < <(cut_two --pixscale 0.5)
	[[ $output == *'"kind": "stamps"'*'"bands": ["g", "r"]'*'"size": 31'* ]]
	[[ $output == *'"pixscale": 0.5'* && $output == *'"unit": "nmgy"'* ]]
	[[ $output == *'"bins": 180'* && $output == *'"tool": "cutout"'* ]]
	[[ $output == *'"files": [["galaxies.csv", "'* ]]
	[[ $output != */* && $output != *frame-* ]] # no path in a stream
	run -0 header < <(cut_two)
	[[ $output == *'"pixscale": 0.4,'* ]]
}

@test "records have what the catalogue knows, and further columns" {
	two_fields
	run -0 records < <(cut_two -s 1 --carry u,z=class)
	[[ ${lines[0]} == '{"id": "NGC 1", "ra": 9.9999444444, "dec": 5.55556e-05, "mag": 18'* ]]
	[[ ${lines[0]} == *'"u": 20.5, "catalogue_z": 3'*'"cover": [1, 1]'* ||
		${lines[0]} == *'"u": 20.5, "catalogue_z": 3'*'"cover": [1.0, 1.0]'* ]]
	[[ ${lines[1]} == '{"id": 12, '*'"z": 0.2, "mag": 17'*'"ebv": 0.03'* ]]
	run -0 records < <(cut_two -s 1 --columns id=class,z=ebv,mag=u)
	[[ ${lines[1]} == '{"id": 3, '*'"z": 0.03, "mag": 19.5'* ]]
}

@test "any number of threads, any CPU, the same bytes; shards in a row are the whole" {
	two_fields
	for kernel in nearest bilinear lanczos3; do
		cut_two -p 0.41 -k "$kernel" -j 3 >three.pz
		cut_two -p 0.41 -k "$kernel" -j 1 >one.pz
		cmp one.pz three.pz
		PZ_CPU=plain cut_two -p 0.41 -k "$kernel" >plain.pz
		cmp one.pz plain.pz
	done
	cut_two >one.pz
	cut_two --shard 1/2 >first.pz
	cut_two --shard 2/2 -o second.pz
	records <one.pz >whole
	cat first.pz second.pz | normalize --stretch none --divide 1 | records >joined
	cmp whole joined
	cmp <(as_one one.pz) <(cat first.pz second.pz | as_one)
	[ "$(cut_two --shard 3/3 | count)" = 0 ] # more shards than fields: an empty stream
}

@test "compressed frames give the same stamps" {
	two_fields
	cut_two >plain.pz
	bzip2 frame-g-1.fits frame-r-1.fits
	gzip frame-g-2.fits frame-r-2.fits
	cutout -c galaxies.csv -f 'frame-%b-*.bz2,frame-%b-*.gz' -b g,r -s 31 >packed.pz
	cmp plain.pz packed.pz
}

@test "packed in several streams, as parallel packers do; large ones are not unpacked in memory" {
	frame whole-r.fits noise=1
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	cut_one() { cutout -q -c galaxies.csv -f "$1-%b.fits" -b r -s 90 "${@:2}"; }
	cut_one whole >want.pz
	for packer in gzip bzip2; do
		{ head -c 20000 whole-r.fits | $packer; tail -c +20001 whole-r.fits | $packer; } >pieces-r.fits
		cut_one pieces | cmp - want.pz
		printf 'padding\0\0' >>pieces-r.fits
		cut_one pieces | cmp - want.pz
	done
	frame large-r.fits side=6000 sparse=1 # 137 MiB
	cut_one large >want.pz
	gzip -1 large-r.fits && mv large-r.fits.gz large-r.fits
	cut_one large | cmp - want.pz
	cutout -v -c galaxies.csv -f large-%b.fits -b r -o out.pz 2>said
	[[ $(<said) =~ ([0-9]+)\ MiB ]]
	grep -q __asan "$(command -v cutout)" || ((BASH_REMATCH[1] < 200)) # it holds what was freed
	fails_with 1 "cannot create a temporary file" env TMPDIR=none cutout -c galaxies.csv -f large-%b.fits -b r
}

@test "pixels without data are 0 and cover says so" {
	frame frame-g-1.fits value=1 nan=50,50
	frame frame-r-1.fits value=1
	echo $'id,ra,dec\n1,9.9999444444,0.0000555556\n2,10.0055,0' >galaxies.csv
	run -0 records < <(cut_two -s 3 --kernel nearest --native)
	[[ ${lines[0]} == *'"cover": [0.8888'*', 1'* ]]
	[[ ${lines[0]} == *'[1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0'* ]]
	# The second is 0.4 pixels inside the left edge: a third of its columns is outside.
	[[ ${lines[1]} == *'"cover": [0.6666'* ]]
	run -0 --separate-stderr count < <(cut_two -s 3 --kernel nearest --native --min-cover 0.7 2>said)
	[ "$output" = 1 ]
	grep -q "1 galaxy was dropped: the cover of a band is below 0.7" said
}

# A mask of integers for frame.py's frames: pixel value, set to BITS at x,y.
mask() { frame "$1" BITPIX=32 "${@:2}"; }

@test "masks: what they call bad is left out, and cover says so" {
	cd "$BATS_TEST_TMPDIR/here" || return
	frame frame-g-1.fits value=1
	frame frame-r-1.fits value=1
	mask fpM-g-1.fits set=50,50,1 set=49,50,4
	mask fpM-r-1.fits set=50,50,-2147483648
	echo $'id,ra,dec\n1,9.9999444444,0.0000555556' >galaxies.csv
	crop() { cut_two -s 3 --kernel nearest --native "$@"; }
	run -0 records < <(crop --mask 'fpM-%b-*.fits')
	[[ $output == *'"cover": [0.7777'*', 0.8888'* ]]
	[[ $output == *'[1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0'* ]]
	run -0 records < <(crop --mask 'fpM-%b-*.fits' --mask-bits 2,31)
	[[ $output == *'"cover": [0.8888'*', 0.8888'* ]]
	run -0 records < <(crop --mask 'fpM-%b-*.fits' --mask-bits 0x1)
	[[ $output == *'"cover": [0.8888'*', 1'* ]]
	# One for all bands, and the other way round: a map of weight.
	run -0 records < <(crop --mask 'fpM-g-*.fits')
	[[ $output == *'"cover": [0.7777'*', 0.7777'* ]]
	frame weight-1.fits value=0.5 nan=50,50 set=49,49,0 set=51,51,-1
	run -0 records < <(crop --mask 'weight-*.fits' --mask-weights)
	[[ $output == *'"cover": [0.6666'*', 0.6666'* ]]
	# lanczos3 and bilinear fill the place of one bad pixel from those around it.
	run -0 records < <(cut_two -s 9 -p 0.4 --mask 'fpM-%b-*.fits' --mask-bits 31)
	[[ $output == *'"cover": [1'*', 0.9'* ]]
	# Masks that are HDUs of the frames' own files are found under the frames' pattern.
	fails_with 1 "mask of frame-g-1.fits: frame-g-1.fits: no HDU 'MSK'" crop --mask 'frame-%b-*.fits' --mask-hdu MSK
}

@test "masks that do not fit are errors, those that are missing are counted" {
	two_fields
	mask fpM-g-1.fits
	cut_two --mask 'fpM-%b-*.fits' -o out.pz 2>said
	grep -q "3 of 4 frames have no mask; the first is frame-r-1.fits" said
	mask fpM-g-1.fits side=99
	fails_with 1 "expected a mask of 100 x 100 pixels as frame-g-1.fits, found 99 x 99" cut_two --mask 'fpM-%b-*.fits'
	frame fpM-g-1.fits
	fails_with 1 "expected a mask of integers for bits, found floats" cut_two --mask 'fpM-%b-*.fits' --mask-bits 1
	# As SDSS hands them out, tables of objects:
	cut_two -s 1 | totable -o fpM-g-1.fits
	fails_with 1 "mask of frame-g-1.fits: fpM-g-1.fits: expected an image of two axes, found none in 2 HDUs (HDU 0: no data; 1 tables)" cut_two --mask 'fpM-%b-*.fits'
	fails_with 1 "no masks: no file matches 'fpN-%b-*.fits'" cut_two --mask 'fpN-%b-*.fits'
	mask 'fpM-g-x.fits'
	fails_with 1 "no masks: the wildcards of 'fpM-%b-x*' match no text that" cut_two --mask 'fpM-%b-x*'
	for bits in '1,' 64 -1 0x 0x0 3-5 1,x:y ,SAT 'SAT,,CR' 3x; do
		fails_with 2 "--mask-bits: expected bits" cut_two --mask 'fpM-%b-*.fits' --mask-bits "$bits"
	done
	fails_with 2 "--mask-weights needs --mask" cut_two --mask-weights
	fails_with 2 "--mask-bits needs --mask" cut_two --mask-bits 4
	fails_with 2 "--mask-hdu needs --mask" cut_two --mask-hdu 1
	printf 'frame-g-1.fits\nframe-r-1.fits\n' >frames.txt
	fails_with 2 "--mask-bits needs --mask, or a table of frames with a column 'mask'" \
		cutout -c galaxies.csv -f @frames.txt -b g,r --mask-bits 4
	fails_with 2 "exclude each other" cut_two --mask 'fpM-%b-*.fits' --mask-weights --mask-bits 1
}

@test "the sky of a ring is taken off, and recorded" {
	frame frame-g-1.fits value=7 star=50,50,100 star=80,50,5000 set=50,32,9000 set=33,51,9000 set=66,66,-1e6
	frame frame-r-1.fits value=-2 star=50,50,100
	echo $'id,ra,dec\n1,9.9999444444,0.0000555556' >galaxies.csv
	for options in "" "-j 1" "--kernel nearest --native" "-p 0.4 --sky-radii 8,14"; do
		# shellcheck disable=SC2086
		run -0 totals < <(cut_two $options --subtract-sky annulus)
		[ "$output" = "1 100.0@15,15 100.0@15,15" ]
	done
	run -0 records < <(cut_two -s 1 -p 0.8 --subtract-sky annulus)
	[[ $output == *'"sky": [28'*', -'[78]* || $output == *'"sky": [27.99'*', -'[78]* ]]
	run -0 records < <(cut_two -s 1 --subtract-sky none)
	[[ $output != *sky* ]]
	# A ring beyond the frame has no sky.
	run -0 --separate-stderr records < <(cut_two -s 1 --subtract-sky annulus --sky-radii 40,50 2>said)
	[[ $output == *'"cover": [0'*', 0'* ]]
	grep -q "2 bands of stamps have no data in the ring" said
	# A stamp of which its second frame sees nothing is no matter of the sky.
	frame frame-r-1.fits value=1 ra=11
	cut_two -s 1 2>said -o out.pz
	fails_with 2 "expected two radii" cut_two --subtract-sky annulus --sky-radii 5
	run ! grep -q "sky" said
	fails_with 2 "needs --subtract-sky" cut_two --sky-radii 5,9
}

@test "frames may be listed, or given by a table with bands and HDUs" {
	two_fields
	cut_two >want.pz
	ls frame-?-?.fits >list.txt
	cut_two -f @list.txt >got.pz
	cmp <(records <want.pz) <(records <got.pz)
	printf '# patterns too\n\n  frame-%%b-1.fits\nframe-%%b-[2].fits \n' >list.txt
	cut_two -f @list.txt >got.pz
	cmp <(records <want.pz) <(records <got.pz)
	printf 'band,file,note\ng,frame-g-1.fits,a\nr,frame-r-1.fits,b\nr,frame-r-2.fits,\ng,frame-g-2.fits,\nz,none.fits,\n' >table.csv
	cut_two -f @table.csv >got.pz
	cmp <(records <want.pz) <(records <got.pz)
	mv frame-g-1.fits a.fits; mv frame-r-1.fits b.fits
	sed -i 's/frame-g-1/a/; s/frame-r-1/b/; s/note/field/; s/,$/,y/; s/,[ab]$/,x/' table.csv
	cut_two -f @table.csv | records >got
	records <want.pz | cmp - got
	fails_with 1 "'g-r-1.fits' could be of band g or r" cut_two -f @<(echo g-r-1.fits)
	fails_with 1 "no frame in band g" cut_two -f @<(echo a.fits)
	fails_with 1 "none.txt: No such file" cut_two -f @none.txt
	printf 'file,band,field\na.fits,g,x\nframe-g-2.fits,g,x\n' >table.csv
	fails_with 1 "field 'x' has two in band g, a.fits and frame-g-2.fits" cut_two -f @table.csv
}

# One frame, turned, and a galaxy; the arguments are its cards.
odd_frame() {
	local cards=()
	for card; do cards+=("card=$card"); done
	frame odd-g.fits star=35,60,100 turn=30 "${cards[@]}"
}

cut_odd() { cutout -c odd.csv -f odd-%b.fits -b g -s 31 -p 0.4 "$@"; }

@test "cards of a WCS count by their values, whatever stands behind them" {
	odd_frame
	# Where the star is: 14.5 pixels to the left, 10.5 up, of 0.4", turned by 30 degrees.
	awk 'BEGIN { a = atan2(0, -1) / 6; x = -14.5; y = 10.5; s = 0.4 / 3600
		printf "id,ra,dec\n1,%.10f,%.10f\n", 10 - s * (x * cos(a) - y * sin(a)), s * (x * sin(a) + y * cos(a)) }' >odd.csv
	cut_odd -o want.pz
	run -0 records <want.pz
	[[ $output == *'"cover": [1'* ]]
	for card in 'CRVAL1  = 1D1' 'CRVAL1  = 1.0d+01 / [deg]' $'CRVAL1  = 10. / [deg\xb0]' \
		'CRVAL1  = 10. / [deg\u00b0]' $'CRVAL1  = 10. /\t[deg]' $'CRVAL2  = 0. / \001\xff' \
		'HIERARCH CRVAL1 = 10.' 'crval1  = 10.' 'CRVAL1A = NaN' 'CROTA2  = 12.' "RADESYS = '' / none"; do
		odd_frame "$card"
		cut_odd -o got.pz
		cmp want.pz got.pz
	done
	# The same matrix with D: CD1_1 and the like are 9.62E-05 and 5.56E-05.
	s=$(awk 'BEGIN { printf "%.15E %.15E", 0.4 / 3600 * cos(atan2(0, -1) / 6), 0.4 / 3600 * sin(atan2(0, -1) / 6) }' | tr E D)
	odd_frame "CD1_1   = -${s% *}" "CD1_2   = ${s#* }" "CD2_1   = ${s#* }" "CD2_2   = ${s% *}"
	cut_odd -o got.pz
	[ "$(records <got.pz | tr -d ' ' | cut -c1-60)" = "$(records <want.pz | tr -d ' ' | cut -c1-60)" ]
}

@test "cards of a WCS that cannot be read are errors that name them" {
	echo $'id,ra,dec\n1,10,0' >odd.csv
	for value in NaN inf "'10.0'" "'00:40:00'" '10.0 deg' 1E999 true '10,0'; do
		odd_frame "CRVAL1  = $value"
		fails_with 1 "odd-g.fits: HDU 0: CRVAL1: expected a number, found $value" cut_odd -o got.pz
		[ ! -e got.pz ]
	done
	for value in '' '/ nothing'; do
		odd_frame "CRVAL1  = $value"
		fails_with 1 "odd-g.fits: HDU 0: CRVAL1: expected a number, found no value" cut_odd
	done
	odd_frame 'CRVAL1  =10.'
	fails_with 1 "CRVAL1: expected '= ' in columns 9 and 10" cut_odd
	odd_frame 'PC1_1   = 1.'
	fails_with 1 "CD1_1 and PC1_1: expected one of them" cut_odd
	odd_frame 'HIERARCH CRVAL1 = 11.'
	fails_with 1 "CRVAL1: expected one card, found two: 10.0 and 11." cut_odd
	odd_frame "CTYPE1  = RA---TAN"
	fails_with 1 "CTYPE1: expected a text in quotes, found RA---TAN" cut_odd
	# These would take gigabytes, and minutes. (AddressSanitizer reserves more than any limit.)
	local memory=4000000
	(ulimit -v $memory && cutout --version) >/dev/null 2>&1 || memory=unlimited
	for card in 'WCSAXES = 20000' 'WCSAXES = 99999' 'NAXIS99 = 1' 'CRPIX99 = 1.' "CPDIS1  = 'Polynomial'"; do
		odd_frame "$card"
		[[ $card == NAXIS99* ]] || (ulimit -v $memory && fails_with 1 "odd-g.fits: HDU 0: ${card%% *}: expected" timeout 10 cutout -c odd.csv -f odd-%b.fits -b g)
	done
}

@test "what a header says and is not done is said, once of each frame" {
	two_fields
	sip=(card='A_ORDER = 2' card='B_ORDER = 2' card='A_2_0   = 1E-3' card='B_0_2   = 1D-3')
	cut_two >want.pz
	frame frame-r-1.fits star=52,50,200 x=2 BUNIT=nanomaggy "${sip[@]}"
	for threads in 1 4; do
		cut_two -j $threads >got.pz 2>said
		cmp want.pz got.pz
		[ "$(grep SIP said)" = "cutout: frame-r-1.fits: HDU 0: its SIP coefficients are not applied: CTYPE does not end in -SIP" ]
	done
	for i in {10..21}; do
		frame "many-g-$i.fits" "ra=$i" "${sip[@]}"
		echo "$i,$i,0"
	done >>list.csv
	sed -i '1i id,ra,dec' list.csv
	for threads in 1 4; do
		cutout -j $threads -c list.csv -f 'many-%b-*.fits' -b g -s 5 >got.pz 2>said
		grep -q "the same holds for 2 more frames" said
		[ "$(grep -c 'not applied' said)" = 10 ]
		[[ $(grep -m 1 'not applied' said) == "cutout: many-g-10.fits: HDU 0: "* ]]
	done
	cut_two -q >got.pz 2>said
	[ ! -s said ]
	# With -SIP they are applied: the star of (60, 50) lies 0.1 pixels off.
	for name in sip pv; do
		frame $name-g.fits star=60,50,100 card="CTYPE1  = 'RA---TAN-SIP'" card="CTYPE2  = 'DEC--TAN-SIP'" "${sip[@]}"
	done
	frame pv-g.fits star=60,50,100 card="CTYPE1  = 'RA---TAN-SIP'" card="CTYPE2  = 'DEC--TAN-SIP'" "${sip[@]}" \
		card='PV1_5   = 1.' card='PV2_1   = 2.'
	echo $'id,ra,dec\n1,9.998933,0.00005' >odd.csv
	cutout -c odd.csv -f sip-%b.fits -b g -s 9 >want.pz 2>said
	run -1 grep applied said
	cutout -c odd.csv -f pv-%b.fits -b g -s 9 >got.pz 2>said
	cmp want.pz got.pz
	grep -q "pv-g.fits: HDU 0: its polynomials under PV are not applied: CTYPE says SIP" said
}

@test "of overlapping frames one that has data at the galaxy is taken" {
	# The second, 30 pixels on, lies deeper below the galaxy in the middle between them.
	frame sky-g-a.fits value=1 BUNIT=nanomaggy
	frame sky-r-a.fits value=1 BUNIT=nanomaggy
	frame sky-g-b.fits value=2 x=-30 BUNIT=nanomaggy
	frame sky-r-b.fits value=nan x=-30 BUNIT=nanomaggy
	echo $'id,ra,dec\n1,9.9965,0\n2,10,0\n3,9.992,0' >galaxies.csv
	peaks() { records | /usr/bin/python3 -c '
import json, sys
for r in map(json.loads, sys.stdin):
    n = len(r["img"]) // 2
    print(r["id"], round(r["img"][n // 2], 3), round(r["img"][n + n // 2], 3), *[round(c, 2) for c in r["cover"]])
'; }
	cut() { cutout -c galaxies.csv -f 'sky-%b-*.fits' -b g,r -s 5 "$@"; }
	cut -v >got.pz 2>said
	run -0 peaks <got.pz
	# Galaxy 3 lies on the second alone.
	[ "$output" = "2 1.0 1.0 1.0 1.0
3 2.0 0.0 1.0 0.0
1 1.0 1.0 1.0 1.0" ]
	grep -q "1 stamp has no data at the place of the galaxy in some band" said
	grep -q "1 stamp was cut from another frame than the deepest" said
	for threads in 1 2 5; do
		cut -j $threads >other.pz
		cmp got.pz other.pz
	done
	(cut --shard 1/2 && cut --shard 2/2) 2>/dev/null | peaks | sort >parts
	peaks <got.pz | sort | cmp - parts
	[ "$(cut --min-cover 1 | peaks | wc -l)" = 2 ]
	# Without any data at the galaxy it is the deepest.
	frame sky-r-a.fits value=nan BUNIT=nanomaggy
	run -0 peaks < <(cut)
	[[ $output == *"1 2.0 0.0 1.0 0.0"* ]]
}

@test "--nodata: pixels of a value, as the file has it, have no data" {
	need_python numpy astropy
	/usr/bin/python3 - <<'PY'
import numpy as np
from astropy.io import fits
pixels = np.arange(32 * 600, dtype="f4").reshape(32, 600) + 7
for x in (100, 255, 256, 257, 511):
    pixels[15, x] = -9
pixels[20, 103] = np.nan
pixels[21, 104] = -11
cards = [("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CRVAL1", 10.0), ("CRVAL2", 0.0), ("CRPIX1", 300.0),
         ("CRPIX2", 16.0), ("CDELT1", -1 / 3600), ("CDELT2", 1 / 3600)]
fits.PrimaryHDU(pixels, fits.Header(cards)).writeto("f-g.fits")
scaled = fits.PrimaryHDU(np.nan_to_num(pixels), fits.Header(cards))
scaled.scale("int16", bscale=2, bzero=-9)    # -9 is stored as 0
scaled.writeto("f-r.fits")
PY
	# The first pixel of a crop of 16 is x = 92 or 248, y = 8.
	printf 'id,ra,dec\n1,%s,0\n2,%s,0\n' 10.0552778 10.0119444 >galaxies.csv
	cut=(-q -c galaxies.csv -f f-%b.fits -b "g,r" --native -k nearest -s 16 --survey sdss)
	cutout "${cut[@]}" --nodata -9 -o blank.pz
	cutout "${cut[@]}" --nodata -9 --bias 2 -o moved.pz
	cutout "${cut[@]}" -o all.pz
	cutout "${cut[@]}" --nodata none -o none.pz
	cmp <(records <all.pz) <(records <none.pz)
	for name in blank moved all; do toarray -q -o $name.npz $name.pz; done
	/usr/bin/python3 -c '
import numpy as np
blank, moved, all = (np.load(name) for name in ("blank.npz", "moved.npz", "all.npz"))
bad = all["image"] == -9
assert bad.sum(axis=(2, 3)).tolist() == [[1, 1], [3, 3]], bad.sum(axis=(2, 3))
good = ~bad & (all["image"] != 0)
assert (blank["image"] == np.where(bad, 0, all["image"])).all()
assert (moved["image"] == np.where(good, all["image"] - 2, 0)).all()
assert np.allclose(all["cover"] - blank["cover"], [[1 / 256] * 2, [3 / 256] * 2])'
	for value in x 1x nan inf 1e39; do
		fails_with 2 "--nodata: expected a number that a pixel can have, or none, found '$value'" cutout "${cut[@]}" --nodata "$value"
	done
}

@test "zero points bring pixels to nanomaggies, biases are taken off" {
	frame frame-g-1.fits value=1002 SOFTBIAS=1000 MAGZERO=25 FLUXMAG0=1e10 BUNIT=adu
	frame frame-r-1.fits value=1003 SOFTBIAS=1000 MAGZERO=20 FLUXMAG0=1e8 BUNIT=DN
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	# shellcheck disable=SC2317 # run calls it
	pixels() { cut_two -q -s 1 --native --kernel nearest "$@" | records | grep -o '"img": .*]'; }
	run pixels --bias 1000 --zeropoint 22.5
	[ "$output" = '"img": [2.0, 3.0]' ]
	run pixels --bias SOFTBIAS --zeropoint MAGZERO
	[ "$output" = '"img": [0.20000000298023224, 30.0]' ]
	run pixels --bias SOFTBIAS --zeropoint FLUXMAG0
	[ "$output" = '"img": [0.20000000298023224, 30.0]' ]
	run pixels --bias 1000,SOFTBIAS --zeropoint 22.5,MAGZERO
	[ "$output" = '"img": [2.0, 30.0]' ]
	frame flux-g.fits value=3 FLUX20=2000
	run pixels -f flux-%b.fits -b g --zeropoint FLUX20
	[ "$output" = '"img": [0.014999999664723873]' ]
	fails_with 2 "--zeropoint: expected one number or keyword, or 2" cut_two --zeropoint 1,2,3
	fails_with 2 "--bias: expected one number" cut_two --bias 1,
	frame flux-g.fits FLUXMAG0=0
	fails_with 1 "flux-g.fits: HDU 0: expected a zero point, found FLUXMAG0 = 0" cut_two -f flux-%b.fits -b g --zeropoint FLUXMAG0
	run header < <(cut_two -s 1 --zeropoint 25)
	[[ $output == *'"unit": "nmgy"'* ]]
	fails_with 1 "frame-g-1.fits: HDU 0 has no number under keyword 'PHOTZP'" cut_two --zeropoint PHOTZP
	fails_with 1 "BUNIT: expected 'adu'" cut_two
}

# One frame of a band, its star in the middle of a stamp: the star's flux, and the unit.
flux_and_unit() {
	cutout -q -c galaxies.csv -f 'one-%b.fits' -b r -s 41 "$@" >one.pz || return
	header <one.pz | grep -o '"unit": "[^"]*"' || echo no unit
	records <one.pz | /usr/bin/python3 -c 'import json, sys; print("%.6g" % sum(json.loads(sys.stdin.readline())["img"]))'
}

@test "the stacks of Pan-STARRS are made linear, and have a zero point of their own" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	stack() { frame one-r.fits x=.5 y=.5 star=50,50,1000 asinh=1 BOFFSET=2.3 BSOFTEN=101.7 "$@"; }
	stack EXPTIME=43
	run -0 flux_and_unit
	[ "$output" = $'"unit": "flux of AB 29.08367"\n1000' ]
	cutout -c galaxies.csv -f one-r.fits -b r -s 41 2>said -o out.pz
	grep -q "converted to linear fluxes (BSOFTEN, BOFFSET) in units of the flux of AB 29.08367; with --zeropoint PS1" said
	run -0 flux_and_unit --zeropoint PS1 # 1000 10^(-0.4 (25 + 2.5 log10 43 - 22.5))
	[ "$output" = $'"unit": "nmgy"\n2.32558' ]
	run -0 flux_and_unit --zeropoint 25
	[ "$output" = $'"unit": "nmgy"\n100' ]
	# The bias is one of the linear pixels, of which the star is 41 x 41.
	run -0 flux_and_unit --bias 1
	[[ $output == *-681 ]]
	stack # no EXPTIME
	run -0 flux_and_unit
	[ "$output" = $'"unit": "count"\n1000' ]
	fails_with 1 "one-r.fits: HDU 0: EXPTIME is missing; the zero point is computed from it" flux_and_unit --zeropoint PS1
	stack EXPTIME=0
	fails_with 1 "one-r.fits: HDU 0: EXPTIME: expected the exposure time in seconds" flux_and_unit --zeropoint PS1
	frame one-r.fits BOFFSET=2.3 BSOFTEN=0
	fails_with 1 "one-r.fits: HDU 0: BSOFTEN: expected a number above 0, found 0" flux_and_unit
	frame one-r.fits BOFFSET=2.3
	fails_with 1 "one-r.fits: HDU 0: BSOFTEN and BOFFSET: pixels are asinh of a flux and need both, found BOFFSET alone" flux_and_unit
	frame one-r.fits BOFFSET=2.3 BSOFTEN=unknown
	fails_with 1 "one-r.fits: HDU 0: BSOFTEN: expected a number, found 'unknown" flux_and_unit
}

@test "stacks of Pan-STARRS of other exposures are not mixed, but with their zero points" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	frame one-g.fits x=.5 y=.5 star=50,50,1000 asinh=1 BOFFSET=2.3 BSOFTEN=101.7 EXPTIME=43
	frame one-r.fits x=.5 y=.5 star=50,50,3000 asinh=1 BOFFSET=-1 BSOFTEN=50 EXPTIME=129
	fails_with 1 "one-r.fits: HDU 0: BSOFTEN: a Pan-STARRS stack, whose pixels, made linear, are in 'flux of AB 30.27647' by EXPTIME; expected 'flux of AB 29.08367'" flux_and_unit -b g,r
	cutout -q -c galaxies.csv -f 'one-%b.fits' -b g,r -s 41 --zeropoint PS1 >two.pz
	run -0 totals <two.pz
	[ "$output" = "1 2.3@20,20 2.3@20,20" ]
}

@test "pixels per area of the sky become flux per pixel" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	# 1000 pixel values of 0.16 arcsec^2 each
	for unit in nJy/arcsec2 nJy/arcsec^2 'nJy arcsec-2' 'nJy.arcsec**(-2)' nJy/sq.arcsec 'nJy/pixel/arcsec2'; do
		frame one-r.fits x=.5 y=.5 star=50,50,1000 BUNIT="$unit"
		run -0 flux_and_unit
		[ "$output" = $'"unit": "nJy"\n160' ]
		run -0 flux_and_unit -p 0.2 -s 81
		[ "$output" = $'"unit": "nJy"\n160' ]
		run -0 flux_and_unit --native -k nearest
		[ "$output" = $'"unit": "nJy"\n160' ]
	done
	frame one-r.fits x=.5 y=.5 star=50,50,1000 BUNIT=MJy/sr # 0.16 arcsec^2 are 3.7607e-12 sr
	run -0 flux_and_unit
	[ "$output" = $'"unit": "nJy"\n3.76071e+06' ]
	frame one-r.fits x=.5 y=.5 star=50,50,1000 BUNIT=adu/arcmin2
	run -0 flux_and_unit
	[ "$output" = $'"unit": "adu"\n0.0444444' ]
	# A zero point is that of a pixel of 1, area and all.
	run -0 flux_and_unit --zeropoint 22.5
	[ "$output" = $'"unit": "nmgy"\n1000' ]
	# The same sky on pixels of other sizes: the same colours, whatever the units.
	frame one-g.fits value=7 scale=0.2 BUNIT=MJy/sr
	frame one-r.fits value=7e6 scale=0.4 BUNIT=Jy/sr
	frame one-i.fits value=164.53091 BUNIT=uJy/arcsec2
	run -0 records < <(cutout -q -c galaxies.csv -f 'one-%b.fits' -b g,r,i -s 1)
	[[ $output =~ \"img\":\ \[([0-9.]+),\ ([0-9.]+),\ ([0-9.]+)\] ]]
	[[ $(printf '%.4g ' "${BASH_REMATCH[@]:1}") == "6581 6581 6581 " ]]
	run -0 records < <(cutout -q -c galaxies.csv -f 'one-%b.fits' -b g,r -s 1 --subtract-sky annulus)
	[[ $output =~ \"sky\":\ \[([0-9.]+),\ ([0-9.]+)\] ]]
	[[ $(printf '%.4g ' "${BASH_REMATCH[@]:1}") == "6581 6581 " ]]
}

@test "jansky of one kind are brought to another; other units are not mixed, magnitudes refused" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	frame one-g.fits value=2 BUNIT=uJy
	frame one-r.fits value=2000 BUNIT=nJy/pixel
	# shellcheck disable=SC2317 # run calls it
	pixels() { cutout -q -c galaxies.csv -f 'one-%b.fits' -b g,r -s 1 --native -k nearest "$@" | records | grep -o '"img": .*]'; }
	run pixels
	[ "$output" = '"img": [2.0, 2.0]' ]
	# The same unit with the micro sign in Latin-1, and in UTF-8: a card is 80 bytes.
	frame one-g.fits value=2 BUNIT=$'\xb5Jy'
	run pixels
	[ "$output" = '"img": [2.0, 2.0]' ]
	[ "$(cutout -q -c galaxies.csv -f one-g.fits -b g -s 1 | inspect | grep "^unit")" = "unit              µJy" ]
	frame one-g.fits value=2 BUNIT=uJy
	frame one-r.fits BUNIT=electron/s
	fails_with 1 "one-r.fits: HDU 0: BUNIT: expected 'uJy' as in the first frame, found 'electron/s'; --zeropoint would" cutout -c galaxies.csv -f 'one-%b.fits' -b g,r
	for unit in mag 'mag(AB)' mag/arcsec2 ABmag 'log(Jy)' 'dex(Jy)' mmag; do
		frame one-r.fits BUNIT="$unit"
		for zeropoint in '' --zeropoint=25; do
			# shellcheck disable=SC2086
			fails_with 1 "one-r.fits: HDU 0: BUNIT = '$unit': pixels are magnitudes or logarithms" cutout -c galaxies.csv -f one-r.fits -b r $zeropoint
		done
	done
	# Two that differ in their last letters alone.
	frame one-g.fits BUNIT='1.00000000000000E-17 erg/s/cm2/Hz'
	frame one-r.fits BUNIT='1.00000000000000E-17 erg/s/cm2/um'
	fails_with 1 "expected '1.00000000000000E-17 erg/s/cm2/Hz' as in the first frame, found '1.00000000000000E-17 erg/s/cm2/um'" cutout -c galaxies.csv -f 'one-%b.fits' -b g,r
	for unit in Jy/beam Jy/arcsec; do
		frame one-r.fits BUNIT="$unit"
		fails_with 1 "one-r.fits: HDU 0: BUNIT = '$unit': the area in it is not understood; --zeropoint" cutout -c galaxies.csv -f one-r.fits -b r
		cutout -q -c galaxies.csv -f one-r.fits -b r --zeropoint 25 -o out.pz
	done
}

@test "a zero point that nothing uses is said; weights may be asinh too" {
	echo $'id,ra,dec\n1,10,0\n2,10.002,0' >galaxies.csv
	frame one-r.fits value=1 BUNIT=adu MAGZERO=25
	cutout -c galaxies.csv -f one-r.fits -b r -s 5 2>said -o out.pz
	grep -q "pixels stay in 'adu', although the frames have a zero point, MAGZERO; with --zeropoint MAGZERO" said
	cutout -c galaxies.csv -f one-r.fits -b r -s 5 --zeropoint MAGZERO 2>said -o out.pz
	run ! grep -q "zero point" said
	for cards in "BUNIT=nanomaggy MAGZERO=22.5" "BUNIT=nJy MAGZERO=31.4" "BUNIT=adu MAGZERO=-99" "BUNIT=adu"; do
		# shellcheck disable=SC2086
		frame one-r.fits value=1 $cards
		cutout -c galaxies.csv -f one-r.fits -b r -s 5 2>said -o out.pz
		! grep -q "zero point" said
	done
	# As asinh the weight of 5 is -1.9, and that of 0 -2.1.
	frame weight-r.fits value=5 asinh=1 BOFFSET=50 BSOFTEN=10
	cutout -q -c galaxies.csv -f one-r.fits -b r -s 5 -m weight-r.fits --mask-weights >out.pz
	run -0 records <out.pz
	[[ ${lines[0]} == *'"cover": [1'* && ${lines[1]} == *'"cover": [1'* ]]
	frame weight-r.fits value=0 asinh=1 BOFFSET=50 BSOFTEN=10
	cutout -q -c galaxies.csv -f one-r.fits -b r -s 5 -m weight-r.fits --mask-weights >out.pz
	run -0 records <out.pz
	[[ ${lines[0]} == *'"cover": [0'* && ${lines[1]} == *'"cover": [0'* ]]
}

@test "keywords are looked for in the primary header too, unless INHERIT = F" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	whole() { frame one-r.fits x=.5 y=.5 star=50,50,1000 extension=1 "$@"; }
	for inherit in "" INHERIT=T; do
		# shellcheck disable=SC2086
		whole $inherit 0:FLUXMAG0=1e10 0:MAGZERO=25 0:FLUX20=1000
		for zeropoint in FLUXMAG0 MAGZERO; do
			run -0 flux_and_unit --zeropoint $zeropoint
			[ "$output" = $'"unit": "nmgy"\n100' ]
		done
		run -0 flux_and_unit --zeropoint FLUX20
		[[ $output == *$'\n10' ]]
	done
	whole MAGZERO=22.5 0:MAGZERO=25 # the image's own comes first
	run -0 flux_and_unit --zeropoint MAGZERO
	[[ $output == *$'\n1000' ]]
	whole INHERIT=F 0:MAGZERO=25
	fails_with 1 "one-r.fits: HDU 1 has no number under keyword 'MAGZERO'" flux_and_unit --zeropoint MAGZERO
	whole 0:SOFTBIAS=1 0:BUNIT=nanomaggy
	run -0 flux_and_unit --bias SOFTBIAS
	[ "$output" = $'"unit": "nmgy"\n-681' ]
	whole INHERIT=F 0:BUNIT=nanomaggy
	run -0 flux_and_unit
	[[ $output == "no unit"* ]]
	whole 0:BUNIT=mag
	fails_with 1 "magnitudes" flux_and_unit
	whole asinh=1 BOFFSET=2 BSOFTEN=50 0:EXPTIME=10
	run -0 flux_and_unit --zeropoint PS1
	[[ $output == *$'\n10' ]]
}

# The frame one-r.fits, its WCS in both headers: stamps of it are in sum, what is said in said.
sum_of_frame() {
	frame one-r.fits extension=1 noise=10 "$@" && cutout -c galaxies.csv -f one-r.fits -b r -s 21 >one.pz 2>said || return
	records <one.pz | /usr/bin/python3 -c 'import json, sys; print([json.loads(line)["img"] for line in sys.stdin])' | cksum >sum
}

@test "an extension with INHERIT = T has the WCS keywords that it lacks from the primary header" {
	echo $'id,ra,dec\n1,10.64078,0.27391' >galaxies.csv # 10, 0 of B1950, by astropy
	sum_of_frame EQUINOX=1950 RADECSYS=FK4 DATE-OBS=1950-01-01
	mv sum old
	[[ $(<said) != *ICRS* ]]
	for primary in "0:EQUINOX=1950" "0:EPOCH=1950." "0:RADESYS=FK4 0:EQUINOX=1950" "0:RADECSYS=FK4"; do
		# shellcheck disable=SC2086
		sum_of_frame INHERIT=T 0:DATE-OBS=1950-01-01 $primary
		cmp sum old
	done
	sum_of_frame INHERIT=T 0:EQUINOX=2015.5 0:RADESYS=FK5 EPOCH=1950 RADECSYS=FK4 # its own come first
	cmp sum old

	# Without INHERIT = T none is taken; where that matters it is said.
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	sum_of_frame
	mv sum new
	sum_of_frame 0:EQUINOX=1950
	cmp sum new
	grep 'one-r.fits: HDU 1: its coordinates are taken for ICRS: EQUINOX of the primary header' said
	for quiet in "INHERIT=F 0:EQUINOX=1950" "0:EQUINOX=2000 0:RADESYS=FK5" "RADESYS=ICRS 0:EQUINOX=1950"; do
		# shellcheck disable=SC2086
		sum_of_frame $quiet
		cmp sum new
		[[ $(<said) != *"taken for ICRS"* ]]
	done
}

@test "a matrix is taken from one header as a whole, and so is a distortion" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	sum_of_frame
	mv sum plain
	sum_of_frame INHERIT=T 0:CDELT1=7 0:CROTA2=30 0:PC1_2=.5 0:CRVAL1=77 0:CTYPE1=GLON-AIT 0:NAXIS1=3 0:CPDIS1=Lookup
	cmp sum plain
	sum_of_frame INHERIT=T wcs=0 0:CTYPE1=RA---TAN 0:CTYPE2=DEC--TAN 0:CRVAL1=10 0:CRVAL2=0 0:CRPIX1=50.5 0:CRPIX2=50.5 \
		0:CDELT1=-0.00011111111111111112 0:CDELT2=0.00011111111111111112
	cmp sum plain
	sip=(A_ORDER=2 B_ORDER=2 A_2_0=1e-3)
	sum_of_frame "${sip[@]}" CTYPE1=RA---TAN-SIP CTYPE2=DEC--TAN-SIP wcs=0 CRVAL1=10 CRVAL2=0 CRPIX1=50.5 CRPIX2=50.5 \
		CD1_1=-0.00011111111111111112 CD2_2=0.00011111111111111112
	mv sum bent
	run ! cmp -s plain bent
	sum_of_frame "${sip[@]/#/0:}" INHERIT=T CTYPE1=RA---TAN-SIP CTYPE2=DEC--TAN-SIP wcs=0 CRVAL1=10 CRVAL2=0 CRPIX1=50.5 \
		CRPIX2=50.5 CD1_1=-0.00011111111111111112 CD2_2=0.00011111111111111112
	cmp sum bent
	sum_of_frame 0:B_2_0=1e-2 0:A_ORDER=3 "${sip[@]}" INHERIT=T CTYPE1=RA---TAN-SIP CTYPE2=DEC--TAN-SIP wcs=0 CRVAL1=10 CRVAL2=0 \
		CRPIX1=50.5 CRPIX2=50.5 CD1_1=-0.00011111111111111112 CD2_2=0.00011111111111111112
	cmp sum bent
}

@test "zero points that are none are refused, with file and keyword" {
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	for value in -99 0 99 -999 999 9999 nan unknown T 200 -60 63095734448; do
		frame one-r.fits star=50,50,1000 MAGZP=$value
		fails_with 1 "one-r.fits: HDU 0: " flux_and_unit --zeropoint MAGZP
		grep -q MAGZP "$BATS_TEST_TMPDIR/stderr"
	done
	for value in 0 -1 -99 999 nan T 1e-40 1e60; do
		frame one-r.fits star=50,50,1000 FLUXMAG0=$value
		fails_with 1 "one-r.fits: HDU 0: " flux_and_unit --zeropoint FLUXMAG0
		grep -q FLUXMAG0 "$BATS_TEST_TMPDIR/stderr"
	done
	frame one-r.fits star=50,50,1000 set=50,50,1e25 MAGZP=-30 # of a good number, but no float
	fails_with 1 "one-r.fits: pixels times 1e+21 do not fit a float" flux_and_unit --zeropoint MAGZP
	for value in -99 nan inf 999; do
		fails_with 2 "--zeropoint: expected a magnitude or a keyword, found '$value'" flux_and_unit --zeropoint $value
	done
	fails_with 2 "--bias: expected a number or a keyword, found 'nan'" flux_and_unit --bias nan
	frame one-r.fits x=.5 y=.5 star=50,50,1000 MAGZP=27.5
	run -0 flux_and_unit --zeropoint ' MAGZP '
	[[ $output == *$'\n10' ]]
	run -0 flux_and_unit --zeropoint 0 # maggies: a number that is given is meant
	[[ $output == *$'\n1e+12' ]]
}

@test "a table of frames has zero points, and nothing in it is ignored in silence" {
	frame frame-g-1.fits value=10 BUNIT=adu
	frame frame-r-1.fits value=10 BUNIT=electron MAGZERO=20
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	pixels() { cut_two -q -s 1 --native -k nearest -f @table.csv "$@" | records | grep -o '"img": .*]'; }
	printf 'file,band,zeropoint\nframe-g-1.fits,g,25\nframe-r-1.fits,r,22.5\n' >table.csv
	run pixels
	[ "$output" = '"img": [1.0, 10.0]' ]
	run header < <(cut_two -s 1 -f @table.csv)
	[[ $output == *'"unit": "nmgy"'* ]]
	# Where the cell is empty, the option says.
	printf 'file,band,zp\nframe-g-1.fits,g,25\nframe-r-1.fits,r,\n' >table.csv
	fails_with 1 "frame-r-1.fits: HDU 0: no zero point" cut_two -f @table.csv
	run pixels --zeropoint MAGZERO
	[ "$output" = '"img": [1.0, 100.0]' ]
	frame frame-r-1.fits value=10 BUNIT=nanomaggy # is brought already
	run pixels
	[ "$output" = '"img": [1.0, 10.0]' ]
	for value in -99 0 99 x 25mag; do
		printf 'file,band,zeropoint\nframe-g-1.fits,g,25\nframe-r-1.fits,r,%s\n' $value >table.csv
		fails_with 1 "table.csv: row 2: zeropoint: expected a magnitude, or an empty cell where there is none, found '$value'" cut_two -f @table.csv
	done
	printf 'file,path,band\na,b,g\n' >table.csv
	fails_with 1 "table.csv: columns 'file' and 'path' mean the same" cut_two -f @table.csv
	printf 'file,band,file\na,g,b\n' >table.csv
	fails_with 1 "table.csv: columns 'file' and 'file' mean the same" cut_two -f @table.csv
	frame frame-g-1.fits; frame frame-r-1.fits
	printf 'file,band,note,depth\nframe-g-1.fits,g,,\nframe-r-1.fits,r,,\nframe-g-1.fits,g,,\n' >table.csv
	cut_two -f @table.csv 2>said >/dev/null
	grep -q "unknown columns of a table of frames are ignored: table.csv: note, depth; known are file, band" said
	grep -q "1 file is named more than once for the same band; the first is frame-g-1.fits" said
	printf 'file,band,zeropoint\nframe-g-1.fits,g,25\nframe-r-1.fits,r,25\nframe-g-1.fits,g,26\n' >table.csv
	fails_with 1 "frame-g-1.fits is named twice in band g, with another zeropoint" cut_two -f @table.csv
}

@test "what a catalogue lacks is said at once; ids that occur twice are counted" {
	two_fields
	printf 'id,ra,dec,redshift\n7,9.9999444444,0.0000555556,\n8,9.9999,0,\n7,9.9998,0,\n7,9.9997,0,\n' >galaxies.csv
	cut_two -s 1 2>said >/dev/null
	[ "$(cat said)" = 'cutout: galaxies.csv: the column of redshifts has no value in any row
cutout: galaxies.csv: no column of magnitudes or E(B-V) was found: the stamps will lack mag and ebv; --columns mag=NAME,ebv=NAME names them
cutout: galaxies.csv: 2 galaxies have the id of another one, first id 7: programs that join tables by id cannot tell them apart' ]
	printf 'id,ra,dec\n1,149d59,+02d00m00s\n2,nowhere,2\n3,,\n' | sed 2,3d >bad.csv
	fails_with 1 "bad.csv: expected RA from -180 to 360 and Dec from -90 to 90 degrees, or 12:34:56.7, found no such coordinates in 1 row; the first is row 1, id 3" cut_two -c bad.csv
	echo id,ra,dec >empty.csv
	fails_with 1 "empty.csv: expected galaxies, found no rows" cut_two -c empty.csv
}

@test "a stream in the place of a catalogue is named as such" {
	two_fields
	cut_two -s 1 -o stamps.pz
	fails_with 1 "stamps.pz: expected a table, found a stream of pzpipe's" cut_two -c stamps.pz
	fails_with 1 "stamps.pz: expected a table, found a stream of pzpipe's" cut_two -f @stamps.pz
}

@test "where the catalogue and the frames lie, if they do not meet" {
	frame frame-g-1.fits ra=150 dec=2 && frame frame-r-1.fits ra=150 dec=2
	lies() { printf 'id,ra,dec\n1,%s\n2,%s\n' "$1" "$1" >galaxies.csv; fails_with 1 "$2" cut_two; }
	lies 200,50 "none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA 200 to 200, Dec 50 to 50; the frames RA 149.99"
	run ! grep -q 'would fit\|hours' "$BATS_TEST_TMPDIR/stderr"
	lies 10,2 "(degrees); RA in hours would fit" # 10 h are 150 degrees
	lies 12,50 "(degrees); is RA in hours? Degrees are expected, 15 times as many"
	lies 2,88 "is RA in hours"
	lies 2.617994,0.0349066 "(degrees); RA and Dec in radians would fit"
	frame frame-g-1.fits ra=50 dec=20 && frame frame-r-1.fits ra=50 dec=20
	lies 20,50 "(degrees); RA and Dec exchanged would fit"
	frame frame-g-1.fits ra=0 && frame frame-r-1.fits ra=0
	printf 'id,ra,dec\n1,359.5,1\n2,0.5,2\n' >galaxies.csv
	fails_with 1 "the catalogue has RA 359.5 to 0.5, Dec 1 to 2; the frames RA 359.99" cut_two
}

@test "bands may have blanks between them; ugriz is asked about" {
	two_fields
	cut_two -b g,r -o one.pz
	cut_two -b 'g, r' -o two.pz
	cmp <(records <one.pz) <(records <two.pz)
	fails_with 1 "no frame in band gr: no file matches 'frame-%b-*.fits'; did you mean --bands g,r?" cut_two -b gr
	fails_with 2 "--bands: '': expected a name" cut_two -b 'g, '
}

@test "what is left out is said" {
	two_fields
	rm frame-r-2.fits
	echo $'5,80,80,,,,,1\n6,,,,,,,1' >>galaxies.csv
	run -0 --separate-stderr records < <(cut_two -s 1 2>said)
	[[ ${lines[1]} == *'"cover": [1, 0]'* || ${lines[1]} == *'"cover": [1.0, 0.0]'* ]]
	grep -q "1 row was left out, because the coordinates are missing or impossible; the first is row 4, id 6" said
	grep -q "1 of 3 galaxies is on no frame" said
	grep -q "1 frame is missing; the first is frame-%b-2.fits in band r, for galaxy 12; 1 galaxy has pixels" said
	cut_two -q 2>said >/dev/null
	[ ! -s said ]
}

@test "bad command lines: exit 2, nothing written" {
	two_fields
	fails_with 2 "--catalogue and --frames are needed" cutout
	fails_with 2 "--no-such-option" cut_two --no-such-option
	fails_with 2 "size" cut_two --size 0
	fails_with 2 "min-cover" cut_two --min-cover 1.5
	fails_with 2 "kernel" cut_two --kernel sinc
	fails_with 2 "expected i/n" cut_two --shard 3/2
	fails_with 2 "'g' is named twice" cut_two --bands g,g
	fails_with 2 "found 'redshift'" cut_two --columns redshift=z
	fails_with 2 "expected %b" cut_two -f frame-g-1.fits
	fails_with 2 "expected no operands" cut_two frame-g-1.fits
	fails_with 2 "survey" cut_two --survey nowhere
}

@test "bad input: a message that names it, and nothing half written" {
	two_fields
	fails_with 1 "none.csv: No such file" cut_two -c none.csv -o out.pz
	fails_with 1 "no frame in band z" cut_two -b g,r,z -o out.pz
	fails_with 1 "no frame in band g: no file matches 'none-%b.fits'" cut_two -f 'none-%b.fits'
	echo "no FITS at all" >frame-r-2.fits
	fails_with 1 "frame-r-2.fits: not a FITS file" cut_two -o out.pz
	rm frame-r-2.fits && mkfifo frame-r-2.fits
	fails_with 1 "frame-r-2.fits: expected a regular file, found a device or pipe" timeout 20 cutout -c galaxies.csv -f 'frame-%b-*.fits' -b r
	rm frame-r-2.fits
	frame frame-r-2.fits wcs=0 BUNIT=nanomaggy
	fails_with 1 "frame-r-2.fits: HDU 0 has no WCS (CTYPE1 missing)" cut_two -o out.pz
	frame frame-r-2.fits BUNIT=adu
	fails_with 1 "BUNIT: expected 'nmgy' as in the first frame, found 'adu'" cut_two -o out.pz
	fails_with 1 "no HDU 'SCI'" cut_two --hdu SCI -o out.pz
	echo $'id,ra,decl\n1,10,0' >lacking.csv
	fails_with 1 "no column 'dec' or the like for dec; it has id, ra, decl" cut_two -c lacking.csv
	fails_with 1 "no column 'zz' for z" cut_two --columns z=zz
	fails_with 1 "no column 'g' for carry" cut_two --carry g
	echo $'id,ra,dec\n1,200,50' >far.csv
	fails_with 1 "none of the catalogue's 1 galaxies lies on a frame" cut_two -c far.csv
	[ ! -e out.pz ] && [ -z "$(ls out.pz* 2>/dev/null)" ]
}

@test "cut files: exit 3, nothing half written" {
	two_fields
	truncate -s 20000 frame-r-2.fits
	fails_with 3 "frame-r-2.fits: HDU 0: cut short or corrupt" cut_two -o out.pz
	truncate -s 1000 frame-r-2.fits
	fails_with 3 "frame-r-2.fits" cut_two -o out.pz
	gzip -c frame-g-1.fits | head -c -4 >frame-r-2.fits
	printf '\xff\xff\xff\xef' >>frame-r-2.fits
	fails_with 3 "frame-r-2.fits: cut short or corrupt: gzip data are wrong" cut_two -o out.pz
	printf 'id,ra,dec\n1,10' >cut.csv
	fails_with 3 "cut.csv: row 1: expected 3 cells, found 2" cut_two -c cut.csv -o out.pz
	[ ! -e out.pz ] && [ -z "$(ls out.pz* 2>/dev/null)" ]
}

@test "a file that was cut before it was packed is cut, but for what fills its last block" {
	local packer end=$((2880 + 4 * 100 * 100))

	frame whole-r.fits noise=5 star=50,50,1000
	mv whole-r.fits whole.fits
	echo $'id,ra,dec\n1,9.9999444444,0.0000555556' >galaxies.csv
	cp whole.fits frame-r.fits
	cutout -q -c galaxies.csv -f 'frame-%b.fits' -b r -s 101 -o whole.pz
	for packer in cat gzip bzip2; do
		head -c "$end" whole.fits | $packer >frame-r.fits
		cutout -q -c galaxies.csv -f 'frame-%b.fits' -b r -s 101 | cmp - whole.pz
		for size in 20000 $((end - 1)); do
			head -c $size whole.fits | $packer >frame-r.fits
			fails_with 3 "frame-r.fits: HDU 0: cut short or corrupt: expected to byte 43200, found $size bytes" \
				cutout -c galaxies.csv -f 'frame-%b.fits' -b r -s 101
		done
	done
	mock -q --galaxies 300 --density 3 sky
	head -c 20000 sky/catalogue.fits | gzip >cut.fits
	fails_with 3 "cut.fits: HDU 1: cut short or corrupt" cutout -c cut.fits -f whole.fits -b r
}

@test "a header that CFITSIO would fall over is refused before" {
	two_fields
	mock -q --galaxies 4 --density 60 --compress fz sky
	cp sky/frame-r-*1.fits.fz whole.fz
	for key in ZTILE1 ZVAL1; do
		key=$key perl -pe 's/($ENV{key} +=.*?)(\d+)/$1 . "0" x length $2/e' whole.fz >frame-r-2.fits.fz
		[ "$(cmp -l whole.fz frame-r-2.fits.fz | wc -l)" -gt 0 ]
		for hdu in "" "--hdu 1" "--hdu COMPRESSED_IMAGE"; do
			# shellcheck disable=SC2086
			fails_with 3 "HDU 1: corrupt: $key: expected a number above 0" cutout -c galaxies.csv -f 'frame-%b-2.fits.fz' -b r $hdu -o out.pz
		done
	done
	[ ! -e out.pz ]
}

# FILE, its first BYTES: the stamps of the whole file (whole.pz), or an error and none.
cut_at() {
	local status=0

	head -c "$2" "$1" >cut-r.fits
	cutout -q -c galaxies.csv -f cut-%b.fits -b r -s 31 -o out.pz 2>said || status=$?
	case $status in
	0) cmp out.pz whole.pz && rm out.pz ;;
	1 | 3) [ ! -e out.pz ] && grep -q '^cutout: .*cut-r.fits' said ;;
	*) false ;;
	esac || { echo "$1 cut at $2: status $status"; cat said; false; }
}

@test "a frame cut at any place gives its stamps or an error" {
	local file size at step=1000

	frame whole-r.fits noise=5 star=50,50,1000
	echo $'id,ra,dec\n1,9.9999444444,0.0000555556\n2,9.9975,-0.0025' >galaxies.csv
	gzip -k whole-r.fits
	bzip2 -k whole-r.fits
	mock -q --galaxies 3 --density 3 --compress fz sky
	mv sky/frame-r-*.fz tiles-r.fits.fz
	for file in whole-r.fits whole-r.fits.gz whole-r.fits.bz2 tiles-r.fits.fz; do
		size=$(stat -c %s "$file")
		[[ $file == whole* ]] || { step=$((size / 20)); cp sky/catalogue.fits galaxies.csv; }
		cutout -q -c galaxies.csv -f "${file/-r/-%b}" -b r -s 31 -o whole.pz
		for ((at = 0; at < size; at += step)); do
			cut_at "$file" "$at"
		done
	done
}

@test "a full disk and a closed pipe" {
	two_fields
	fails_with 1 "No space left" cut_two -o /dev/full
	run -0 bash -c "cutout -c galaxies.csv -f 'frame-%b-*.fits' -b g,r -s 2000 2>said | head -c 10 >/dev/null"
	[ ! -s said ]
}

@test "the mock sky's galaxies are where its catalogue says" {
	mock -q --galaxies 60 --density 60 sky
	cutout -q -c sky/catalogue.fits -f 'sky/frame-%b-*.fits' -s 24 --carry size,true_r >stamps.pz
	[ "$(count <stamps.pz)" = 60 ]
	run -0 bash -c "records() { '$here/stream.py' dump; }; records <stamps.pz | head -1"
	[[ $output == *'"z": '*'"mag": '*'"ebv": '*'"size": '*'"true_r": '* ]]
}

@test "positions and fluxes agree with astropy and scipy" {
	need_python astropy scipy msgpack
	[ -d "${PZ_SHARED:-}/data/fits-zoo" ] || skip "no files of PZ_SHARED: data/fits-zoo"
	run -0 "$here/against_astropy.py" "$PZ_SHARED/data/fits-zoo"
	echo "$output"
}

@test "a galaxy anywhere on a map of the whole sky gets its own pixel" {
	need_python astropy msgpack
	run -0 "$here/whole_sky.py"
	echo "$output"
}

@test "pixels of a map of the whole sky, flux in what each sees of it, add up to the sphere" {
	for map in "CAR 180 0" "ZEA 0 90" "AIT 0 0" "MOL 33 0" "SFL 0 0"; do
		read -r code ra dec <<<"$map"
		frame sky-g.fits side=360 scale=3600 value=5 BUNIT=Jy/sr card="CTYPE1  = 'RA---$code'" card="CTYPE2  = 'DEC--$code'" \
			card="CRVAL1  = $ra" card="CRVAL2  = $dec"
		printf 'id,ra,dec\n1,%s,%s\n' "$ra" "$dec" >galaxies.csv
		cutout -q -c galaxies.csv -f 'sky-%b.fits' -b g --native -s 360 | records | /usr/bin/python3 -c '
import json, math, sys
share = sum(json.loads(sys.stdin.read())["img"]) / (5e9 * 4 * math.pi)
print(share)
# Of pixels at the end of a map those are lost whose middle is beyond it.
sys.exit(not (0.9999999 if sys.argv[1] == "CAR" else 0.997) < share < 1.000002)' "$code"
	done
	# 89 to 90 degrees, from a galaxy beside the pole; one pixel further is nowhere
	printf 'id,ra,dec\n1,20,89.5\n2,200,-89.5\n' >galaxies.csv
	frame sky-g.fits side=360 scale=3600 value=5 BUNIT=Jy/sr card="CTYPE1  = 'RA---CAR'" card="CTYPE2  = 'DEC--CAR'" \
		card="CRVAL1  = 20" card="CRVAL2  = 0"
	cutout -q -c galaxies.csv -f 'sky-%b.fits' -b g --native -s 1 | records | /usr/bin/python3 -c '
import json, math, sys
for line in sys.stdin:
    assert abs(json.loads(line)["img"][0] / (5e9 * math.radians(1) * (1 - math.sin(math.radians(89)))) - 1) < 1e-3'
}

@test "a stamp that covers too much of its frame is left out, counted and named; no other is" {
	for k in 1 2 3; do frame "f-g-$k.fits" value="$k" ra="$((9 + k))"; done
	frame f-g-2.fits value=2 ra=11 scale=0.0001
	printf 'id,ra,dec\n1,10,0\n2,11,0\n3,12,0\n4,10.001,0\n' >galaxies.csv
	cut=(-c galaxies.csv -f 'f-%b-*.fits' -b g -s 64)
	for threads in 1 4; do
		cutout "${cut[@]}" -j "$threads" -o "some-$threads.pz" 2>said
		grep -q "1 galaxy was left out, of which no stamp can be cut; the first is galaxy 2: f-g-2.fits: a stamp at RA 11.000000," said
		grep -q "covers more than 16777216 pixels of the frame; cut smaller stamps" said
	done
	cmp <(records <some-1.pz) <(records <some-4.pz)
	grep -v ^2, galaxies.csv >others.csv
	cmp <(records <some-1.pz) <(cutout -q "${cut[@]}" -c others.csv | records)
	# the ring for the sky likewise
	cutout "${cut[@]}" --subtract-sky annulus -s 1 --sky-radii 1,3 -o ring.pz 2>said
	grep -q "galaxy 2: f-g-2.fits: the ring for the sky of a stamp at RA 11.000000, Dec 0.000000 has more than 1e+08 pixels" said
	[ "$(count <ring.pz)" = 3 ]
	# where none can be cut, that is an error; where the options say so, at once
	cp f-g-2.fits only-g.fits
	frame only-r.fits ra=11
	printf 'id,ra,dec\n2,11,0\n' >galaxies.csv
	run -1 cutout -q -c galaxies.csv -f 'only-%b.fits' -b r,g -s 64 -o none.pz
	[[ $output == *"only-g.fits: a stamp at RA 11.000000, Dec 0.000000 covers more than 16777216 pixels"* ]]
	[ ! -e none.pz ]
	run -1 cutout -q -c galaxies.csv -f 'only-%b.fits' -b r -s 4096 -p 3
	[[ $output == *'stamps of 4096 pixels of 3" cover 30720 x 30720 pixels of frames like the first'* ]]
	[[ $output == *"expected at most 4096 x 4096; cut smaller stamps, or smaller pixels" ]]
}

@test "large frames, turned against each other, never sit in memory" {
	frame big-g.fits side=12000 sparse=1 # 550 MiB each
	frame big-r.fits side=12000 sparse=1 turn=90
	frame big-i.fits side=12000 sparse=1 turn=-45
	{
		echo id,ra,dec
		for i in {1..200}; do echo "$i,$((i % 2 ? 10 : 9)).$((i * 7919 % 1000)),0.$((i * 104729 % 9000 + 1000))"; done
	} >galaxies.csv
	run -0 --separate-stderr count < <(cutout -v -c galaxies.csv -f 'big-%b.fits' -b g,r,i -k bilinear 2>said)
	((output > 20))
	[[ $(<said) =~ ([0-9]+)\ MiB ]]
	echo "${BASH_REMATCH[1]} MiB"
	((BASH_REMATCH[1] < 400)) # sanitizers want some for themselves
}
