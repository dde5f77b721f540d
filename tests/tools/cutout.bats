#!/usr/bin/env bats
# cutout.bats -- frames and a catalogue to stamps

# shellcheck disable=SC2002,SC2154  # samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
}

frame() { "$here/frame.py" "$@"; }

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
	[[ $output != *galaxies.csv* && $output != *frame-* ]] # no path in a stream
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
	grep -q "1 galaxies were dropped: cover below 0.7" said
}

@test "zero points bring pixels to nanomaggies, biases are taken off" {
	frame frame-g-1.fits value=1002 SOFTBIAS=1000 MAGZERO=25 FLUXMAG0=1e10 BUNIT=adu
	frame frame-r-1.fits value=1003 SOFTBIAS=1000 MAGZERO=20 FLUXMAG0=1e8 BUNIT=DN
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
	pixels() { cut_two -s 1 --native --kernel nearest "$@" | records | grep -o '"img": .*]'; }
	run pixels --bias 1000 --zeropoint 22.5
	[ "$output" = '"img": [2.0, 3.0]' ]
	run pixels --bias SOFTBIAS --zeropoint MAGZERO
	[ "$output" = '"img": [0.20000000298023224, 30.0]' ]
	run pixels --bias SOFTBIAS --zeropoint FLUXMAG0
	[ "$output" = '"img": [0.20000000298023224, 30.0]' ]
	run header < <(cut_two -s 1 --zeropoint 25)
	[[ $output == *'"unit": "nmgy"'* ]]
	fails_with 1 "frame-g-1.fits: HDU 0 has no number under keyword 'PHOTZP'" cut_two --zeropoint PHOTZP
	fails_with 1 "BUNIT: expected 'adu'" cut_two
}

@test "what is left out is said" {
	two_fields
	rm frame-r-2.fits
	echo $'5,80,80,,,,,1\n6,,,,,,,1' >>galaxies.csv
	run -0 --separate-stderr records < <(cut_two -s 1 2>said)
	[[ ${lines[1]} == *'"cover": [1, 0]'* || ${lines[1]} == *'"cover": [1.0, 0.0]'* ]]
	grep -q "1 rows without good coordinates were left out; the first is row 4" said
	grep -q "1 of 3 galaxies lie on no frame" said
	grep -q "1 frames are missing; the first is frame-%b-2.fits in band r" said
	cut_two -q 2>said >/dev/null
	[ ! -s said ]
}

@test "bad command lines: exit 2, nothing written" {
	two_fields
	fails_with 2 "expected --catalogue and --frames" cutout
	fails_with 2 "--no-such-option" cut_two --no-such-option
	fails_with 2 "size" cut_two --size 0
	fails_with 2 "min-cover" cut_two --min-cover 1.5
	fails_with 2 "kernel" cut_two --kernel sinc
	fails_with 2 "expected i/n" cut_two --shard 3/2
	fails_with 2 "'g' twice" cut_two --bands g,g
	fails_with 2 "found 'redshift'" cut_two --columns redshift=z
	fails_with 2 "expected %b" cut_two -f frame-g-1.fits
	fails_with 2 "no operands" cut_two frame-g-1.fits
	fails_with 2 "survey" cut_two --survey nowhere
}

@test "bad input: a message that names it, and nothing half written" {
	two_fields
	fails_with 1 "none.csv: No such file" cut_two -c none.csv -o out.pz
	fails_with 1 "no frame in band z" cut_two -b g,r,z -o out.pz
	fails_with 1 "no frame in band g: no file matches 'none-%b.fits'" cut_two -f 'none-%b.fits'
	echo "no FITS at all" >frame-r-2.fits
	fails_with 1 "frame-r-2.fits: not a FITS file" cut_two -o out.pz
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
	fails_with 3 "frame-r-2.fits: cut short or corrupt: claims 4026531839 bytes" cut_two -o out.pz
	printf 'id,ra,dec\n1,10' >cut.csv
	fails_with 3 "cut.csv: row 1: expected 3 cells, found 2" cut_two -c cut.csv -o out.pz
	[ ! -e out.pz ] && [ -z "$(ls out.pz* 2>/dev/null)" ]
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
	/usr/bin/python3 -c 'import astropy, scipy, msgpack' 2>/dev/null || skip "no astropy or scipy"
	[ -d "${PZ_SHARED:-}/data/fits-zoo" ] || skip "no ${PZ_SHARED:-PZ_SHARED}/data/fits-zoo"
	run -0 "$here/against_astropy.py" "$PZ_SHARED/data/fits-zoo"
	echo "$output"
}
