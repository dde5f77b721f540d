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
	header <hsc.pz | grep -q -- '--bands g,r,i,z,y.*--hdu 1.*' || { header <hsc.pz; false; }
	header <hsc.pz | grep -q -- '--zeropoint FLUXMAG0'
	header <hsc.pz | grep -q -- '--mask-bits BAD,SAT,NO_DATA'

	# options come first: a band, its own pattern, no masks, another mask
	cut_survey hsc -f 'hsc/calexp-%b-*.fits' -b i,g --pixscale 0.2 | header | grep -q '"bands": \["i", "g"\].*"pixscale": 0.2'
	cut_survey kids -f kids --mask none -o bare.pz
	inspect --tsv bare.pz | grep -c '\[1.0,1.0,1.0,1.0\]' >whole || true
	cut_survey kids -f kids --mask-bits 3 -o other.pz
	differ <(records <kids.pz) <(records <bare.pz)
	differ <(records <kids.pz) <(records <other.pz)
	cut_survey des -f des --mask-hdu MSK --mask-bits 3 | records | grep -c . | grep -qx 2
	cutout --survey des -c des/galaxies.csv -f des --zeropoint 22.5 --size 24 2>/dev/null | header | grep -q '"unit": "nmgy"'

	# masks that were not fetched
	rm legacy/*maskbits*
	cutout --survey legacy -c legacy/galaxies.csv -f legacy --size 24 -o unmasked.pz 2>said
	grep -q "no masks: no file matches 'legacy/legacysurvey-\*-maskbits.fits.fz': stamps are cut without masks" said

	# a list of frames has its own masks, or none
	printf 'file,band\n%s,u\n%s,r\n' unions/CFIS.150.264.u.fits unions/CFIS.150.264.r.fits >frames.csv
	cut_survey unions -f @frames.csv | count | grep -qx 2
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
		euclid VIS,Y r,z
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
	inspect --surveys hsc | grep -q 'masks       in the files of the frames, HDU 2, bad: BAD,SAT,NO_DATA'
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
