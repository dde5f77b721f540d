#!/usr/bin/env bats
# archives.bats -- the recipes that archive.mk makes of surveys, on files as mock --layout writes them

bats_require_minimum_version 1.5.0

load quick

setup() { dir=$BATS_TEST_TMPDIR; }

recipe() { quick "$1.mk" OUT="$dir/$1" "${@:2}"; }
records() { inspect "$1" | sed -n 's/^records *\([0-9]*\).*/\1/p'; }

# Survey, bands, the columns for id, ra, dec, z, mag (and ebv), those that tell the files.
surveys() {
	cat <<-'END'
		legacy g,r,i,z ls_id,ra,dec,zspec,dered_mag_r,ebv brickname
		panstarrs g,r,i,z,y objID,raMean,decMean,zspec,rKronMag projectionID,skyCellID
		hsc g,r,i,z,y object_id,ra,dec,specz_redshift,mag tract,patch_x,patch_y
		rubin u,g,r,i,z,y objectId,coord_ra,coord_dec,zspec,i_cModelMag,ebv tract,patch
		des g,r,i,z,Y coadd_object_id,ra,dec,zspec,mag_auto_i_dered,ebv_sfd98 tilename,file_g,file_r,file_i,file_z,file_y
		kids u,g,r,i ID,RAJ2000,DECJ2000,zspec,mag KIDS_TILE
		euclid VIS,Y,J,H object_id,ra,dec,spe_z,mag,gal_ebv tileid
		unions u,r id,ra,dec,zspec,mag tile
	END
}

# What inspect --tsv says of a mock sky, as CSV with these titles; "extra" are further cells of each row.
# The last columns are magnitudes: z beside g and r is none of the redshifts.
as_of_archive() {
	local titles=$1 extra=${2:-} more=${3:-}

	awk -F'\t' -v OFS=, -v titles="$titles" -v extra="$extra" -v more="$more" '
		NR == 1 { print titles (extra ? "," extra : "") ",g,r,z"; n = split(titles, t, ","); next }
		{ printf "%s", $1; for (i = 2; i <= n; i++) printf ",%s", $i; print (more ? "," more : "") ",19,18,17" }'
}

