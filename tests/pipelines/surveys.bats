#!/usr/bin/env bats
# surveys.bats -- the recipes of surveys, on files laid out as the surveys' archives have them

bats_require_minimum_version 1.5.0

load quick

setup() { dir=$BATS_TEST_TMPDIR; }

frame() { tests/tools/frame.py "$@"; }
sdss() { quick sdss.mk OUT="$dir/out" ARCHIVE="file://$dir/archive" "$@"; }
records() { inspect "$1" | sed -n 's/^records *\([0-9]*\).*/\1/p'; }

# An archive of three small fields of SDSS, on runs 94 and 125, and what a query gives.
small_archive() {
	local run camcol field ra band folder

	printf '#Table1\nobjid,ra,dec,rerun,run,camcol,field,zspec,mag,ebv\r\n' >"$dir/galaxies.csv"
	while read -r run camcol field ra; do
		folder=$dir/archive/301/$run/$camcol
		mkdir -p "$folder"
		for band in u g r i z; do
			frame "$folder/frame-$band-$(printf %06d "$run")-$camcol-$(printf %04d "$field").fits" \
				side=60 ra="$ra" star=30,30,"$field" BUNIT=nanomaggy
		done
		printf '%d00,%s,0.0001,301,%d,%d,%d,0.1,16,0.03\r\n' "$field" "$ra" "$run" "$camcol" "$field" \
			>>"$dir/galaxies.csv"
	done <<-END
		94 1 12 10.00
		94 1 13 10.01
		125 4 7 10.02
	END
	bzip2 "$dir"/archive/*/*/*/*.fits
}

@test "SDSS: the query names what the recipe and cutout look for" {
	sdss query >"$dir/query.sql"
	for name in objid rerun run camcol field zspec mag ebv; do
		grep -Eiq "(AS |p\.)$name\b" "$dir/query.sql"
	done
}

@test "SDSS: frames are fetched when asked for, each once; a piece at a time makes the same stamps" {
	small_archive
	cp "$dir/galaxies.csv" "$dir/some.csv"
	run ! sdss CATALOGUE="$dir/some.csv" "$dir/out/piece-1.pz"
	[[ $output == *"no frame in band u: no file matches '$dir/out/frames/frame-%b-*.fits.bz2,"* ]]
	[ ! -e "$dir/out/frames" ] # the stamps ask for no frames

	sdss CATALOGUE="$dir/some.csv" fetch
	(cd "$dir/archive" && find . -name '*.bz2' | sort) >"$dir/want"
	(cd "$dir/out/frames" && find . -type f | sort) | cmp - "$dir/want"
	rm "$dir/out/frames/301/94/1/frame-g-000094-1-0012.fits.bz2"
	stat -c '%n %i' "$dir"/out/frames/*/*/*/*.bz2 >"$dir/before"
	sdss CATALOGUE="$dir/some.csv" fetch
	stat -c '%n %i' "$dir"/out/frames/*/*/*/*.bz2 | grep -v frame-g-000094-1-0012 | cmp - "$dir/before"
	sdss CATALOGUE="$dir/some.csv" SIZE=16 "$dir/out/piece-1.pz"
	[ "$(records "$dir/out/piece-1.pz")" = 3 ]

	for i in 1 2; do
		sdss OUT="$dir/two" PIECES=2 CATALOGUE="$dir/some.csv" SIZE=16 "fetch-$i"
		sdss OUT="$dir/two" PIECES=2 CATALOGUE="$dir/some.csv" SIZE=16 "$dir/two/piece-$i.pz"
		[ -z "$(find "$dir/two" -name '*.part')" ]
		rm -r "$dir/two/frames"
	done
	[ "$(records "$dir/two/piece-1.pz") $(records "$dir/two/piece-2.pz")" = "2 1" ] ||
		[ "$(records "$dir/two/piece-1.pz") $(records "$dir/two/piece-2.pz")" = "1 2" ]
	for stamps in "$dir/out" "$dir/two"; do
		cat "$stamps"/piece-?.pz | tests/tools/stream.py dump | sort >"$stamps/records"
	done
	cmp "$dir/out/records" "$dir/two/records"
}

@test "SDSS: what cannot be fetched, what a catalogue lacks" {
	small_archive
	rm "$dir/archive/301/94/1/frame-i-000094-1-0013.fits.bz2"
	run ! sdss CATALOGUE="$dir/galaxies.csv" fetch
	[[ $output == *"file://$dir/archive/301/94/1/frame-i-000094-1-0013.fits.bz2: could not be downloaded"* ]]
	[ "$(find "$dir/out/frames" -type f | wc -l)" = 14 ] # all others
	run sdss CATALOGUE="$dir/galaxies.csv" SIZE=8 "$dir/out/piece-1.pz"
	[[ $output == *"1 frame is missing; the first is $dir/out/frames/301/94/1/frame-%b-000094-1-0013.fits.bz2 in band i, for galaxy 1300"* ]]
	cut -d, -f1-4,6- "$dir/galaxies.csv" >"$dir/lacking.csv"
	run ! sdss CATALOGUE="$dir/lacking.csv" fetch
	[[ $output == *"expected a column 'run', found objid,ra,dec,rerun,camcol"* ]]
	run ! sdss PIECES=9 CATALOGUE="$dir/galaxies.csv" fetch-9
	[[ $output == *"expected galaxies in piece 9 of 9, found none"* ]]
	run ! sdss
	[[ $output == *"out/galaxies.csv: no such file"* ]]
}

@test "SDSS: a field as the archive has it" {
	real=${PZ_SHARED:-}/data/sdss-94-1-12
	[ -d "$real" ] || skip "no files of PZ_SHARED: data/sdss-94-1-12"
	mkdir -p "$dir/archive/301/94/1"
	ln -s "$real"/frame-* "$dir/archive/301/94/1"
	sed '1 s/$/,rerun,run,camcol,field/; 2,$ s/$/,301,94,1,12/' "$real/galaxies.csv" >"$dir/galaxies.csv"
	sdss CATALOGUE="$dir/galaxies.csv" fetch
	rm "$dir/galaxies.csv" "$dir/out/piece-1.csv"
	[ "$(find "$dir/out/frames" -name '*.bz2' -size +3M | wc -l)" = 5 ]
	# Without folders, and with a catalogue of other columns.
	mv "$dir"/out/frames/301/94/1/frame-* "$dir/out/frames"
	sdss CATALOGUE="$real/galaxies.csv" "$dir/out/piece-1.pz"
	[ "$(records "$dir/out/piece-1.pz")" = 140 ]
	inspect "$dir/out/piece-1.pz" | grep -q '^pixscale  *0.396$'
}


@test "SDSS: the whole procedure, from mock frames" {
	mock -q --galaxies 360 --density 360 --seed 5 "$dir/sky"
	mkdir -p "$dir/out/frames/301/1/1"
	mv "$dir"/sky/frame-* "$dir/out/frames/301/1/1" # unpacked: to pack and unpack them takes long
	cutout -q -c "$dir/sky/catalogue.fits" -f "$dir/out/frames/301/1/1/frame-%b-*" -s 1 |
		inspect --tsv - >"$dir/table.tsv"
	{
		echo objid,ra,dec,rerun,run,camcol,field,zspec,mag,ebv
		awk -F'\t' -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ print $at["id"], $at["ra"], $at["dec"], 301, 1, 1, 1, $at["z"], $at["mag"], $at["ebv"] }' "$dir/table.tsv"
	} >"$dir/galaxies.csv"
	procedure() {
		sdss CATALOGUE="$dir/galaxies.csv" PATTERN="$dir/out/frames/*/*/*/frame-%b-*.fits" SIZE=16 \
			PARTS=train=0.6,test=0.4 THRESHOLD='--threshold 4' STEPS='baseline step1 step2 step3 step4'
	}
	procedure 2>"$dir/stages"
	grep -q '^== cut stamps of 16 pixels: piece 1 of 1' "$dir/stages"
	grep -q '^== step 4' "$dir/stages"
	all_whole "$dir/out"
	[ "$(head -1 "$dir/out/report.tsv" | cut -f2 | head -c 8)" = baseline ]
	[ -s "$dir/out/figure.png" ]
	procedure 2>"$dir/stages"
	[ ! -s "$dir/stages" ]
}

# A field of CFHTLS with N galaxies, as tiles named NAME, and its catalogue: files of mock sky SEED.
tiles() {
	local name=$1 survey=$2 galaxies=$3 seed=$4 band

	mock -q --survey "$survey" --galaxies "$galaxies" --density "$galaxies" --seed "$seed" "$dir/sky"
	mkdir -p "$dir/out/tiles"
	for band in u g r i z; do
		mv "$dir/sky/frame-$band-000001-1-0001.fits" "$dir/out/tiles/${name}_${band}_0$seed-04${seed}_T0007_MEDIAN.fits"
	done
	mv "$dir/sky/catalogue.fits" "$dir/out/$5"
}

# From stamps on, further.bats runs it.
@test "CFHTLS: from tiles, as the archive names them, to the samples of both fields" {
	tiles CFHTLS_W cfhtls-wide 160 1 wide.csv
	tiles CFHTLS_D-85 cfhtls-deep 120 2 deep.csv
	cp "$dir/out/wide.csv" "$dir/out/low.csv"
	# A map of weight beside a tile is no tile.
	cp "$dir/out/tiles/CFHTLS_W_u_01-041_T0007_MEDIAN.fits" "$dir/out/tiles/CFHTLS_W_u_01-041_T0007_MEDIAN_weight.fits"
	samples() {
		quick cfhtls.mk OUT="$dir/out" SIZE=16 "$dir"/out/{wide/train,deep/train,low}.pz
	}
	samples 2>"$dir/stages"
	for sample in wide deep low; do
		grep -q "^== cut stamps of 16 pixels: $sample" "$dir/stages"
	done
	all_whole "$dir/out"
	[ "$(records "$dir/out/wide.pz") $(records "$dir/out/deep.pz") $(records "$dir/out/low.pz")" = "160 120 160" ]
	for field in wide deep; do
		inspect "$dir/out/$field.pz" | grep -q '^limits.divide *1000$'
		[ "$(($(records "$dir/out/$field/train.pz") + $(records "$dir/out/$field/test.pz")))" = \
			"$(records "$dir/out/$field.pz")" ]
	done
	samples 2>"$dir/stages"
	[ ! -s "$dir/stages" ]
}
