#!/usr/bin/env bats
# surveys.bats -- presets of surveys: found, listed, and right for files as archives write them

# shellcheck disable=SC2034,SC2154  # samples.bash sets and uses names
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	root=$BATS_TEST_DIRNAME/../..
}

cut_survey() { cutout -q --survey "$1" -c "$1/galaxies.csv" --size 24 "${@:2}"; }

@test "frames as the archives write them: fluxes, bands, masks, with nothing but --survey" {
	need_python astropy
	"$BATS_TEST_DIRNAME/surveys.py" make
	while read -r survey; do
		cut_survey "$survey" -f "$survey" -o "$survey.pz"
		toarray -q -o "$survey.npz" "$survey.pz"
		header <"$survey.pz" >"$survey.json"
	done < <("$BATS_TEST_DIRNAME/surveys.py" names)
	"$BATS_TEST_DIRNAME/surveys.py" check

	# what the preset fills in is in the history
	header <hsc.pz | grep -q -- '--bands g,r,i,z,y.*--hdu IMAGE|1' || { header <hsc.pz; false; }
	header <hsc.pz | grep -q -- '--zeropoint FLUXMAG0'
	header <hsc.pz | grep -q -- '--mask-bits BAD,SAT,NO_DATA'

	# options come first: a band, its own pattern, no masks, another mask
	cut_survey hsc -f 'hsc/calexp-%b-*.fits' -b i,g --pixscale 0.2 | header | grep -q '"bands": \["i", "g"\].*"pixscale": 0.2'
	cut_survey kids -f kids --mask none -o bare.pz
	inspect --tsv bare.pz | grep -c '\[1.0,1.0,1.0,1.0\]' >whole || true
	cut_survey kids -f kids --mask-bits 3 -o other.pz
	differ <(records <kids.pz) <(records <bare.pz)
	differ <(records <kids.pz) <(records <other.pz)
	cut_survey des -f des --mask-hdu WGT --mask-weights -o weights.pz
	cmp <(records <weights.pz) <(records <des.pz)
	cutout --survey des -c des/galaxies.csv -f des --zeropoint 22.5 --size 24 2>/dev/null | header | grep -q '"unit": "nmgy"'

	# masks that were not fetched
	rm legacy/*maskbits*
	cutout --survey legacy -c legacy/galaxies.csv -f legacy --size 24 -o unmasked.pz 2>said
	grep -q "no masks: no frame has a file beside it with '-maskbits.' in place of '-image-%b.' in its name, as legacy/legacysurvey-1500p020-image-g.fits.fz: stamps are cut without masks" said

	# a list of frames has its own masks, or those that the survey has
	printf 'file,band\n%s,u\n%s,r\n' unions/CFIS.150.264.u.fits unions/CFIS.150.264.r.fits >frames.csv
	cut_survey unions -f @frames.csv -o listed.pz
	cmp <(records <listed.pz) <(records <unions.pz)
	printf 'file,band,mask\n%s,u,%s\n%s,r,%s\n' unions/CFIS.150.264.{u.fits,u.weight.fits.fz,r.fits,r.weight.fits.fz} >frames.csv
	cut_survey unions -f @frames.csv -o listed.pz
	cmp <(records <listed.pz) <(records <unions.pz)
	fails_with 2 "has no names of files: expected a pattern" cut_survey hsc -f hsc --survey "$root/pipelines/surveys/demo.json"
}

@test "mock --layout: the stamps of plain frames, with masks applied, from files of every archive" {
	need_python numpy astropy
	cut() { cutout -q -c "$1/catalogue.fits" -f "$2" --size 24 --pixscale 0.25 "${@:3}" | toarray -q -o "$1.npz"; }
	pixels=(--galaxies 60 --seed 3 --pixscale 0.25)
	mock -q "${pixels[@]}" --aligned plain
	while read -r survey bands shown; do
		mock -q "${pixels[@]}" --layout "$survey" "$survey"
		cut "$survey" "$survey" --survey "$survey" -b "$bands"
		cut plain 'plain/frame-%b-*.fits' -b "$shown" -j 1
		/usr/bin/python3 "$BATS_TEST_DIRNAME/surveys.py" same "$survey.npz" plain.npz >masked
		[[ $survey == euclid ]] || differ masked <(echo 0 masked)
		# frames of all bands, in tiles that overlap, and of no other name
		[ "$(find "$survey" -name '*mock*' | wc -l)" = "$(find "$survey" ! -name catalogue.fits -type f | wc -l)" ]
	done <<-END
		legacy g,r,i,z g,r,i,z
		panstarrs g,r,i,z g,r,i,z
		hsc g,r,i,z g,r,i,z
		rubin u,g,r,i,z u,g,r,i,z
		des g,r,i,z g,r,i,z
		kids u,g,r,i u,g,r,i
		euclid VIS,Y,DES-G r,z,g
		unions u,r u,r
	END

	# another sky in the same folder: what mock wrote goes, a real file stays
	touch kids/KiDS_DR5.0_150.0_2.5_r_sci.fits kids/KiDS_DRmock_00001_r_sci.fits.part
	mock -q --galaxies 1 --layout unions kids
	[[ $(cd kids && echo *) == "CFIS.mock.00001.r.fits CFIS.mock.00001.r.weight.fits.fz CFIS.mock.00001.u.fits "*" KiDS_DR5.0_150.0_2.5_r_sci.fits catalogue.fits" ]]
	fails_with 2 "expected one of sdss,legacy,panstarrs" mock --layout sloan x
	fails_with 2 "compress" mock --layout hsc --compress gz x
	fails_with 2 "pixel scale: expected 0.05 to 5 arcsec" mock --pixscale 0.01 x
}

# The records of a survey's stamps, from frames named otherwise, as they were before.
same_stamps() {
	cut_survey "$@" -o again.pz
	cmp <(records <again.pz) <(records <"$1.pz")
}

@test "files packed or not, in folders of folders, HDUs in another order, commas in names" {
	need_python astropy
	"$BATS_TEST_DIRNAME/surveys.py" make
	for survey in sdss legacy hsc kids unions; do cut_survey $survey -f $survey -o $survey.pz; done
	bunzip2 sdss/frame-[gr]-*
	gzip sdss/frame-g-*
	gzip kids/*_g_sci.fits kids/*_r_msk.fits
	gzip -k kids/*_u_sci.fits # one of the two
	gzip unions/CFIS.150.264.r.fits
	for survey in sdss kids unions; do same_stamps $survey -f $survey; done

	# a tree as wget leaves it; band, tract and patch are folders
	for band in G R I Z Y; do
		mkdir -p "tree/HSC-$band/9813/4,4"
		mv hsc/calexp-HSC-$band-* "tree/HSC-$band/9813/4,4"
	done
	same_stamps hsc -f tree
	cut_survey hsc -f "tree/HSC-I/9813/4,4" -b i | count | grep -qx 2
	mkdir flat tree/150 && cp tree/*/*/*/calexp* flat
	same_stamps hsc -f 'flat/calexp-%b-9813-4,4.fits'
	cut_survey hsc -f 'flat/calexp-%b-9813-4,4.fits,none/calexp-%b-*.fits' -b i | count | grep -qx 2
	mv legacy/*.fz tree/150
	same_stamps legacy -f tree
	same_stamps legacy -f 'tree/150/*-%b.fits.fz'
	fails_with 1 "no frame in band u: no file matches 'flat/%/frame-%b-*.fits%z'" cut_survey sdss -f flat

	# masks before images; without names, numbers count
	for order in VARIANCE,MASK,IMAGE image,mask,variance; do
		"$BATS_TEST_DIRNAME/surveys.py" patches $order
		same_stamps hsc -f patches
	done
}

@test "lists and tables of a survey's frames: fields, bands and masks by its names" {
	need_python astropy
	"$BATS_TEST_DIRNAME/surveys.py" make
	for survey in legacy hsc des euclid panstarrs; do
		cut_survey $survey -f $survey -o $survey.pz
		printf '%s\n' $survey/*.fits* | grep -v mask >$survey.list
	done
	for survey in legacy hsc des euclid panstarrs; do same_stamps $survey -f @$survey.list; done
	# by what the files call the bands, in folders of the instruments, beside the table
	mkdir euclid/VIS euclid/NISP
	mv euclid/*-VIS_* euclid/VIS
	mv euclid/EUC* euclid/NISP
	(cd euclid && echo file,band && printf '%s\n' */EUC* | sed -E 's/.*MOSAIC-([A-Z-]*)_.*/&,\1/') >euclid/table.csv
	same_stamps euclid -f @euclid/table.csv
	same_stamps euclid -f euclid
	fails_with 1 "no frame in band g" cut_survey euclid -f @euclid/table.csv -b VIS,g
	{ echo file,band && sed 's|^hsc/\(calexp-HSC-\(.\).*\)$|"\1",\L\2|' hsc.list; } >hsc/table.csv
	same_stamps hsc -f @hsc/table.csv
}

