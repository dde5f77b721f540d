#!/usr/bin/env bats
# Another kind of processor: the sources compile for it, and nothing for x86 is left in them

@test "arm64: all compiles without a warning, plain kernels are all there are" {
	cd "$BATS_TEST_DIRNAME/../.." || return
	command -v aarch64-linux-gnu-gcc >/dev/null || skip "no aarch64-linux-gnu-gcc"
	o=$BATS_TEST_TMPDIR/o
	mapfile -t tools < <(printf '%s\n' tools/*/*.1 | sed "s,\(.*\)\.1,$o/\1.o,")
	# Shared headers of the libraries serve both.
	make -s CC=aarch64-linux-gnu-gcc AR=aarch64-linux-gnu-ar SAN= WERROR=1 "O=$o" \
		"$o/libpz.a" "$o/libtool.a" "${tools[@]}"
	symbols=$(aarch64-linux-gnu-nm "$o/libpz.a")
	[[ $symbols == *" pz_nn_kernels_plain"* ]]
	[[ ! $symbols =~ \ [a-z_]*(avx|cpu_init|cpu_supports) ]]
}
