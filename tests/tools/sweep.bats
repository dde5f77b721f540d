#!/usr/bin/env bats
# sweep.bats -- reports against what was varied

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 400 >a.pz
	make_predictions 400 1000 >b.pz
	residuals --bootstrap 5 --json one.json a=a.pz b=b.pz >one.tsv
	residuals --bootstrap 5 --json two.json b=b.pz c=a.pz >two.tsv
}

# The number of column NAME of value V and stream S in a table.
cell() { awk -F'\t' -v v="$2" -v s="$3" -v n="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == n) c = i }
	$1 == v && $2 == s { print $c }'; }

@test "a line for each value and stream, with the numbers of the reports" {
	sweep --name threshold 10=one.json 200=two.json >t.tsv
	[ "$(cut -f1,2 t.tsv | tr '\t\n' '/ ')" = "threshold/stream 10/a 10/b 200/b 200/c " ]
	for quantity in n tv tv_err tv_floor slope_zspec slope_zspec_err slope_zspec_bootstrap_err offset_zspec rms_zspec_curve_err \
		sigma_mad outlier_fraction_err mean_residual_err; do
		[ "$(cell $quantity 200 c <t.tsv)" = "$(awk -v q=$quantity '$1 == q { print $3 }' two.tsv)" ]
	done
	[ "$(cell tv 10 a <t.tsv)" = "$(cell tv 200 c <t.tsv)" ]
	sweep --name threshold 10=one.json 200=two.json -o named.tsv
	cmp t.tsv named.tsv
}

@test "sizes of the training subsets stand beside the numbers" {
	[ "$(sweep 10=one.json 200=two.json | cell subset 10 a)" = - ]
	sweep --subsets 3000,12345 10=one.json 200=two.json >t.tsv
	[ "$(cell subset 10 b <t.tsv),$(cell subset 200 c <t.tsv)" = 3000,12345 ]
	fails_with 2 "--subsets: expected a number for each of 2 reports, found 1" sweep --subsets 3 10=one.json 200=two.json
}

@test "what a report does not have is a dash" {
	echo '{"a": {"n": 3, "tv": {"value": null}}}' >bare.json
	[ "$(sweep 1=bare.json | cell n 1 a)" = 3 ]
	[ "$(sweep 1=bare.json | cell tv 1 a)" = - ]
	[ "$(sweep 1=bare.json | cell slope_zspec_err 1 a)" = - ]
	fails_with 1 "nothing to draw" sweep 1=bare.json --figure f.png -o table.tsv
	[ ! -e f.png ]
	# the table is whole all the same
	sweep 1=bare.json | cmp - table.tsv
}

@test "the figure: values as numbers, as logarithms, as names" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for f in png pdf svg; do
		sweep 10=one.json 200=two.json --figure f.$f >t.tsv
		[ "$(stat -c %s f.$f)" -gt 5000 ]
	done
	[ "$(wc -l <t.tsv)" = 5 ]
	# the columns of a stream's data, and its own floor
	sweep --gnuplot 10=one.json 200=two.json >floors.gp
	for k in 0:a:10 1:b:10 1:b:200 2:c:200; do
		IFS=: read -r stream name value <<<"$k"
		sed -n "/^\$stream$stream << EOD/,/^EOD/p" floors.gp | awk -v v="$value" 'NF == 10 && ($1 > 100) == (v > 100)' >drawn
		[ "$(wc -l <drawn)" = 1 ]
		for column in 4:tv 6:sigma_mad 7:sigma_mad_err 8:outlier_fraction 10:tv_floor; do
			awk -v want="$(cell "${column#*:}" "$value" "$name" <t.tsv)" -v c="${column%:*}" \
				'{ exit !(($c - want)^2 < 1e-12) }' drawn
		done
	done
	sweep --gnuplot --log 10=one.json 200=two.json >log.gp
	grep -q "set xtics ('10' 1, '200' 2.30103)" log.gp
	sweep --gnuplot --name "it's" S1=one.json 200=two.json >names.gp
	grep -q "set xtics ('S1' 0, '200' 1)" names.gp
	grep -qF 'set xlabel "it\047s" noenhanced' names.gp
	gnuplot -e "set terminal dumb" names.gp >drawn
	[ -s drawn ]
}

@test "refuses what it cannot read or draw" {
	fails_with 2 "1 to 64 operands" sweep
	fails_with 2 "expected VALUE=REPORT" sweep one.json
	fails_with 2 "expected VALUE=REPORT" sweep =one.json
	fails_with 2 "found two for '1'" sweep 1=one.json 1=two.json
	fails_with 2 "logarithmic axis cannot have 0" sweep --log 0=one.json 1=two.json --figure f.png
	fails_with 2 "ends in .png" sweep 1=one.json --figure f.gif
	fails_with 1 "no-such.json" sweep 1=no-such.json
	for text in '' '[]' '{}' '{"a": 1}' '{"a": {}}' '{"a": {"n": 1}, "a": {"n": 1}}' '{"a": {"n": 1}'; do
		echo "$text" >bad.json
		fails_with 1 "sweep: bad.json: " sweep 1=bad.json
	done
	/usr/bin/python3 -c 'import json; print(json.dumps({f"s{i}": {"n": 1} for i in range(17)}))' >many.json
	fails_with 2 "expected at most 16 streams" sweep 1=many.json
}
