#!/usr/bin/env bats
# mosaic.bats -- frames that are several images of a file, or planes of a cube

# shellcheck disable=SC2154  # samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
}

# An image as an extension.
hdu() { "$here/frame.py" "$1" extension=1 BUNIT=nanomaggy "${@:2}"; }

# One file of the extensions of several.
join_hdus() {
	cat "$2"
	for file in "${@:3}"; do tail -c +2881 "$file"; done
} >"$1"

# Two CCDs side by side in g and r, as files and as one file for each band; between the CCDs an image
# without a WCS, and a weight.
two_ccds() {
	for band in g r; do
		hdu "one-$band.fits" EXTNAME=N1 star=50,50,100 ZP=22
		hdu "two-$band.fits" EXTNAME=N10 star=50,50,300 ra=10.02 ZP=24
		hdu "guide-$band.fits" EXTNAME=N2 wcs=0 star=50,50,1000
		hdu "weight-$band.fits" EXTNAME=N1_WGT value=1
		join_hdus "exposure-$band.fits" {one,guide,weight,two}-"$band".fits
	done
	galaxies
}

galaxies() {
	cat >galaxies.csv <<-END
		id,ra,dec,z,mag,ebv
		1,10.0199444444,0.0000555556,0.1,17,0.03
		2,9.9999444444,0.0000555556,0.2,18,0.03
	END
}

cut() { cutout -c galaxies.csv -b g,r -s 31 "$@"; }

# What records hold of stamps: id, total of each of n bands.
totals() {
	records | /usr/bin/python3 -c '
import json, sys
n = int(sys.argv[1])
for line in sys.stdin:
    r = json.loads(line)
    img = r["img"]
    side = len(img) // n
    print(r["id"], *(f"{sum(img[b * side:(b + 1) * side]):.1f}" for b in range(n)))
' "$1"
}

@test "the CCDs of a mosaic are frames, as if each were a file" {
	two_ccds
	cut -f 'one-%b.fits,two-%b.fits' -o files.pz
	cut -f 'exposure-%b.fits' -o mosaic.pz 2>said
	cmp files.pz mosaic.pz
	grep -q '2 files have several images with a WCS, which are frames, 4 in all; the first is exposure-g.fits' said
	grep -q '2 images beside frames have no celestial WCS and are no frame; the first is exposure-g.fits: HDU 2' said
	gzip exposure-?.fits
	cut -f 'exposure-%b.fits.gz' -o packed.pz
	cmp files.pz packed.pz
	for threads in 1 3; do
		cut -j "$threads" -f 'exposure-%b.fits.gz' -o threads.pz
		cmp files.pz threads.pz
	done
}

