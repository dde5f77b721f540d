#!/usr/bin/env bats
# golden.bats -- the tools against the golden values, for both surveys (golden.py compares)
#
# The variances that the expected curves are weighted by come from all 20,000 galaxies and given
# dispersions: --variances and --dispersions. What no tool shows is left to the tests of the
# library, test_golden_*.c: each galaxy's variance and scatter, labels expanded over their bins,
# logits, gradients, what a step of Adam comes to.

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
# shellcheck disable=SC2317  # called by each_survey
load samples

setup() {
	golden=${PZ_GOLDEN:-${PZ_SHARED:-$BATS_TEST_DIRNAME/../../../shared}/golden}
	[ -r "$golden/README.md" ] || golden=$(realpath "$BATS_TEST_DIRNAME/../data/golden")
	export PZ_GOLDEN=$golden
	cd "$BATS_FILE_TMPDIR" || return
	settings=("sdss:sdss:0,0.4,180,90,90")
	# a public clone has values of the one survey alone
	[ ! -r "$golden/cfhtls_catalogue.csv" ] || settings+=("cfhtls:cfhtls-wide:0,4,1000,500,1000")
}

check() { "$here/golden.py" "$@"; }

# The catalogues write -9999 for a magnitude that is not known.
fromtable() { command fromtable --missing -9999 "$@"; }

# Columns of what expected.json lists, by commas.
listed() { /usr/bin/python3 -c "
import json
print(*json.load(open('$golden/$1_expected.json'))['sigma_disp']['used_below'], sep=',')"; }

# Streams of the survey's galaxies, all, for training and to test: once for the file.
make_streams() {
	local s=$1 survey=$2
	[ -e "$s.all.pz" ] && return
	fromtable --survey "$survey" "$golden/${s}_catalogue.csv" >"$s.all.pz"
	for set in 0:train 1:test; do
		awk -F, -v set="${set%:*}" 'NR == 1 || $7 == set' "$golden/${s}_catalogue.csv" |
			fromtable --survey "$survey" >"$s.${set#*:}.pz"
	done
}

# Runs its arguments with a survey's short and full name and grid.
each_survey() {
	local s survey grid
	for setting in "${settings[@]}"; do
		IFS=: read -r s survey grid <<<"$setting"
		make_streams "$s" "$survey"
		"$@" "$s" "$survey" "$grid"
	done
}

measure() {
	local s=$1
	[ -e "$s.json" ] || residuals --fit-from 0 --fit-count 1 --variances "$s.all.pz" \
		--dispersions "$(listed "$s")" --json - "$s.test.pz" >"$s.json"
}

@test "summary, curves, lines" {
	one() {
		measure "$1"
		check summary "$1" "$1.json"
		check curves "$1" "$1.json"
		check lines "$1" "$1.json"
		residuals --factor 0.5 --bootstrap 0 --variances "$1.all.pz" \
			--dispersions "$(listed "$1")" --json - "$1.test.pz" >"$1.half.json"
		check half_variances "$1" "$1.half.json"
	}
	each_survey one
}

@test "by magnitude: sigma_MAD and Wasserstein distance" {
	one() { measure "$1"; check by_mag "$1" "$1.json"; }
	each_survey one
}

@test "total variation and its floor" {
	one() { measure "$1"; check total_variation "$1" "$1.json"; }
	each_survey one
}

@test "p(z): CRPS and point estimates" {
	one() {
		local plain=${3%,*,*}
		cut -d, -f1-4 "$golden/$1_catalogue.csv" | fromtable -q --survey "$2" \
			--grid "$plain" --pz "$golden/$1_pz.csv" >"$1.pdf.pz"
		residuals --bootstrap 0 --json - "$1.pdf.pz" >"$1.pdf.json"
		check pz "$1" "$1.pdf.json"
		# each of the first ten by itself: a stream that has it twice
		for i in {1..10}; do
			id=$(sed -n "$i{s/,.*//p;q}" "$golden/$1_pz.csv")
			awk -F, -v id="$id" 'NR == 1 || $1 == id { print } $1 == id { print }' \
				"$golden/$1_catalogue.csv" | cut -d, -f1-4 |
				fromtable --survey "$2" --grid "$plain" --pz <(sed -n "$i{p;p;q}" "$golden/$1_pz.csv") |
				residuals -q --bootstrap 0 --json -
		done >"$1.ten.json"
		check crps "$1" "$1.ten.json"
		totable -q "$1.pdf.pz" >"$1.pdf.csv"
		check modes "$1" "$1.pdf.csv"
	}
	each_survey one
}

@test "the nearly balanced subset" {
	one() {
		for threshold in 20 5; do
			balance -v --threshold "$threshold" "$1.train.pz" 2>"$1.said" |
				totable -c z,mag >"$1.csv"
			check balance "$1" "$1.csv" "$threshold" "$1.said"
		done
	}
	each_survey one
}

@test "dispersions, and labels of steps 1 to 3" {
	one() {
		local header
		header=$(header <"$1.train.pz" | sed "s/\"kind\": \"predictions\"/\"kind\": \"stamps\", $pixels/")
		awk -F, 'FNR == NR { wanted[$1]; next } FNR > 1 && $1 in wanted {
			mag = $3 == "" || $3 == "nan" ? "NaN" : $3
			printf "{\"id\": %d, \"z\": %s, \"mag\": %s, \"img\": [0, 0, 0, 0, 0, 0, 0, 0]}\n", $1, $2, mag
		}' "$golden/$1_labels.csv" "$golden/$1_catalogue.csv" | make_stream "$header" >"$1.stamps.pz"
		softlabel --fit "$1.train.pz" "$1.stamps.pz" | header >"$1.header"
		check dispersion "$1" "$1.header"
		for sigma in 0.5 1 2 5 20; do
			softlabel --fit "$1.train.pz" "$1.stamps.pz" --dispersions \
				"$(/usr/bin/python3 -c "print(*[$sigma] * $(wc -w <<<"$(listed "$1" | tr , ' ')"), sep=',')")" |
				header
		done >"$1.probes"
		check objective "$1" "$1.probes"
		softlabel --fit "$1.train.pz" --dispersions "$(listed "$1")" --extend "${3#*,*,*,}" \
			"$1.stamps.pz" | records >"$1.labels"
		check labels "$1" "$1.labels"
		softlabel --fit "$1.train.pz" --dispersions "$(listed "$1")" --hard \
			"$1.stamps.pz" | records >"$1.labels"
		check hard_labels "$1" "$1.labels"
	}
	each_survey one
}

