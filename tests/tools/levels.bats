#!/usr/bin/env bats
# levels.bats -- the engine's tests with each kind of kernels, not the machine's best only
#
# (Kernels by themselves are compared over all kinds in test_nn_kernels and test_nn_winograd.)
# A kind that the machine lacks stands for its best; see pz_cpu_name.

bats_require_minimum_version 1.5.0

setup() { unit=$(dirname "$(command -v make_stream)")/unit; }

passes() {
	local name

	for name in test_nn_engine test_train test_golden_networks; do
		PZ_CPU=$1 "$unit/$name"
	done
}

@test "plain" { passes plain; }

@test "AVX2" { passes avx2; }