@test "KiDS and VIKING in a table: zero points 0 and others, pixels of 0.2 and 0.339 arcsec" {
	for band in u g r i; do "$here/frame.py" "KiDS_DR5.0_10.0_0.0_${band}_sci.fits" star=50,50,2e-7 scale=0.2; done
	"$here/frame.py" k-Z.fits star=50,50,200 scale=0.339
	"$here/frame.py" k-J.fits star=50,50,300 scale=0.339
	printf 'id,ra,dec\n1,10,0\n' >galaxies.csv
	{
		echo file,band,zeropoint,field
		for band in u g r i; do echo "KiDS_DR5.0_10.0_0.0_${band}_sci.fits,$band,$([ $band = u ] || echo 0),a"; done
		echo k-Z.fits,Z,22.5,a
		echo k-J.fits,J,25,a
		echo k-Ks.fits,Ks,25,a
	} >frames.csv
	cutout -q --survey kids -c galaxies.csv -f @frames.csv -b u,g,r,i,Z,J --mask none --size 49 | records |
		/usr/bin/python3 -c '
import json, sys
stamp = json.loads(next(sys.stdin))["img"]
n = len(stamp) // 6
for b, want in enumerate((200, 200, 200, 200, 200, 30)):
    flux = sum(stamp[b * n:(b + 1) * n])
    assert abs(flux / want - 1) < 2e-3, (b, flux)'
	# elsewhere 0 is no zero point
	fails_with 1 "row 2: zeropoint: expected a magnitude" cutout --survey des -c galaxies.csv -f @frames.csv -b g
}

