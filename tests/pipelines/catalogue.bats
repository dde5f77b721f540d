#!/usr/bin/env bats
# catalogue.bats -- the method without images: from a table of magnitudes to the figure, in one command

bats_require_minimum_version 1.5.0

load quick

setup() { dir=$BATS_TEST_TMPDIR; }

# A table of 1500 galaxies whose colours say something of their redshifts.
make_table() {
	awk 'BEGIN {
		srand(4)
		print "id,zspec,g,r,i"
		for (n = 1; n <= 1500; n++) {
			z = .75 * rand(); r = 17 + 3 * rand()
			printf "%d,%.5f,%.4f,%.4f,%.4f\n", n, z, r + .5 + z + .1 * rand(), r, r - .2 - .5 * z + .1 * rand()
		}
	}'
}

# The features' network is small, as that of the stamps in quick.bash.
catalogue() {
	printf 'features\ndense 16 relu\n' >"$dir/features.net"
	quick catalogue.mk TABLE="$dir/galaxies.csv" FEATURES=g,r,i OUT="$dir/out" "$@" NET="$dir/features.net" ENSEMBLE=1 \
		FROMTABLE='--carry m_g=g,m_r=r,m_i=i' MAGNITUDES=m_g,m_r,m_i
}

@test "one command makes the figure from a table, and makes nothing twice" {
	make_table >"$dir/galaxies.csv"
	catalogue SEED=1 >"$dir/said" 2>&1 || { cat "$dir/said" && false; }
	all_whole "$dir/out"
	[ -s "$dir/out/figure.png" ]
	[ -s "$dir/out/report.json" ]
	[ ! -e "$dir/out/sheet.png" ]
	grep -q "^figure .*out/figure.png" "$dir/said"
	for step in baseline step1 step2 step3 step3a step3b step4 step5 knn knn-mag; do
		grep -q "$step" "$dir/out/report.tsv"
	done
	inspect "$dir/out/step4.pz" | grep -q '"g","r","i","g-r","r-i"'
	catalogue SEED=1 >"$dir/said" 2>&1
	run ! grep "residuals, table" "$dir/said"
	# another table: everything is made again
	sed -i 's/^7,/70001,/' "$dir/galaxies.csv"
	catalogue SEED=1 2>&1 | grep -q "residuals, table"
}

@test "a table without the columns is refused, and says which there are" {
	make_table | cut -d, -f 1-3 >"$dir/galaxies.csv"
	run ! catalogue SEED=1
	[[ $output == *"no column 'r' for"*"it has id, zspec, g"* ]]
	[ ! -e "$dir/out/galaxies.pz" ]
}
