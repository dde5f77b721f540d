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

# An image of SIDE squared in one tile of CODEC that has these bytes (hexadecimal): FILE CODEC BITPIX SIDE BYTES [CARD ...]
crafted() {
	/usr/bin/python3 - "$@" <<-'END'
		import sys
		name, codec, bitpix, side, data, *more = sys.argv[1:]
		data = bytes.fromhex(data)
		def block(b, fill): return b + fill * (-len(b) % 2880)
		def header(*cards): return block("".join(c.ljust(80) for c in cards + ("END",)).encode(), b" ")
		def number(key, value): return f"{key:<8}= {value:>20}"
		def text(key, value): return f"{key:<8}= '{value:<8}'"
		scale = 0.4 / 3600
		cards = [text("XTENSION", "BINTABLE"), number("BITPIX", 8), number("NAXIS", 2), number("NAXIS1", 8), number("NAXIS2", 1),
			number("PCOUNT", len(data)), number("GCOUNT", 1), number("TFIELDS", 1), text("TTYPE1", "COMPRESSED_DATA"),
			text("TFORM1", "1PI(9)" if codec == "PLIO_1" else "1PB(9)"), number("ZIMAGE", "T"), text("ZCMPTYPE", codec),
			number("ZBITPIX", bitpix), number("ZNAXIS", 2), number("ZNAXIS1", side), number("ZNAXIS2", side),
			number("ZTILE1", side), number("ZTILE2", side), text("BUNIT", "nanomaggy"), text("CTYPE1", "RA---TAN"), text("CTYPE2", "DEC--TAN"),
			number("CRVAL1", 10.0), number("CRVAL2", 0.0), number("CRPIX1", 50.5), number("CRPIX2", 50.5),
			number("CDELT1", -scale), number("CDELT2", scale)]
		cards += more or [text("ZNAME1", "BLOCKSIZE"), number("ZVAL1", 32)] # CFITSIO wants some ZVAL1
		count = len(data) // 2 if codec == "PLIO_1" else len(data)
		primary = header("SIMPLE  =                    T", number("BITPIX", 8), number("NAXIS", 0), number("EXTEND", "T"))
		open(name, "wb").write(primary + header(*cards) + block(count.to_bytes(4, "big") + bytes(4) + data, b"\0"))
	END
}

@test "a tile that says what is not so is an error, never a crash" {
	local zeros ones
	zeros=$(printf '00%.0s' {1..100})
	ones=$(printf 'ff%.0s' {1..100})
	for side in 100 4096; do
		for bytes in "00000001$zeros" "0000000110$zeros" "$ones"; do
			crafted x.fits RICE_1 32 $side "$bytes"
			fails_with 3 "x.fits: HDU 1: cut short or corrupt: tile 1: " cut x.fits
			crafted x.fits RICE_ONE 8 $side "$bytes" "ZNAME1  = 'BLOCKSIZE'" "ZVAL1   =                   32" "ZNAME2  = 'BYTEPIX '" "ZVAL2   =                    1"
			fails_with 3 "x.fits: HDU 1: cut short or corrupt: tile 1: " cut x.fits
		done
		# 400 x 400 pixels in the bytes of a tile of another size
		crafted x.fits HCOMPRESS_1 32 $side "dd99000001900000019000000000$zeros"
		fails_with 3 "tile 1: its HCOMPRESS data are of another size" cut x.fits
		crafted x.fits HCOMPRESS_1 16 $side "dd99$(printf '%08x%08x' $side $side)000000010000000000000000202020f$ones"0
		fails_with 3 "x.fits: HDU 1: cut short or corrupt: tile 1: its" cut x.fits
		# a line list longer than its bytes, and one beyond its pixels
		crafted x.fits PLIO_1 32 $side 000000647fff400a400a
		fails_with 3 "tile 1: its bytes end too early" cut x.fits
		crafted x.fits PLIO_1 32 $side 00000064000540104001
		fails_with 3 "tile 1: its line list ends before its pixels" cut x.fits
		crafted x.fits GZIP_1 32 $side "$zeros"
		fails_with 3 "tile 1: its gzip data are wrong" cut x.fits
		crafted x.fits NOCOMPRESS 32 $side "$zeros"
		fails_with 3 "tile 1: it has another number of bytes" cut x.fits
		crafted x.fits RICE_1 32 $side ''
		fails_with 3 "tile 1: it has no bytes" cut x.fits
	done
	crafted x.fits RICE_7 32 100 "$ones"
	fails_with 3 "x.fits: cut short or corrupt" cut x.fits # by CFITSIO
	crafted x.fits RICE_1 24 100 "$ones"
	fails_with 1 "x.fits: HDU 1: ZBITPIX: expected 8" cut x.fits
	crafted x.fits RICE_1 32 100 "$ones" "ZNAME1  = 'BYTEPIX '" "ZVAL1   =                    3"
	fails_with 1 "BYTEPIX of RICE_1: expected 1, 2 or 4, found 3" cut x.fits
	crafted x.fits RICE_1 -32 100 "$ones"
	fails_with 1 "ZSCALE: expected a column" cut x.fits
	crafted x.fits RICE_1 -32 100 "$ones" "ZNAME1  = 'BLOCKSIZE'" "ZVAL1   =                   32" "ZSCALE  =                  nan" "ZZERO   =                  1.0"
	fails_with 1 "ZSCALE" cut x.fits
	crafted x.fits GZIP_1 -32 100 "$ones" "ZQUANTIZ= 'OTHER   '"
	fails_with 1 "ZQUANTIZ: expected NONE" cut x.fits
}