@test "mock --layout sdss is what the preset sdss reads" {
	mock -q --galaxies 20 --seed 3 --layout sdss sky
	cutout -q --survey sdss -c sky/catalogue.fits -f sky --size 16 -o by.pz
	cutout -q -c sky/catalogue.fits -f 'sky/frame-%b-*.fits' --size 16 -o plain.pz
	cmp <(records <by.pz) <(records <plain.pz)
}

@test "Legacy Surveys: where a band was not observed, by zeros and by invvar, bricks without a band, cutouts of the service" {
	need_python numpy astropy
	"$BATS_TEST_DIRNAME/surveys.py" make
	cut_survey legacy -f legacy -o legacy.pz
	/usr/bin/python3 - <<'PY'
import numpy as np
from astropy.io import fits
cube = []
for band in "griz":
    with fits.open(f"legacy/legacysurvey-1500p020-image-{band}.fits.fz") as file:
        image, header = file[1].data.copy(), file[1].header.copy()
    cube.append(image.copy())
    weight = np.ones(image.shape, "f4")
    weight[34, 37] = 0          # the bad pixel of surveys.py
    if band == "i":
        weight[:, 45:], image[:, 45:] = 0, 0
        fits.CompImageHDU(image, header, name="IMAGE", quantize_method=2).writeto(
            "legacy/legacysurvey-1500p020-image-i.fits.fz", overwrite=True)
    fits.CompImageHDU(weight, header).writeto(f"legacy/legacysurvey-1500p020-invvar-{band}.fits.fz")
with fits.open("legacy/legacysurvey-1500p020-maskbits.fits.fz") as file:
    bits = file[1].data.astype("i2")
header = fits.Header([card for card in header.cards if card.keyword not in ("EXTNAME", "CHECKSUM", "DATASUM")])
def with_bands(kind):
    h = header.copy()
    h["IMAGETYP"], h["BANDS"] = kind, "griz"
    for i, band in enumerate("griz"):
        h[f"BAND{i}"] = band
    return h
fits.HDUList([fits.PrimaryHDU(np.array(cube), with_bands("IMAGE")),
              fits.ImageHDU(np.ones((4, *bits.shape), "f4"), with_bands("INVVAR")),
              fits.ImageHDU(bits, with_bands("MASKBITS"))]).writeto("cutout_150.0000_2.0000.fits")
PY
	cut_survey legacy -f cutout_150.0000_2.0000.fits --mask cutout_150.0000_2.0000.fits --mask-hdu 2 -o cube.pz
	cmp <(records <cube.pz) <(records <legacy.pz)
	# zeros are pixels without data, unless a user knows better
	cut_survey legacy -f legacy -o zeros.pz
	cut_survey legacy -f legacy --nodata none -o data.pz
	for name in zeros data; do toarray -q -o $name.npz $name.pz; done
	/usr/bin/python3 -c '
import numpy as np
zeros, data = (np.load(name) for name in ("zeros.npz", "data.npz"))
first, second = zeros["cover"][np.argsort(zeros["id"])]
assert (second == [1, 1, 0, 1]).all(), second
assert (data["cover"][np.argsort(data["id"])][1] == 1).all(), data["cover"]'
	by_weights=(legacy -f legacy --mask 'legacy/legacysurvey-*-invvar-%b.fits.fz' --mask-weights)
	cut_survey "${by_weights[@]}" | toarray -q -o seen.npz
	/usr/bin/python3 -c '
import numpy as np
seen = np.load("seen.npz")
first, second = seen["cover"][np.argsort(seen["id"])]
assert ((first > 0.99) & (first < 1)).all(), first
assert (second == [1, 1, 0, 1]).all(), second'
	cut_survey "${by_weights[@]}" --min-cover 0.9 | count | grep -qx 1
	rm legacy/*-image-i.fits.fz
	cut_survey legacy -b g,r,z -f legacy | count | grep -qx 2
	fails_with 1 "no frame in band i" cut_survey legacy -f legacy
}

@test "a real brick of the Legacy Surveys" {
	need_python astropy
	[[ -d ${PZ_SHARED:-$root/../shared}/data/fits-zoo ]] || skip "no shared data"
	/usr/bin/python3 - "${PZ_SHARED:-$root/../shared}/data/fits-zoo/legacysurvey-0959p805-image-g.fits.fz" <<'PY'
import sys
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
h = fits.open(sys.argv[1])[1]
d = h.data[:400, :400]
y, x = (int(v) + 40 for v in np.unravel_index(np.argmax(d[40:-40, 40:-40]), (320, 320)))
ra, dec = WCS(h.header).all_pix2world(x, y, 0)
open("one.csv", "w").write(f"id,ra,dec,sum\n1,{ra:.8f},{dec:.8f},{d[y-16:y+17, x-16:x+17].astype(float).sum()}\n")
PY
	ln -s "${PZ_SHARED:-$root/../shared}"/data/fits-zoo/legacysurvey-0959p805-image-g.fits.fz .
	cutout -q --survey legacy -c one.csv -f . -b g --native -k nearest --size 33 -o one.pz
	toarray -q -o one.npz one.pz
	/usr/bin/python3 -c '
import numpy as np
d = np.load("one.npz")["image"].astype(float).sum()
e = float(open("one.csv").read().split(",")[-1])
assert abs(d / e - 1) < 1e-5 and e > 1, (d, e)'
}

@test "presets are listed, and are those of the completions and of the folder" {
	inspect --surveys | grep -v '^ ' >names
	for name in $(fromtable --completion | awk -F'\t' '$1 == "survey" { print $5 }' | tr , ' '); do
		grep -qx "$name" names
		grep -q '"about"' "$root/pipelines/surveys/$name.json"
	done
	cmp <(grep -l '"about"' "$root"/pipelines/surveys/*.json | sed 's|.*/||; s|\.json$||' | LC_ALL=C sort) \
		<(fromtable --completion | awk -F'\t' '$1 == "survey" { print $5 }' | tr , '\n' | LC_ALL=C sort)
	inspect --surveys panstarrs | grep -q 'zero point  PS1'
	inspect --surveys hsc | grep -q 'masks       in the files of the frames, HDU MASK|2, bad: BAD,SAT,NO_DATA'
	fails_with 2 "survey 'panstars': expected catalogue, cfhtls-deep" inspect --surveys panstars
	fails_with 2 "did you mean panstarrs?" inspect --surveys panstars
	[[ $(cutout --completion | awk -F'\t' '$1 == "survey" { print $5 }') == *,unions ]]
	fails_with 2 "exclude each other" inspect --surveys --check
}

