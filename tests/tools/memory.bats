#!/usr/bin/env bats
# memory.bats -- no tool holds stamps: a stream larger than what it may take passes through it

bats_require_minimum_version 1.5.0

MOST=48 # MiB, the libraries' own included

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_stream stamps 40 64 >few.pz
	make_stream labelled 40 64 >few.labelled
	for ((i = 0; i < 30; i++)); do cat few.pz; done >stamps.pz # 98 MB
	for ((i = 0; i < 30; i++)); do cat few.labelled; done >labelled.pz
	printf 'pool\npool\nconv 3x3 8 prelu\npool\nmean\nebv\ndense 32 relu\n' >small.net
	train -q --net small.net -n 1 -b 2 few.labelled -o small.model
}

# stays_small COMMAND...: at most so much of it is ever resident
stays_small() {
	local found
	found=$(/usr/bin/python3 -c "
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)" "$@")
	if ((found > MOST)); then
		echo "$*: $found MiB"
		return 1
	fi
}

@test "no tool holds stamps in memory, of a file or a pipe" {
	if grep -q __asan "$(command -v inspect)"; then skip "a sanitizer holds what was freed"; fi
	while read -ra command; do
		stays_small "${command[@]}" -j 2 stamps.pz
		stays_small "${command[@]}" -j 2 < <(cat stamps.pz)
	done <<-'END'
		inspect
		inspect --check
		inspect --tsv
		inspect --stats
		inspect --fields
		partition --keep train
		balance -t 1000
		normalize --pixel f2
		softlabel --hard
		knn -q --train stamps.pz
		totable -q
	END
	while read -ra command; do
		stays_small "${command[@]}" -j 2 labelled.pz
		stays_small "${command[@]}" -j 2 < <(cat labelled.pz)
	done <<-'END'
		train --net small.net -n 2 -b 16
		train --from small.model --freeze -n 2 -b 16
		train --from small.model --freeze --memory 0 -n 100 -b 64
		predict -m small.model
		predict -m small.model --keep-stamps
	END
	predict -q -m small.model --keep-stamps labelled.pz -o both.pz
	stays_small softlabel -q --extend 40,40 both.pz
	stays_small calibrate -q --train both.pz both.pz
	stays_small recalibrate -q --train both.pz --intervals 68 both.pz
	stays_small nz -q -b 0 --trained both.pz both.pz
	stays_small residuals -q both.pz
}
