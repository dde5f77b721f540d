#!/usr/bin/env bats
# levels.bats -- the engine's tests with each kind of kernels, not the machine's best only
#
# (Kernels by themselves are compared over all kinds in test_nn_kernels and test_nn_winograd.)
# A kind that the machine lacks is refused.

bats_require_minimum_version 1.5.0

setup() { unit=$(dirname "$(command -v make_stream)")/unit; }

passes() {
	local name

	for name in test_nn_engine test_train test_golden_networks; do
		PZ_CPU=$1 "$unit/$name"
	done
}

@test "plain" { passes plain; }

@test "AVX2" {
	grep -qw avx2 /proc/cpuinfo || skip "no AVX2"
	passes avx2
}

@test "kernels that this machine has not, or that nobody has" {
	PZ_CPU=avx1024 run -2 bash -c 'make_stream labelled 8 8 | train --net S1 -n 1 -b 2'
	[[ $output == "train: "*"PZ_CPU: expected plain, avx2 or avx512, and none above "*"; found 'avx1024'"* ]]
	printf 'id,ra,dec\n1,10,0\n' >"$BATS_TEST_TMPDIR/c.csv"
	"$BATS_TEST_DIRNAME/frame.py" "$BATS_TEST_TMPDIR/frame-r.fits" star=50,50,100
	PZ_CPU=avx1024 run -2 cutout -c "$BATS_TEST_TMPDIR/c.csv" -f "$BATS_TEST_TMPDIR/frame-%b.fits" -b r
	[[ $output == *"cutout: PZ_CPU: expected plain, avx2 or avx512"* ]]
	make_stream labelled 8 8 | PZ_CPU='' train -q --net S1 -n 1 -b 2 >/dev/null
	grep -qw avx512vl /proc/cpuinfo || ! make_stream labelled 8 8 | PZ_CPU=avx512 train -q --net S1 -n 1 -b 2 >/dev/null
}