@test "PZ_SURVEYS names further folders, which come first" {
	mkdir mine
	sed 's/"bins": 180/"bins": 90/; s/SDSS DR8/mine/' "$root/pipelines/surveys/sdss.json" >mine/sdss.json
	echo '{"survey": "tiny", "grid": {"bins": 40}}' >mine/tiny.json
	PZ_SURVEYS=nowhere:mine inspect --surveys sdss | grep -q '0.4, 90 bins'
	PZ_SURVEYS=mine inspect --surveys | grep -qx tiny
	inspect --surveys sdss | grep -q '0.4, 180 bins'
	# a program that lies alone knows sdss, and says where others are expected
	cp "$(command -v inspect)" alone
	./alone --surveys sdss | grep -q 'rows        r from 12.5, 11 of 0.5 mag'
	fails_with 2 "survey 'hsc': expected sdss or a JSON file" ./alone --surveys hsc
	fails_with 1 "found no folder of them; PZ_SURVEYS names one" ./alone --surveys
	[[ $(PZ_SURVEYS=$root/pipelines/surveys ./alone --surveys hsc) == "$(inspect --surveys hsc)" ]]
}

@test "mistakes in a preset are named" {
	bad() {
		echo "$1" >bad.json
		fails_with 2 "survey './bad.json': $2" inspect --surveys ./bad.json
	}
	bad '{"frames": {"zeropont": "30"}}' "unknown key 'frames.zeropont'; did you mean 'frames.zeropoint'?"
	bad '{"frames": {"bands": "g,r", "names": "G"}}' "key 'frames.names': expected one for each of 'g,r'"
	bad '{"frames": {"pixscale": -1}}' "key 'frames.pixscale': expected 0 to 3600"
	bad '{"mask": {"weights": 1}}' "key 'mask.weights': expected true or false"
	bad '{"mask": {"weights": true, "bits": "1"}}' "key 'mask.weights': expected no mask.bits beside it"
	bad '{"extinction": {"a band with a long name": 1}}' "extinction: expected at most 16 bands of 1 to 15 bytes"
	bad '{"extinction": {"g": "3"}}' "key 'extinction': expected a number"
	bad '{"grid": {"bins": -3}}' "key 'grid.bins': expected a whole number of at least 0"
}