@test "row and bin of every galaxy" {
	one() {
		local header
		header=$(header <"$1.all.pz" | sed "s/\"kind\": \"predictions\"/\"kind\": \"stamps\", $pixels/")
		records <"$1.all.pz" | sed 's/}*$//; s/, "zphot".*//; s/$/, "img": [0, 0, 0, 0, 0, 0, 0, 0]}/' |
			make_stream "$header" | softlabel -q | records >"$1.labels"
		check cells "$1" "$1.labels"
	}
	each_survey one
}

@test "step 4: the plan" {
	one() {
		calibrate --train "$1.train.pz" --size 12000 --plan "$1.plan" --table "$1.table" \
			"$1.test.pz" | totable >"$1.calibrated.csv"
		check plan "$1" "$1.plan"
		check calibrated "$1" "$1.calibrated.csv"
	}
	each_survey one
}

@test "step 4: the table of the listed sample, and what it corrects" {
	one() {
		awk -F, 'FNR == NR { line[$1] = $0; next } { print line[$1] }' \
			"$golden/$1_catalogue.csv" "$golden/$1_resampled.csv" |
			fromtable --survey "$2" >"$1.resampled.pz"
		calibrate --train "$1.resampled.pz" --whole --table "$1.table.json" "$1.test.pz" >"$1.step4.pz"
		check step4_table "$1" "$1.table.json"
		totable -c id,zphot_mode "$1.step4.pz" >"$1.step4.csv"
		check step4_values "$1" "$1.step4.csv"
		residuals --fit-count 1 --bootstrap 0 --json - "$1.step4.pz" >"$1.step4.json"
		check corrected "$1" "$1.step4.json"
	}
	each_survey one
}

@test "step 4: the listed estimates, measured" {
	one() {
		paste -d, <(awk -F, 'NR == 1 || $7 == 1' "$golden/$1_catalogue.csv" | cut -d, -f1-4) \
			<(cut -d, -f2 "$golden/$1_step4_corrected.csv") |
			fromtable --survey "$2" --columns zphot=zphoto_corrected >"$1.corrected.pz"
		residuals --fit-count 1 --bootstrap 0 --json - "$1.corrected.pz" >"$1.corrected.json"
		check corrected "$1" "$1.corrected.json"
	}
	each_survey one
}

@test "fluxes, normalised" {
	one() {
		local divide=1
		[ "$1" = sdss ] || divide=1000
		awk -F, 'NR > 1 { printf "{\"id\": %d, \"img\": [%s, 0, 0, 0, 0, 0, 0, 0]}\n", NR, $1 }' \
			"$golden/normalise.csv" | make_stream "$stamps_header" |
			normalize --divide $divide | records >"$1.normal"
		check normalised "$1" "$1.normal"
	}
	each_survey one
}

@test "networks: p(z), features and loss of each" {
	need_python numpy
	networks() { "$here/golden_networks.py" "$@"; }
	for i in $(networks runs | cut -d' ' -f1); do
		networks model "$i" >n.model
		networks stamps "$i" >n.pz
		predict --features --model n.model n.pz >n.predictions
		train --raw --from n.model -n 1 -b 1 --rate 1e-12 --valid n.pz --log n.log n.pz >/dev/null
		networks check "$i" n.predictions n.log
	done
}