@test "each CCD has the zero point of its own header" {
	two_ccds
	cut -f 'one-%b.fits,two-%b.fits' --zeropoint ZP -o files.pz
	cut -f 'exposure-%b.fits' --zeropoint ZP -o mosaic.pz
	cmp files.pz mosaic.pz
	run -0 totals 2 <mosaic.pz
	[ "$output" = "2 158.5 158.5
1 75.4 75.4" ]
}

@test "--hdu restricts the frames to one HDU" {
	two_ccds
	cut -f 'exposure-%b.fits' --hdu N10 -o stamps.pz 2>said
	run -0 totals 2 <stamps.pz
	[ "$output" = "1 300.0 300.0" ]
	grep -qF "1 of 2 galaxies is on no frame" said
	run ! grep -qF "several images" said
	run -0 totals 2 < <(cut -f 'exposure-%b.fits' --hdu 1)
	[ "$output" = "2 100.0 100.0" ]
	run -1 cut -f 'exposure-%b.fits' --hdu N3
	[[ $output == *"exposure-g.fits: no HDU 'N3' (5 HDUs, counted from 0)"* ]]
}

@test "bands are matched by EXTNAME, or else by number; a CCD that one band lacks is told of" {
	two_ccds
	join_hdus exposure-r.fits two-r.fits guide-r.fits one-r.fits # in another order
	run -0 totals 2 < <(cut -f 'exposure-%b.fits')
	[ "$output" = "2 100.0 100.0
1 300.0 300.0" ]
	join_hdus exposure-g.fits two-g.fits guide-g.fits
	cut -f 'exposure-%b.fits' -o stamps.pz 2>said
	run -0 totals 2 <stamps.pz
	[ "$output" = "1 300.0 300.0
2 0.0 100.0" ]
	grep -qF "1 frame is missing; the first is exposure-%b.fits[N1] in band g, for galaxy 2" said
	for band in g r; do
		hdu "a-$band.fits" star=50,50,100
		hdu "b-$band.fits" star=50,50,300 ra=10.02
		join_hdus "unnamed-$band.fits" {a,b}-"$band".fits
	done
	run -0 totals 2 < <(cut -f 'unnamed-%b.fits')
	[ "$output" = "2 100.0 100.0
1 300.0 300.0" ]
}

@test "a single image in one band goes with all CCDs of another" {
	two_ccds
	"$here/frame.py" exposure-g.fits side=300 x=60 star=210,150,50 BUNIT=nanomaggy
	run -0 totals 2 < <(cut -f 'exposure-%b.fits')
	[ "$output" = "2 50.0 100.0
1 0.0 300.0" ]
}

@test "masks of a mosaic: by EXTNAME in another file, by EXTVER in the same" {
	two_ccds
	for band in g r; do
		hdu m1.fits EXTNAME=N1 BITPIX=32 set=50,50,4 wcs=0
		hdu m2.fits EXTNAME=N10 BITPIX=32 wcs=0
		join_hdus "mask-$band.fits" m1.fits m2.fits
	done
	run -0 records < <(cut -f 'exposure-%b.fits' --mask 'mask-%b.fits' -k nearest --native -p 0)
	[[ ${lines[0]} == *'"cover": [0.99895'*', 0.99895'* && ${lines[1]} == *'"cover": [1'*', 1'* ]]
	fails_with 1 "exposure-g.fits: masks are in the frames' own file: expected --mask-hdu NAME" \
		cut -f 'exposure-%b.fits' --mask 'exposure-%b.fits'
	for band in g r; do
		for n in 1 2; do
			hdu "s$n.fits" EXTNAME=SCI EXTVER=$n star=50,50,${n}00 ra=$(((n == 1) ? 10 : 11))
			hdu "e$n.fits" EXTNAME=ERR EXTVER=$n value=1 ra=$(((n == 1) ? 10 : 11))
			hdu "d$n.fits" EXTNAME=DQ EXTVER=$n BITPIX=32 "set=50,50,$((n - 1))"
		done
		join_hdus "flt-$band.fits" s1.fits e1.fits d1.fits s2.fits e2.fits d2.fits
	done
	printf 'id,ra,dec\n1,9.9999444444,0.0000555556\n2,10.9999444444,0.0000555556\n' >galaxies.csv
	run -0 records < <(cut -f 'flt-%b.fits' --mask 'flt-%b.fits' --mask-hdu DQ -k nearest --native)
	[[ ${lines[0]} == *'"cover": [1'*', 1'* && ${lines[1]} == *'"cover": [0.99895'*', 0.99895'* ]]
	fails_with 1 "flt-g.fits: --mask-hdu 3: the file of the frames has several" \
		cut -f 'flt-%b.fits' --mask 'flt-%b.fits' --mask-hdu 3
	fails_with 1 "no HDU 'DR,1'" cut -f 'flt-%b.fits' --mask 'flt-%b.fits' --mask-hdu DR
	run -0 totals 2 < <(cut -f 'flt-%b.fits' --hdu SCI,2)
	[ "$output" = "2 200.0 200.0" ]
}

@test "an image of the pixels of one before is another layer and no frame" {
	galaxies
	for band in g r; do
		hdu a.fits star=50,50,100
		hdu b.fits star=50,50,7 # a model without a name
		join_hdus "galfit-$band.fits" a.fits b.fits
	done
	cut -f 'galfit-%b.fits' -o stamps.pz 2>said
	run -0 totals 2 <stamps.pz
	[ "$output" = "2 100.0 100.0" ]
	grep -qF "2 images have size and WCS of a frame before in the same file and are left aside; the first is galfit-g.fits: HDU 2 (--hdu names one)" said
	run ! grep -qF "several images" said
	run -0 totals 2 < <(cut -f 'galfit-%b.fits' --hdu 2)
	[ "$output" = "2 7.0 7.0" ]
}

@test "a file of more images than any camera has is refused, in short time" {
	galaxies
	python3 - >many.fits <<-'PY'
		import sys
		def header(cards):
		    text = "".join(f"{c:80}" for c in [*cards, "END"])
		    return f"{text:{-len(text) // 2880 * -2880}}".encode()
		out = sys.stdout.buffer
		out.write(header(["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T"]))
		for i in range(1025):
		    out.write(header(["XTENSION= 'IMAGE   '", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 2",
		                      "PCOUNT  = 0", "GCOUNT  = 1", "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'",
		                      f"CRVAL1  = {10 + i / 1000}", "CRVAL2  = 0.0", "CRPIX1  = 1", "CRPIX2  = 1",
		                      "CDELT1  = -0.0001", "CDELT2  = 0.0001"]) + bytes(2880))
	PY
	fails_with 1 "many.fits: HDU 1025: more than 1024 images that may be frames" timeout 20 cutout -c galaxies.csv -b g -f many.fits -s 3
}

@test "of overlapping CCDs the one that has data at the galaxy is taken" {
	galaxies
	for band in g r; do
		hdu a.fits star=50,50,100 nan=50,50
		hdu b.fits star=30,50,100 x=-20
		join_hdus "over-$band.fits" a.fits b.fits
	done
	run -0 totals 2 < <(cut -f 'over-%b.fits')
	[ "$output" = "2 100.0 100.0" ]
}

@test "a mosaic that is cut short is an error, a single image with rubbish behind it is none" {
	two_ccds
	truncate -s 40000 exposure-g.fits # in the data of its first image
	fails_with 3 "exposure-g.fits: HDU 1: cut short or corrupt: expected to byte 46080, found 40000 bytes" cut -f 'exposure-%b.fits'
	join_hdus exposure-g.fits one-g.fits two-g.fits
	truncate -s 80000 exposure-g.fits
	fails_with 3 "exposure-g.fits: HDU 2: cut short or corrupt" cut -f 'exposure-%b.fits'
	join_hdus exposure-g.fits {one,two,guide}-g.fits
	truncate -s 93000 exposure-g.fits # behind the third header
	fails_with 3 "exposure-g.fits: HDU 3: cut short" cut -f 'exposure-%b.fits'
	two_ccds
	for band in g r; do
		"$here/frame.py" "exposure-$band.fits" star=50,50,100 BUNIT=nanomaggy
		tail -c +2881 guide-g.fits | head -c 9000 >>"exposure-$band.fits"
	done
	cut -f 'exposure-%b.fits' -o stamps.pz 2>said
	run -0 totals 2 <stamps.pz
	[ "$output" = "2 100.0 100.0" ]
	grep -qF "2 files cannot be read beyond the first image; the first: exposure-g.fits: HDU 1: cut short" said
}

cube() { "$here/frame.py" "$1" star=50,50,100 planes=1,2,3 BUNIT=nanomaggy "${@:2}"; }
cut_three() { cutout -c galaxies.csv -b g,r,z -s 31 "$@"; }

@test "planes of a cube are bands by BAND0, BANDS, FILTER1 or --planes" {
	galaxies
	cube one.fits BAND0=g BAND1=r BAND2=z
	cube two.fits BANDS=grz
	cube three.fits BANDS='g, r, z'
	cube four.fits FILTER1='g DECam' FILTER2='r DECam' FILTER3='z DECam'
	for file in one two three four; do
		run -0 totals 3 < <(cut_three -f "$file.fits")
		[ "$output" = "2 100.0 200.0 300.0" ]
		run -0 totals 1 < <(cutout -c galaxies.csv -b r -s 31 -f "$file.fits")
		[ "$output" = "2 200.0" ]
	done
	cube none.fits
	run -0 totals 3 < <(cut_three -f none.fits --planes g,r,z)
	[ "$output" = "2 100.0 200.0 300.0" ]
	run -0 totals 3 < <(cut_three -f one.fits --planes z,r,g) # which comes first
	[ "$output" = "2 300.0 200.0 100.0" ]
	run -0 totals 2 < <(cut -f none.fits --planes x,g,r)
	[ "$output" = "2 200.0 300.0" ]
	cube r-cube.fits BANDS=grz
	cube z-cube.fits BANDS=grz
	run -0 totals 2 < <(cutout -c galaxies.csv -b r,z -s 31 -f '%b-cube.fits')
	[ "$output" = "2 200.0 300.0" ]
	gzip -k one.fits
	run -0 totals 3 < <(cut_three -f one.fits.gz)
	[ "$output" = "2 100.0 200.0 300.0" ]
}

@test "cubes of one plane, of four axes, with masks, with integers" {
	galaxies
	"$here/frame.py" flat.fits star=50,50,100 planes=1 BUNIT=nanomaggy
	run -0 totals 1 < <(cutout -c galaxies.csv -b g -s 31 -f flat.fits)
	[ "$output" = "2 100.0" ]
	cube radio.fits front=1
	run -0 totals 3 < <(cut_three -f radio.fits --planes g,r,z)
	[ "$output" = "2 100.0 200.0 300.0" ]
	cube ints.fits set=50,50,100 BITPIX=32 BANDS=grz
	run -0 totals 3 < <(cut_three -f ints.fits -k nearest --native)
	[[ $output == "2 "*" "*" "* ]]
	cube image.fits BANDS=grz
	"$here/frame.py" mask.fits planes=0,1,2 set=50,50,1 BITPIX=32 wcs=0
	run -0 records < <(cut_three -f image.fits --mask mask.fits --mask-bits 1 -k nearest --native)
	[[ $output == *'"cover": [1'*', 1'*', 0.99895'* ]]
}

@test "HDUs of one file are bands by EXTNAME or FILTER" {
	galaxies
	hdu a.fits EXTNAME=G star=50,50,100
	hdu b.fits EXTNAME=SCI FILTER='r SDSS' star=50,50,200
	hdu c.fits EXTNAME=WHT FILTER='r SDSS' star=50,50,700
	hdu d.fits EXTNAME=z star=50,50,300
	join_hdus all.fits {a,b,c,d}.fits
	run -0 totals 3 < <(cut_three -f all.fits)
	[ "$output" = "2 100.0 200.0 300.0" ]
}

@test "planes by a table of frames" {
	galaxies
	cube one.fits BANDS=grz
	cube none.fits
	cat >table.csv <<-END
		file,band,plane,field
		one.fits,g,0,a
		none.fits,r,2,a
		one.fits,z,,a
	END
	run -0 totals 3 < <(cut_three -f @table.csv)
	[ "$output" = "2 100.0 300.0 300.0" ]
	sed -i 's/none.fits,r,2/none.fits,r,3/' table.csv
	fails_with 1 "none.fits: HDU 0: expected a plane from 0 to 2, found 3" cut_three -f @table.csv
	sed -i 's/none.fits,r,3/none.fits,r,b/' table.csv
	fails_with 1 "table.csv: row 2: plane: expected a number from 0, or an empty cell, found 'b'" \
		cut_three -f @table.csv
	sed -i 's/none.fits,r,b/none.fits,r,/' table.csv
	fails_with 1 "none.fits: HDU 0: a cube of 3 planes, and no BANDS, BAND0 or FILTER keywords" \
		cut_three -f @table.csv
}

@test "cubes of which nothing says the bands, or other bands, are errors" {
	galaxies
	cube none.fits
	cube one.fits BANDS=grz
	fails_with 2 "expected %b in 'none.fits', in place of the band" cut_three -f none.fits
	fails_with 1 "none.fits: HDU 0: a cube of 3 planes, and no BANDS, BAND0 or FILTER keywords say of which bands: expected --planes" \
		cutout -c galaxies.csv -b g -f none.fits
	fails_with 1 "one.fits: HDU 0: a cube with planes of the bands g, r, z: none is of band i" \
		cutout -c galaxies.csv -b i -f one.fits
	fails_with 1 "one.fits: HDU 0: --planes g,r: expected the bands of 3 planes, found 2" \
		cut_three -f one.fits --planes g,r
	cube twice.fits BANDS=grg
	fails_with 1 "twice.fits: HDU 0: planes 0 and 2 are both of band g" \
		cutout -c galaxies.csv -b g -f twice.fits
}

# The header of a file by frame.py as SCAMP writes it, without what says how large the image is; then
# further lines; and END.
head_of() {
	head -c 5760 "$1" | fold -w 80 |
		grep -aE '^(CTYPE|CRVAL|CRPIX|CD|EQUINOX|RADESYS)' | sed 's/ *$//'
	printf '%s\n' "${@:2}" "END     "
}

@test "--heads: the WCS of SCAMP's headers replaces that of the frames" {
	galaxies
	for band in g r; do
		"$here/frame.py" "true-$band.fits" star=50,50,100 BUNIT=nanomaggy
		"$here/frame.py" "wrong-$band.fits" star=50,50,100 BUNIT=nanomaggy ra=11 turn=30 PV1_5=.1 PV1_1=1
		{
			echo 'HISTORY   Astrometric solution by SCAMP'
			printf 'COMMENT   (c) 2010-2013 IAP/CNRS/UPMC, Universit\xe9\n'
			head_of "true-$band.fits"
		} >"wrong-$band.head"
	done
	cut -f 'true-%b.fits' -o true.pz
	fails_with 1 "none of the catalogue's 2 galaxies lies on a frame" cut -f 'wrong-%b.fits'
	cut -f 'wrong-%b.fits' --heads -o headed.pz 2>said
	cmp <(records <true.pz) <(records <headed.pz)
	grep -q "2 frames have their WCS from the header beside, which may have FLXSCALE too; the first is wrong-g.head, in place of the frame's own CTYPE1, CTYPE2, CRVAL1, CRVAL2, CRPIX1, CRPIX2, CD1_1" said
	# lines end as on Windows; the file is packed; the last line has no end
	sed 's/$/\r/' wrong-r.head >changed && mv changed wrong-r.head
	printf '%s' "$(cat wrong-g.head)" >changed && mv changed wrong-g.head
	gzip wrong-?.fits
	cut -f 'wrong-%b.fits.gz' --heads -o packed.pz
	cmp <(records <true.pz) <(records <packed.pz)
	# SWarp's name for it
	for band in g r; do mv "wrong-$band.head" "wrong-$band.fits.head"; done
	cut -f 'wrong-%b.fits.gz' --heads -o packed.pz
	cmp <(records <true.pz) <(records <packed.pz)
}

@test "--heads: one header for each CCD, with its FLXSCALE" {
	two_ccds
	for band in g r; do
		join_hdus "good-$band.fits" {one,guide,weight,two}-"$band".fits
		hdu "one-$band.fits" EXTNAME=N1 star=50,50,100 ra=50
		hdu "two-$band.fits" EXTNAME=N10 star=50,50,300 wcs=0
		join_hdus "exposure-$band.fits" {one,weight,two}-"$band".fits
		"$here/frame.py" a.fits
		"$here/frame.py" b.fits ra=10.02
		{
			head_of a.fits 'FLXSCALE=               2.0D0 / SCAMP relative flux scale'
			echo
			head_of b.fits 'FLXSCALE=  0.5'
		} >"exposure-$band.head"
	done
	run -0 totals 2 < <(cut -f 'exposure-%b.fits' --heads)
	[ "$output" = "2 200.0 200.0
1 150.0 150.0" ]
	run -0 totals 2 < <(cut -f 'exposure-%b.fits' --heads --hdu N10)
	[ "$output" = "1 150.0 150.0" ]
	printf 'file,band,hdu,field\nexposure-g.fits,g,3,a\nexposure-r.fits,r,3,a\n' >table.csv
	run -0 totals 2 < <(cut -f @table.csv --heads)
	[ "$output" = "1 150.0 150.0" ]
	# of all three images, the weight too
	for band in g r; do
		{
			head_of a.fits 'FLXSCALE= 3.0'
			echo 'END'
			head_of b.fits
		} >"exposure-$band.head"
	done
	run -0 totals 2 < <(cut -f 'exposure-%b.fits' --heads)
	[ "$output" = "2 300.0 300.0
1 300.0 300.0" ]
	echo END >>exposure-g.head
	fails_with 1 "exposure-g.head: expected 3 headers, one for each image of exposure-g.fits, found 4" \
		cut -f 'exposure-%b.fits' --heads
}

@test "--heads: files that are not there or no headers are errors" {
	galaxies
	for band in g r; do
		"$here/frame.py" "frame-$band.fits" star=50,50,100
		head_of "frame-$band.fits" >"frame-$band.head"
	done
	cut -f 'frame-%b.fits' --heads -o stamps.pz
	rm frame-r.head
	fails_with 1 "frame-r.head: No such file or directory: expected the header of frame-r.fits that --heads asks for" \
		cut -f 'frame-%b.fits' --heads
	: >frame-r.head
	fails_with 1 "frame-r.head: expected headers that end in END, found none" cut -f 'frame-%b.fits' --heads
	head_of frame-r.fits | sed '/^END/d' >frame-r.head
	fails_with 1 "frame-r.head: expected headers that end in END, found no END behind the last" \
		cut -f 'frame-%b.fits' --heads
	cp frame-r.fits frame-r.head
	fails_with 1 "frame-r.head: " cut -f 'frame-%b.fits' --heads
	printf 'this is no header\nEND\n' >frame-r.head
	fails_with 1 "frame-r.head: line 1: expected a card of a header, as KEYWORD = value, found 'this is no header" \
		cut -f 'frame-%b.fits' --heads
	for value in 0 -1 nan x "'1'"; do
		head_of frame-r.fits "FLXSCALE= $value" >frame-r.head
		fails_with 1 "frame-r.head: header 1: FLXSCALE: expected a " cut -f 'frame-%b.fits' --heads
	done
	for text in FLXSCALE=2 'FLXSCALE =2'; do # as those of the WCS must
		{ echo "$text" && head_of frame-r.fits; } >frame-r.head
		fails_with 1 "frame-r.head: header 1: FLXSCALE: expected '= ' in columns 9 and 10" \
			cut -f 'frame-%b.fits' --heads
	done
	head_of frame-r.fits | sed 's/^CRVAL1.*/CRVAL1  = x/' >frame-r.head
	fails_with 1 "frame-r.head: header 1: frame-r.fits: HDU 0: CRVAL1" cut -f 'frame-%b.fits' --heads
}
