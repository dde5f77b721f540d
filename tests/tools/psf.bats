#!/usr/bin/env bats
# psf.bats -- cutout --match-psf: bands of one PSF

# shellcheck disable=SC2030,SC2031,SC2154  # samples.bash sets names; bats runs tests in subshells
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
}

# Of each stamp and band: id, band, FWHM in arcsec, flux.
widths() { records | /usr/bin/python3 "$here/widths.py" "$@"; }

# Stars of 2 pixels sigma: of 1.884" in g, of 1.413" in r, whose pixels are 0.3". Two of each.
two_bands() {
	frame frame-g-1.fits star=50,50,100 SEEING=1.884 side=101
	frame frame-r-1.fits star=50,50,200 SEEING=1.413 side=101 scale=0.3
	frame frame-g-2.fits star=50,50,300 SEEING=1.884 side=101 ra=10.02
	frame frame-r-2.fits star=50,50,400 SEEING=1.413 side=101 scale=0.3 ra=10.02
	printf 'id,ra,dec\n1,10,0\n2,10.02,0\n' >galaxies.csv
}

cut_two() { cutout -q -c galaxies.csv -f 'frame-%b-*.fits' -b g,r -s 40 "$@"; }

# Whether all bands have the FWHM to a per cent, and their flux to 0.6.
check_widths() { # FWHM FLUX...
	awk -v want="$1" -v fluxes="${*:2}" 'BEGIN { n = split(fluxes, flux) }
		{ print } $3 / want > 1.01 || $3 / want < .99 { bad = 1 }
		$4 / flux[NR] > 1.006 || $4 / flux[NR] < .994 { bad = 1 }
		END { exit bad || NR != n }'
}

@test "stars of all bands get one width and keep their flux, at any scale of pixels" {
	two_bands
	for scale in 0.08 0.4 0.9; do
		size=$(awk -v s="$scale" 'BEGIN { print int(15 / s) }')
		cut_two -p "$scale" -s "$size" --match-psf 2.4 --psf SEEING >stamps.pz
		widths 2 "$scale" <stamps.pz >found
		check_widths 2.4 100 200 300 400 <found
	done
	cut_two --psf 1.884,1.413 --match-psf 2.4 >numbers.pz
	cut_two --psf 4.71:px,SEEING --match-psf 2.4 --native >native.pz
	widths 2 0.4 <numbers.pz | check_widths 2.4 100 200 300 400
	widths 2 0.4 <native.pz | check_widths 2.4 100 200 300 400
	for n in 1 2; do # as Pan-STARRS has it: in pixels
		frame "frame-r-$n.fits" star=50,50,200 side=101 scale=0.3 ra="10.0$((2 * n - 2))" \
			card='HIERARCH CHIP.SEEING = 4.71 / Seeing FWHM (pixels)'
	done
	cut_two --psf SEEING,CHIP.SEEING:px --match-psf 2.4 | widths 2 0.4 | check_widths 2.4 100 200 300 200
}

@test "the header says to which PSF bands were brought, and only then" {
	two_bands
	run -0 header < <(cut_two --match-psf 2.4 --psf SEEING)
	[[ $output == *'"psf": 2.4'* && $output == *"--match-psf 2.4 --psf SEEING"* ]]
	run -0 header < <(cut_two --match-psf 2.4 --psf SEEING | normalize)
	[[ $output == *'"psf": 2.4'* ]]
	run -0 header < <(cut_two)
	[[ $output != *psf* ]]
	# A preset has a keyword of its own, which does nothing else.
	echo '{"survey": "mine", "frames": {"bands": "g,r", "psf": "SEEING"}}' >mine.json
	run -0 header < <(cut_two --survey ./mine.json)
	[[ $output != *psf* ]]
	run -0 header < <(cut_two --survey ./mine.json --match-psf 2.4)
	[[ $output == *"--match-psf 2.4 --psf SEEING"* ]]
	run -0 inspect --surveys ./mine.json
	[[ $output == *"PSF         SEEING"* ]]
}

@test "any number of threads, any CPU, the same bytes; shards in a row are the whole" {
	two_bands
	psf=(--match-psf 2.4 --psf SEEING)
	for scale in 0.2 0.4 0.75; do
		cut_two -p "$scale" "${psf[@]}" -j 1 >one.pz
		cut_two -p "$scale" "${psf[@]}" -j 3 >three.pz
		PZ_CPU=plain cut_two -p "$scale" "${psf[@]}" >plain.pz
		cmp one.pz three.pz
		cmp one.pz plain.pz
	done
	cat <(cut_two "${psf[@]}" --shard 1/2 | records) <(cut_two "${psf[@]}" --shard 2/2 | records) >parts
	cut_two "${psf[@]}" | records >whole
	cmp whole parts
}