@test "archives: the query names all that the recipe looks for" {
	while read -r survey _ columns files; do
		recipe "$survey" query >"$dir/query"
		for name in ${columns//,/ } ${files//,/ }; do
			grep -Eq "(AS |\b[a-z]\.|^--   ([a-z]+, )?)$name\b" "$dir/query" || { echo "$survey: $name" && false; }
		done
		recipe "$survey" -pq 2>/dev/null | grep -Eq "^COLUMNS := id=${columns%%,*},ra="
	done < <(surveys)
}

@test "archives: stamps with all bands, ids, redshifts, magnitudes and masks" {
	while read -r survey bands columns _; do
		sky=$dir/$survey-sky
		mock -q --galaxies 24 --density 24 --seed 2 --layout "$survey" "$sky"
		fromtable -q "$sky/catalogue.fits" --features r | inspect --tsv - >"$dir/table.tsv"
		as_of_archive "$columns" <"$dir/table.tsv" >"$dir/$survey.csv"
		recipe "$survey" CATALOGUE="$dir/$survey.csv" FRAMES="$sky" SIZE=24 COVER=0 \
			"$dir/$survey/stamps.pz" 2>"$dir/stages" || { cat "$dir/stages" && false; }
		inspect "$dir/$survey/stamps.pz" | grep -q "^bands  *\[\"${bands//,/\",\"}\"\]"
		# the same values as the sky's, of all galaxies; those of archives without E(B-V) end before it
		number=$(tr , '\n' <<<"$columns" | wc -l)
		cut -f "1-$number" "$dir/table.tsv" | sort >"$dir/want"
		inspect --tsv "$dir/$survey/stamps.pz" | cut -f "1-$number" | sort | cmp - "$dir/want"
		# masks leave out pixels, of some galaxies nearly all; Euclid's have none
		tests/tools/stream.py dump <"$dir/$survey/stamps.pz" | grep -o '"cover": \[[^]]*\]' >"$dir/cover"
		if [ "$survey" = euclid ]; then
			run ! grep -v '\[1.0, 1.0, 1.0, 1.0\]' "$dir/cover"
		else
			grep -q '0\.[0-9]' "$dir/cover"
		fi
	done < <(surveys)

	# what the archive could not select: by cover, by bits
	cut_again() {
		recipe kids CATALOGUE="$dir/kids.csv" FRAMES="$dir/kids-sky" SIZE=24 "$@" "$dir/kids/stamps.pz" 2>"$dir/stages"
	}
	cut_again COVER=0.999
	[ "$(records "$dir/kids/stamps.pz")" -lt 24 ]
	sed -i '1 s/$/,MASK/; 2,9 s/$/,6/; 10,$ s/$/,8192/' "$dir/kids.csv"
	cut_again COVER=0 CUT='--carry MASK' KEEP='bits(MASK, 6) = 0'
	[ "$(records "$dir/kids/stamps.pz")" = 16 ]
	# what it lacks, from elsewhere
	run ! cut_again DUST="$dir/nowhere"
	grep -q 'nowhere.*SFD_dust_4096' "$dir/stages"
}

@test "archives: in German the same, though numbers have a comma" {
	mock -q --galaxies 8 --density 8 --layout unions "$dir/sky"
	fromtable -q "$dir/sky/catalogue.fits" --features r | inspect --tsv - |
		as_of_archive id,ra,dec,zspec,mag tile 202.301 >"$dir/galaxies.csv"
	unions() { recipe unions CATALOGUE="$dir/galaxies.csv" FRAMES="$dir/sky" SIZE=8 "$dir/unions/"{files.urls,stamps.pz}; }
	unions
	mv "$dir/unions" "$dir/english"
	speak de_DE.UTF-8
	unions
	cmp "$dir/unions/files.urls" "$dir/english/files.urls"
	inspect --tsv "$dir/unions/stamps.pz" | cmp - <(inspect --tsv "$dir/english/stamps.pz")
}

# files SURVEY ROW ROW: the list of files of two galaxies whose cells, but for id and so on, are these
files() {
	local survey=$1 columns titles
	shift

	read -r _ _ columns titles < <(surveys | grep "^$survey ")
	{
		echo "$columns,$titles"
		printf "${columns//[^,]/},%s\r\n" "$@" # nothing else of a galaxy is needed
	} >"$dir/two.csv"
	recipe "$survey" CATALOGUE="$dir/two.csv" "$dir/$survey/files.urls"
	[ "$(sort "$dir/$survey/files.urls" | uniq -d | wc -l)" = 0 ]
}

# has SURVEY N LINE...: there are N files, and these are among them
has() {
	local list=$dir/$1/files.urls line

	[ "$(wc -l <"$list")" = "$2" ]
	for line in "${@:3}"; do
		grep -Fqx "$line" "$list" || { cat "$list" && false; }
	done
}

@test "archives: the files that two galaxies lie on" {
	files legacy 0532m280 1200p002
	base=https://portal.nersc.gov/cfs/cosmo/data/legacysurvey/dr10/south/coadd
	has legacy 10 "$base/053/0532m280/legacysurvey-0532m280-image-g.fits.fz" \
		"$base/120/1200p002/legacysurvey-1200p002-image-z.fits.fz" "$base/053/0532m280/legacysurvey-0532m280-maskbits.fits.fz"
	files panstarrs 784,27 1784,59
	base=https://ps1images.stsci.edu/rings.v3.skycell
	has panstarrs 20 "$base/0784/027/rings.v3.skycell.0784.027.stk.g.unconv.fits" \
		"$base/1784/059/rings.v3.skycell.1784.059.stk.y.unconv.mask.fits"
	files hsc 9813,4,4 9813,0,5
	base=https://hsc-release.mtk.nao.ac.jp/archive/filetree/pdr3_wide/deepCoadd-results
	has hsc 10 "$base/HSC-G/9813/4,4/calexp-HSC-G-9813-4,4.fits" "$base/HSC-Y/9813/0,5/calexp-HSC-Y-9813-0,5.fits"
	files rubin 5063,14 5063,14
	has rubin 6 deep_coadd_5063_14_u_lsst.fits deep_coadd_5063_14_y_lsst.fits
	tile=DES0000-0207
	cells=$tile
	for band in g r i z Y; do
		cells+=,${tile}_r4907p01_$band.fits.fz
	done
	files des "$cells" "$cells"
	has des 5 "https://desdr-server.ncsa.illinois.edu/despublic/dr2_tiles/$tile/${tile}_r4907p01_Y.fits.fz"
	files kids KIDS_150.1_2.2 KIDS_188.5_-2.5
	has kids 16 http://ds.astro.rug.astro-wise.org:8000/KiDS_DR5.0_150.1_2.2_u_sci.fits \
		http://ds.astro.rug.astro-wise.org:8000/KiDS_DR5.0_188.5_-2.5_i_msk.fits
	files euclid 102158277 102022477
	base=https://irsa.ipac.caltech.edu/ibe/data/euclid/q1/MER
	has euclid 8 "$base/102022477/VIS/EUC_MER_BGSUB-MOSAIC-VIS_TILE102022477-*.fits" \
		"$base/102158277/NISP/EUC_MER_BGSUB-MOSAIC-NIR-H_TILE102158277-*.fits"
	files unions 202.301 000.300
	has unions 8 vos:cfis/tiles_DR5/CFIS.202.301.r.fits vos:cfis/tiles_DR5/CFIS.000.300.u.weight.fits.fz
	# what curl does not get is listed, with how it is got
	run recipe rubin CATALOGUE="$dir/two.csv" fetch
	[[ $output == *"expected a column 'tract'"*"found id,ra,dec,zspec,mag,tile"* ]]
	run -0 recipe unions CATALOGUE="$dir/two.csv" fetch
	[[ $output == *"CFIS.000.300.r.fits"*"vcp"*"$dir/unions/frames"* ]]
}

@test "archives: a user who lacks the catalogue, files or columns is told what to do" {
	run ! recipe kids
	[[ $output == *"kids/galaxies.csv: no such file: it comes from the catalogue service of ESO"*"make -f pipelines/kids.mk query says"* ]]
	printf 'ls_id,ra,dec,brickname,dered_mag_r,ebv\n1,10,0,0100p000,17,.1\n2,10,0,,17,.1\n' >"$dir/galaxies.csv"
	run ! recipe legacy CATALOGUE="$dir/galaxies.csv" "$dir/legacy/stamps.pz"
	[[ $output == *"legacy/frames: no files there: make -f pipelines/legacy.mk fetch gets them, or says how"* ]]
	run ! recipe legacy CATALOGUE="$dir/galaxies.csv" FRAMES="$dir" "$dir/legacy/stamps.pz"
	[[ $output == *"no column 'zspec' for z; it has ls_id, ra, dec, brickname"* ]]
	run ! recipe legacy CATALOGUE="$dir/galaxies.csv" fetch
	[[ $output == *"line 3: expected a value in column 'brickname', found none"* ]]
	[ ! -e "$dir/legacy/files.urls" ]
	printf '<?xml version="1.0"?>\n<VOTABLE/>\n' >"$dir/galaxies.xml"
	run ! recipe legacy CATALOGUE="$dir/galaxies.xml" fetch
	[[ $output == *"galaxies.xml: expected CSV, found a FITS table or VOTable: save the result of the query as CSV"* ]]
	sed -i '$ d' "$dir/galaxies.csv"
	run ! recipe legacy CATALOGUE="$dir/galaxies.csv" ARCHIVE="file://$dir/nowhere/" fetch
	[[ $output == *"nowhere/010/0100p000/legacysurvey-0100p000-maskbits.fits.fz: could not be downloaded"* ]]
	sed -i '1 s/brickname/tile/' "$dir/galaxies.csv"
	run ! recipe legacy CATALOGUE="$dir/galaxies.csv" fetch
	[[ $output == *"expected a column 'brickname', which tells the files of a galaxy"* ]]
}

@test "Legacy Surveys: from the archive to the report" {
	mock -q --galaxies 320 --density 320 --seed 5 --layout legacy "$dir/sky"
	for brick in mock00001 mock00002; do
		mkdir -p "$dir/archive/moc/$brick"
		mv "$dir/sky/legacysurvey-$brick-"* "$dir/archive/moc/$brick"
	done
	fromtable -q "$dir/sky/catalogue.fits" --features r | inspect --tsv - |
		as_of_archive ls_id,ra,dec,zspec,dered_mag_r,ebv brickname mock00001 | sed '2 s/00001/00002/' >"$dir/galaxies.csv"
	legacy() {
		recipe legacy CATALOGUE="$dir/galaxies.csv" ARCHIVE="file://$dir/archive/" SIZE=16 COVER=0 \
			PARTS=train=0.6,test=0.4 THRESHOLD='--threshold 4' STEPS='step1 step3' "$@"
	}
	legacy fetch 2>"$dir/stages"
	[ "$(find "$dir/legacy/frames" -type f | wc -l)" = 10 ]
	legacy 2>"$dir/stages" || { cat "$dir/stages" && false; }
	grep -q '^== step 3' "$dir/stages"
	all_whole "$dir/legacy"
	[ "$(records "$dir/legacy/stamps.pz")" = 320 ]
	[ "$(head -1 "$dir/legacy/report.tsv" | cut -f2)" = step1 ]
	[ -s "$dir/legacy/figure.png" ]
	legacy 2>"$dir/stages"
	[ ! -s "$dir/stages" ]
}