@test "masks in tiles are read as plain ones are, by every codec" {
	need_python astropy
	frame frame-r.fits star=50,50,100
	frame mask.fits BITPIX=32 set=50,50,8 set=51,50,16
	cutout -q -c galaxies.csv -f frame-r.fits -b r -s 31 -m mask.fits --mask-bits 3 -o plain.pz
	for codec in RICE_1 GZIP_1 GZIP_2 PLIO_1 HCOMPRESS_1; do
		/usr/bin/python3 -c "
from astropy.io import fits
fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(fits.getdata('mask.fits'), compression_type='$codec')]).writeto('packed.fits', overwrite=True)"
		cutout -q -c galaxies.csv -f frame-r.fits -b r -s 31 -m packed.fits --mask-bits 3 -o packed.pz
		cmp <(records <plain.pz) <(records <packed.pz)
		cutout -q -c galaxies.csv -f frame-r.fits -b r -s 31 -m packed.fits -o all.pz
		differ <(records <plain.pz) <(records <all.pz)
	done
}

# CFITSIO, which alone writes such images, stores 5 as 5; 15 is the bit that 32768 would be.
@test "16 bits without sign in tiles of PLIO have no offset" {
	list=00000007ff9c000c000000000000100500004fff4fff4712 # 10000 pixels of 5
	cards=("ZNAME1  = 'BLOCKSIZE'" "ZVAL1   =                   32" "BSCALE  =                    1")
	crafted x.fits PLIO_1 16 100 $list "${cards[@]}" "BZERO   =                32768"
	run -0 inspect --stats <(cut x.fits -k nearest)
	[[ $output =~ pixels\ r\ +64\ +0\ +5\ +5\ +5\ +5 ]]
	crafted y.fits PLIO_1 16 100 $list "${cards[@]}" "BZERO   =                   10"
	run -0 inspect --stats <(cut y.fits -k nearest)
	[[ $output =~ pixels\ r\ +64\ +0\ +15\ +15\ +15\ +15 ]]
	for bits in 15:1 1:1 0:0 2:0; do
		cut y.fits -k nearest -m x.fits --mask-bits "${bits%:*}" -o out.pz
		run -0 records <out.pz
		[[ $output == *"\"cover\": [${bits#*:}"* ]]
	done
}

@test "a tile without a scale has no data; the others have" {
	need_python astropy
	frame frame-r.fits noise=3 BUNIT=nanomaggy
	/usr/bin/python3 - <<-'END'
		import shutil
		from astropy.io import fits
		image, header = fits.getdata("frame-r.fits", header=True)
		fits.CompImageHDU(image, header, compression_type="RICE_1", tile_size=(100, 1), quantize_level=4).writeto("whole.fits")
		shutil.copy("whole.fits", "holed.fits")
		file = fits.open("holed.fits", mode="update", disable_image_compression=True)
		file[1].data["ZSCALE"][49] = float("nan") # as astropy writes a row that has a NaN
		file.close()
	END
	cut holed.fits -k nearest --native -o holed.pz
	cut whole.fits -k nearest --native -o whole.pz
	run -0 /usr/bin/python3 - <(records <holed.pz) <(records <whole.pz) <<-'END'
		import json, sys
		from astropy.io import fits
		(holed, whole) = (json.loads(open(name).readline()) for name in sys.argv[1:])
		rows = [holed["img"][8 * i:8 * i + 8] for i in range(8)]
		lost = [i for i in range(8) if rows[i] == [0] * 8]
		assert len(lost) == 1 and holed["cover"] == [0.875], holed["cover"]
		assert all(rows[i] == whole["img"][8 * i:8 * i + 8] for i in range(8) if i not in lost)
	END
}

@test "planes of a mask by name, as each mask numbers them" {
	frame frame-r.fits value=1
	by() { cutout -q -c galaxies.csv -f frame-r.fits -b r -s 9 -m mask.fits --mask-bits "$1" -o "$2"; }
	frame mask.fits BITPIX=32 set=50,50,4 MP_BAD=0 MP_SAT=2
	by 2 want.pz
	for name in SAT MP_SAT sat mp_sat 0,SAT BAD,SAT; do
		by "$name" got.pz
		cmp <(records <want.pz) <(records <got.pz)
	done
	by BAD got.pz
	differ <(records <want.pz) <(records <got.pz)
	fails_with 1 "mask.fits: HDU 0: no mask plane 'CR'; it has BAD, SAT" by SAT,CR got.pz
	# the same name, another number
	for cards in 'MP_SAT=2 MP_BAD=1' 'MB_SAT=4' 'MBIT_2=SAT MBIT_1=BAD' 'BITNM2=SAT' 'MSKN0003=SAT MSKM0003=4' 'MSKN0002=SAT MSKN0001=BAD' 'MSKNAM05=SAT MSKVAL05=4'; do
		# shellcheck disable=SC2086  # several
		frame mask.fits BITPIX=32 set=50,50,4 $cards
		by SAT got.pz
		cmp <(records <want.pz) <(records <got.pz)
	done
	frame mask.fits BITPIX=32 set=50,50,4 MP_SAT=2 MB_SAT=8
	fails_with 1 "mask plane 'SAT' has two values, 0x4 and 0x8" by SAT got.pz
	frame mask.fits BITPIX=32 set=50,50,4
	fails_with 1 "no mask plane 'SAT': its header names none" by SAT got.pz
	frame mask.fits BITPIX=-32 set=50,50,4 MP_SAT=2
	fails_with 1 "expected a mask of integers for bits" by SAT got.pz
}
