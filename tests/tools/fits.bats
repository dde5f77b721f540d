#!/usr/bin/env bats
# fits.bats -- FITS files with odd names, and damaged or crafted ones

# shellcheck disable=SC2088,SC2154  # names with ~ are meant so; samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return # bats keeps files of its own beside
	echo $'id,ra,dec\n1,10,0' >galaxies.csv
}

frame() { "$here/frame.py" "$@"; }
cut() { cutout -q -c galaxies.csv -f "$1" -b r -s 8 "${@:2}"; }

# What CFITSIO would read into a name.
names=('~x.fits' '~root' '~/x.fits' ' x.fits' 'x.fits ' 'x.fits[1]' 'x.fits(y)' 'x.fits+1' '!x.fits' 'stdin'
	'x.fits.fz' 'mem:x' 'http:x' 'file:x.fits' 'shmem:x' '@x' "~$(printf 'A%.0s' {1..200})")

@test "a name is taken literally, whatever is in it: read" {
	frame x.fits value=77 BUNIT=nanomaggy # what another reading of the names would find
	mkdir '~' elsewhere
	cp x.fits elsewhere/x.fits
	frame good value=1 BUNIT=nanomaggy
	for name in "${names[@]}"; do
		cp good "$name"
		printf 'file,band\n"%s",r\n' "$name" >list.csv
		HOME=$PWD/elsewhere cut @list.csv -o out.pz </dev/null
		run -0 inspect --stats out.pz
		[[ $output =~ pixels\ r\ +64\ +0\ +1\ +1\ +1\ +1 ]]
		rm "$name"
		fails_with 1 "No such file" env HOME="$PWD/elsewhere" cutout -q -c galaxies.csv -f @list.csv -b r -s 8 -o out.pz
	done
}

@test "a name is taken literally, whatever is in it: written" {
	make_stamps 3 >stamps.pz
	mkdir '~'
	totable -q stamps.pz -o plain.fits
	for name in '~x.fits' '~/x.fits' ' x.fits' '!x.fits' 'x+1.fits' 'x[1].fits' 'mem:x.fits' '@x.fits'; do
		totable -q stamps.pz -o "$name"
		cmp plain.fits "$name"
		rm "$name"
	done
	[ "$(find . -name '*.part')" = '' ]
}

@test "a few bytes that unpack to more than their HDUs are not unpacked" {
	frame x.fits BUNIT=nanomaggy
	mkdir scratch
	for packer in gzip bzip2; do
		{ cat x.fits && head -c 20M /dev/zero; } | $packer >bomb.fits
		fails_with 1 "unpacks to more than the 43200 bytes" env TMPDIR="$PWD/scratch" cutout -q -c galaxies.csv -f bomb.fits -b r -s 8 -o out.pz
		# a header without an end
		{ head -c 480 x.fits && head -c 40M /dev/zero | tr '\0' ' '; } | $packer >bomb.fits
		fails_with 3 "its header has no END" env TMPDIR="$PWD/scratch" cutout -q -c galaxies.csv -f bomb.fits -b r -s 8 -o out.pz
		# what tapes and tar leave behind is passed over
		{ cat x.fits && head -c 28800 /dev/zero; } | $packer >padded.fits
		cut padded.fits -o out.pz
	done
	[ -z "$(ls scratch)" ]
}

@test "files packed in other ways are named, not unpacked by CFITSIO" {
	printf '\x1f\x9d\x90' >x.fits
	fails_with 1 "x.fits: packed by compress (.Z): expected FITS" cut x.fits
	printf 'PK\3\4' >x.fits
	fails_with 1 "x.fits: packed by zip" cut x.fits
	printf '\xfd7zXZ\0' >x.fits
	fails_with 1 "x.fits: packed by xz" cut x.fits
	printf '\x1f\x9d\x90' | gzip >x.fits
	fails_with 1 "x.fits: not a FITS file" cut x.fits
}
