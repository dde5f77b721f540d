#!/usr/bin/env bats
# dust.bats -- E(B-V) from the maps of dust

# shellcheck disable=SC2154  # samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	need_python numpy astropy
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
}

cut() { cutout -f sky.fits -b g -s 1 -k nearest "$@"; }

@test "E(B-V) of the maps agrees with numpy and astropy, at the poles and everywhere" {
	for release in "" LAMBERT; do
		"$here/dust.py" maps . $release
		"$here/dust.py" places places.csv
		cut -c places.csv --dust . -o stamps.pz 2>said
		records <stamps.pz | "$here/dust.py" check . places.csv >found
		grep -q '^314 places, ' found
		grep -q 'no column of redshifts or magnitudes was found' said
	done
	gzip SFD_dust_4096_?gp.fits
	cut -c places.csv --dust . -o packed.pz
	cmp stamps.pz packed.pz
}

@test "values of the catalogue are kept" {
	"$here/dust.py" maps .
	printf 'id,ra,dec,z,mag,ebv\n1,10,20,.1,17,.03\n2,10,20,.1,17,\n3,200,20,.1,17,-99\n' >galaxies.csv
	cut -c galaxies.csv --missing -99 --dust . -o stamps.pz 2>said
	grep -qx 'cutout: galaxies.csv: 1 galaxy keeps the E(B-V) of the catalogue, 2 that of the maps of --dust' said
	run -0 records <stamps.pz
	[[ ${lines[0]} == *'"ebv": 0.03,'* && ${lines[1]} == *'"ebv": '* && ${lines[2]} == *'"ebv": '* ]]
	[[ ${lines[1]} != *'"ebv": 0.03,'* ]]
	# the maps are not read where every galaxy has a value
	rm SFD_dust_4096_sgp.fits SFD_dust_4096_ngp.fits
	sed -i '3,$d' galaxies.csv
	cut -c galaxies.csv --dust . -o stamps.pz
}

@test "maps that are not there, or are none, are errors" {
	"$here/dust.py" maps .
	printf 'id,ra,dec\n1,10,20\n' >galaxies.csv # south
	rm SFD_dust_4096_ngp.fits
	cut -c galaxies.csv --dust . -o stamps.pz
	mkdir empty
	fails_with 1 "empty/SFD_dust_4096_sgp.fits: No such file or directory: expected the maps of Schlegel, Finkbeiner & Davis (1998), SFD_dust_4096_ngp.fits and SFD_dust_4096_sgp.fits; fetch both from https://github.com/kbarbary/sfddata or https://doi.org/10.7910/DVN/EWCNL5" \
		cut -c galaxies.csv --dust empty
	cp sky.fits empty/SFD_dust_4096_sgp.fits
	fails_with 1 "empty/SFD_dust_4096_sgp.fits: HDU 0: LAM_NSGP is missing" cut -c galaxies.csv --dust empty
	"$here/dust.py" maps .
	cp SFD_dust_4096_ngp.fits empty/SFD_dust_4096_sgp.fits
	fails_with 1 "LAM_NSGP: expected -1, as of the southern hemisphere, found 1" \
		cut -c galaxies.csv --dust empty
	head -c 3000 SFD_dust_4096_sgp.fits >empty/SFD_dust_4096_sgp.fits
	fails_with 3 "empty/SFD_dust_4096_sgp.fits: HDU 0: cut short or corrupt" \
		cut -c galaxies.csv --dust empty
}