@test "networks say to which PSF the bands of their stamps were brought" {
	two_bands
	printf 'id,ra,dec,z\n1,10,0,.1\n2,10.02,0,.2\n' >galaxies.csv
	printf 'conv 3x3 2 relu\nmean\ndense 4 relu\n' >small.net
	cut_two -s 8 --match-psf 2.4 --psf SEEING | normalize -q | softlabel -q --hard >labelled.pz
	train -q --net small.net -n 1 -b 2 labelled.pz -o small.model
	run -0 header <small.model
	[[ $output == *'"psf": 2.4'* ]]
	tonetwork -o small.onnx small.model
	grep -aq psf small.onnx
	toarray -q -o stamps.h5 labelled.pz
	grep -aq psf stamps.h5
}

# Of each stamp: how many pixels are 0, how far the others are from a value at most, cover.
flatness() {
	records | /usr/bin/python3 -c '
import json, math, sys
step = math.radians(float((sys.argv[2:] or [0])[0]) / 3600)
def seen(i, side):
    """Of the area of a pixel on the tangent plane, what part it is on the sphere: the mean of small pieces."""
    n, middle = 8 if step > 0 else 1, (side - 1) / 2
    at = [[(k + (j + .5) / n - .5 - middle) * step for j in range(n)] for k in (i % side, i // side)]
    return sum((1 + x * x + y * y) ** -1.5 for x in at[0] for y in at[1]) / n ** 2
for line in sys.stdin:
    r = json.loads(line)
    side = round(len(r["img"]) ** .5)
    data = [p / seen(i, side) for i, p in enumerate(r["img"]) if p]
    off = max(abs(p / float(sys.argv[1]) - 1) for p in data)
    print(len(r["img"]) - len(data), off < 1e-5, *r["cover"])' "$@"
}

@test "pixels without data are left out: the others stay level, holes stay holes, cover stays" {
	holes=()
	for i in {46..52}; do
		for j in {40..58}; do holes+=("nan=$i,$j"); done
	done
	frame frame-g-1.fits value=5 "${holes[@]}"
	# In the middle, in a hole's reach, and at the left edge.
	printf 'id,ra,dec\n1,9.9985,0\n2,10,0\n3,10.0054,0\n' >galaxies.csv
	for scale in 0.4 1.2; do
		value=$(awk -v s="$scale" 'BEGIN { print 5 * (s / 0.4) ^ 2 }')
		size=$(awk -v s="$scale" 'BEGIN { print int(16 / s) }')
		cut=(-q -c galaxies.csv -f 'frame-%b-*.fits' -b g -p "$scale" -s "$size")
		cutout "${cut[@]}" >as_is.pz
		cutout "${cut[@]}" --match-psf 3 --psf 1.9 >matched.pz
		flatness "$value" <as_is.pz >expected
		flatness "$value" <matched.pz >found
		cat expected found
		diff expected found
		run ! grep -q "^0\|False" found
	done
}

@test "at the pole of a map of the sky too: the same cover, the same level" {
	frame sky-g.fits side=360 scale=3600 value=5 BUNIT=Jy/sr card="CTYPE1  = 'RA---CAR'" card="CTYPE2  = 'DEC--CAR'" \
		card='CRVAL1  = 180' card='CRVAL2  = 0'
	# Near poles, the second 180 degrees from CRVAL, and on the seam.
	printf 'id,ra,dec\n1,20,86\n2,0,89\n3,180.2,-85\n4,100,88\n5,359.9,10\n' >galaxies.csv
	for form in "1800 16" "720 20" "1800 1"; do
		read -r scale size <<<"$form"
		value=$(awk -v s="$scale" 'BEGIN { printf "%.9g", 5e9 * (s / 3600 * atan2(0, -1) / 180) ^ 2 }')
		cut=(-q -c galaxies.csv -f 'sky-%b.fits' -b g -p "$scale" -s "$size")
		cutout "${cut[@]}" | flatness "$value" "$scale" >expected
		cutout "${cut[@]}" --match-psf 3600 --psf 1800 | flatness "$value" "$scale" >found
		cat expected found
		diff expected found
		[ "$(grep -c True found)" = 5 ]
	done
}

@test "with and without it stamps of a smooth sky are the same, wherever they lie on a frame" {
	need_python astropy msgpack
	run -0 "$here/psf_alike.py"
	echo "$output"
}

@test "a network refuses stamps of another PSF than its own" {
	two_bands
	printf 'id,ra,dec,z\n1,10,0,.1\n2,10.02,0,.2\n' >galaxies.csv
	printf 'conv 3x3 2 relu\nmean\ndense 4 relu\n' >small.net
	cut_two -s 8 --match-psf 2.4 --psf SEEING | normalize -q -o matched.pz
	cut_two -s 8 --match-psf 2.41 --psf SEEING | normalize -q -o nearly.pz
	cut_two -s 8 --match-psf 2.6 --psf SEEING | normalize -q -o wider.pz
	cut_two -s 8 | normalize -q -o as_is.pz
	for kind in matched as_is; do
		softlabel -q --hard $kind.pz | train -q --net small.net -n 1 -b 2 -o $kind.model
		predict -q -m $kind.model $kind.pz >/dev/null
	done
	predict -q -m matched.model nearly.pz >/dev/null
	says() {
		run -4 --separate-stderr predict -q -m "$1.model" "$2.pz"
		[[ $stderr == *"psf: the model expects bands with $3, the stamps have $4 (cutout --match-psf)"* ]]
	}
	says matched wider "one of 2.4 arcsec" "one of 2.6 arcsec"
	says matched as_is "one of 2.4 arcsec" "those of their frames"
	says as_is matched "those of their frames" "one of 2.4 arcsec"
}

@test "a stamp is part of a larger one: its edges have what lies beyond them" {
	two_bands
	cut_two --match-psf 2.6 --psf SEEING -p 0.35 -s 40 >large.pz
	cut_two --match-psf 2.6 --psf SEEING -p 0.35 -s 10 >small.pz
	/usr/bin/python3 - <(records <large.pz) <(records <small.pz) <<-'END'
		import json, sys
		for large, small in zip(*(map(json.loads, open(f)) for f in sys.argv[1:])):
		    top = max(small["img"])
		    for b in range(2):
		        for j in range(10):
		            for i in range(10):
		                a = large["img"][b * 1600 + (15 + j) * 40 + 15 + i]
		                assert abs(a - small["img"][b * 100 + j * 10 + i]) < 1e-6 * top
	END
}

@test "a table of frames says the PSF of each; frames of a band differ" {
	two_bands
	frame frame-r-2.fits star=50,50,400 side=101 ra=10.02
	cat >frames.csv <<-END
		file,band,psf
		frame-g-1.fits,g,1.884
		frame-r-1.fits,r,
		frame-g-2.fits,g,1.884
		frame-r-2.fits,r,1.884
	END
	table=(-q -c galaxies.csv -f @frames.csv -b "g,r" -s 40)
	cutout "${table[@]}" --match-psf 2.4 --psf 1.413 | widths 2 0.4 | check_widths 2.4 100 200 300 400
	run -1 --separate-stderr cutout "${table[@]}" --match-psf 2.4
	[[ $stderr == *"frame-r-1.fits: band r: the FWHM of its PSF is not known; --psf gives it"* ]]
	sed -i 's/,r,$/,r,wide/' frames.csv
	run -1 --separate-stderr cutout "${table[@]}" --match-psf 2.4
	[[ $stderr == *"frames.csv: row 2: psf: expected a FWHM in arcsec, or an empty cell"*"found 'wide'"* ]]
	sed -i 's/,r,wide$/,r,-99/' frames.csv
	run -1 --separate-stderr cutout "${table[@]}" --match-psf 2.4
	[[ $stderr == *"row 2: psf: expected"*"found '-99'"* ]]
}

@test "a stamp from another frame than the deepest has the PSF of that frame" {
	holes=()
	for i in {57..63}; do
		for j in {47..53}; do holes+=("nan=$i,$j"); done
	done
	# The galaxy is 10 pixels from the middle of the first, which has no data there, and 20 from
	# that of the second, whose stars are wider than they ...
	frame frame-g-1.fits side=101 SEEING=1.2 "${holes[@]}"
	frame frame-g-2.fits side=101 x=-30 star=30,50,100 SEEING=1.884
	echo $'id,ra,dec\n1,9.99888889,0' >galaxies.csv
	cut=(-q -c galaxies.csv -f 'frame-%b-*.fits' -b g -s 40)
	cutout "${cut[@]}" --match-psf 2.4 --psf SEEING | widths 1 0.4 | check_widths 2.4 100
	# ... should be; which is said as soon as it is known.
	run -1 --separate-stderr cutout "${cut[@]}" --match-psf 1.6 --psf SEEING
	[[ $stderr == *"1 of 1 frames has more; the widest is frame-g-2.fits in band g with 1.884"* ]]
}

# Runs cutout with options, which must fail so and say that.
refuses() { # RC TEXT OPTION...
	run "-$1" --separate-stderr cut_two "${@:3}"
	[ -z "$output" ]
	echo "$stderr"
	[[ $stderr == *"$2"* ]]
}

@test "what cannot be matched is refused before the first stamp, with the way out" {
	two_bands
	refuses 1 "2 of 4 frames have more; the widest is frame-g-1.fits in band g with 1.884\": --match-psf 1.89 would do" \
		--match-psf 1.7 --psf SEEING
	cut_two --match-psf 1.88 --psf SEEING | widths 2 0.4 | check_widths 1.88 100 200 300 400
	refuses 1 "--match-psf 2: expected at least 2.8, 1.4 pixels of 2 arcsec" --match-psf 2 --psf 1 -p 2
	refuses 1 "--match-psf 1000: expected at most" --match-psf 1000 --psf 1
	refuses 1 "frame-g-1.fits: HDU 0 has no keyword 'NOPE', which --psf names" --match-psf 2 --psf NOPE
	frame frame-r-1.fits star=50,50,200 SEEING=-99 side=101 scale=0.3
	refuses 1 "frame-r-1.fits: HDU 0: band r: expected the FWHM of a PSF, above 0, found SEEING = -99" \
		--match-psf 2 --psf SEEING
	refuses 2 "--match-psf needs the PSFs of the frames: --psf FWHM" --match-psf 2
	refuses 2 "--psf needs --match-psf" --psf 2
	refuses 2 "--psf: expected one number or keyword, or 2 with commas between" --match-psf 2 --psf 1,2,3
	refuses 2 "--psf: expected a FWHM above 0 and up to 3600, or a keyword, found '0:px'" \
		--match-psf 2 --psf 1,0:px
	refuses 2 "--match-psf needs --kernel lanczos3" --match-psf 2 --psf 1 --kernel bilinear
	refuses 2 "--match-psf: expected 0.001 to 3600" --match-psf 0 --psf 1
	# Many points in a pixel, and a kernel that would be cut off.
	run -1 cut_two -p 4 -s 4 --match-psf 360 --psf 10 -o wide.pz
	[[ $output == *"frame-g-1.fits: the Gaussian for a stamp at RA 10.000000, Dec 0.000000 has a sigma of 382 points, expected at most 256"* ]]
	# Pixels that are no squares on the sky.
	frame frame-g-1.fits side=101 scale=0.3 card='CD1_1   = -1e-4'
	# frame-g-2.fits has others
	run -0 cutout -c galaxies.csv -f 'frame-%b-*.fits' -b g,r -s 40 --native --match-psf 2 --psf 1 -o long.pz
	[[ $output == *"1 galaxy was left out, of which no stamp can be cut; the first is galaxy 1: --match-psf"* ]]
	[ "$(count <long.pz)" = 1 ]
	printf 'id,ra,dec\n1,10,0\n' >galaxies.csv
	run -1 cut_two --native --match-psf 2 --psf 1 -o long.pz
	[[ $output == *"--match-psf with --native: frame-g-1.fits: at RA 10.000000, Dec 0.000000 pixels are 1.2 times longer one way"* ]]
	cut_two --native -p 0.3 --match-psf 2 --psf 1 >square.pz
}

@test "point sources of a simulated sky have the same width in all bands, and their flux" {
	{
		echo id,z,ebv,size,true_u,true_g,true_r,true_i,true_z
		for i in {1..6}; do echo "$i,0.1,0,0.001,12,12,12,12,12"; done
	} >points.csv
	mock -q --from points.csv --sizes size --density 3 sky
	cut=(-q -c sky/catalogue.fits -f 'sky/frame-%b-*.fits')
	cutout "${cut[@]}" | widths 5 0.396 >before
	cutout "${cut[@]}" --match-psf 1.9 --psf FWHM | widths 5 0.396 >after
	paste before after
	paste before after | awk '$7 / 1.9 > 1.01 || $7 / 1.9 < .99 || $8 / $4 > 1.001 || $8 / $4 < .999 { bad = 1 }
		{ if (!low || $3 < low) low = $3; if ($3 > high) high = $3 }
		END { exit bad || NR != 30 || high / low < 1.1 }'
}