@test "masks of frames in strips, packed, and of cubes: as if bad pixels were NaN" {
	need_python numpy astropy
	/usr/bin/python3 - <<'PY'
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
rng, side = np.random.default_rng(5), 2100 # more than 4 million pixels
h = fits.Header({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": side / 2,
                 "CRPIX2": side / 2, "CD1_1": -1e-4, "CD2_2": 1e-4, "BUNIT": "nanomaggy"})
def write(name, image, mask, header):
    bad = np.where(mask & 4, np.float32(np.nan), image)
    for part, data in ("image", image), ("mask", mask), ("nan", bad):
        fits.PrimaryHDU(data, header).writeto(f"{name}-{part}-r.fits")
    fits.CompImageHDU(mask, header).writeto(f"{name}-tiles-r.fits")
image = rng.random((side, side), "f4")
mask = rng.integers(0, 50, (side, side), "i4")
write("large", image, mask, h)
h["BANDS"], h["CRPIX1"], h["CRPIX2"] = "gr", 150, 150
write("cube", image[:600, :300].reshape(2, 300, 300), mask[:600, :300].reshape(2, 300, 300), h)
for name, n in ("large", side), ("cube", 300):
    with fits.open(f"{name}-image-r.fits") as file:
        w = WCS(file[0].header).celestial
    ra, dec = w.all_pix2world(*rng.uniform(15, n - 15, (2, 60)), 0)
    open(f"{name}.csv", "w").writelines(["id,ra,dec\n", *(f"{i},{a:.9f},{d:.9f}\n" for i, (a, d) in enumerate(zip(ra, dec)))])
PY
	gzip -1 -k large-image-r.fits large-mask-r.fits
	compare() { # catalogue, bands, frames, masks
		cutout -q -c "$1.csv" -b "$2" -f "$3" --mask "$4" --mask-bits 2 --size 24 -o masked.pz
		cutout -q -c "$1.csv" -b "$2" -f "$1-nan-r.fits" --size 24 -o nan.pz
		cmp <(records <masked.pz) <(records <nan.pz)
	}
	compare large r large-image-r.fits large-mask-r.fits
	compare large r large-image-r.fits large-tiles-r.fits
	compare large r large-image-r.fits.gz large-mask-r.fits.gz
	compare cube g,r cube-image-r.fits cube-mask-r.fits
	compare cube g,r cube-image-r.fits cube-tiles-r.fits
}
