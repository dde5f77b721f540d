#!/usr/bin/env bats
# layers.bats -- dependencies run one way: tests/layers says so of this tree, and notices what does not

bats_require_minimum_version 1.5.0

setup() {
	here=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	objects=$(dirname "$(command -v make_stream)")
}

# A tree of two files, one in lib/base and one in lib/nn.
tree() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p lib/base lib/nn include/pz o/lib/base o/lib/nn
	echo "$1" >lib/base/low.c
	echo "$2" >lib/nn/high.c
	echo 'int high(void);' >lib/nn/high.h
	for name in base/low nn/high; do
		cc -w -fvisibility=hidden -c "lib/$name.c" -o "o/lib/$name.o"
	done
}

@test "this tree" {
	cd "$here" || return
	[ -d "$objects/lib/base" ]
	tests/layers "$objects"
}

@test "a call that not every system has, outside the file for such calls" {
	tree '/* no pipe2( here */' 'int high(void) { return pipe2(0, 0); }'
	run -1 "$here/tests/layers"
	[ "$output" = "lib/nn/high.c: uses pipe2, which not every system has: that is for lib/base/os.c" ]
	cp lib/nn/high.c lib/base/os.c && : >lib/nn/high.c
	run -0 "$here/tests/layers"
}

@test "an include that goes up, and a library in a folder that is not its own" {
	tree '#include "../nn/high.h"' '#include "../base/low.c"'
	run -1 "$here/tests/layers"
	[ "$output" = "lib/base/low.c: includes ../nn/high.h of lib/nn, which lib/base may not stand on" ]
	tree '#include <math.h>' '#include <math.h>'
	run -0 "$here/tests/layers"
	sed -i 's/math.h/png.h/' lib/base/low.c
	run -1 "$here/tests/layers"
	[ "$output" = "lib/base/low.c: includes <png.h>, which is for lib/draw alone" ]
	cp lib/nn/high.h include/pz/high.h
	run -1 "$here/tests/layers"
	[[ $output == *"lib/nn/high.h: has the name of pz/high.h" ]]
	mkdir lib/new && echo >lib/new/a.c
	run -1 "$here/tests/layers"
	[[ $output == *"lib/new/a.c: lib/new has no place among the folders"* ]]
}

@test "a call that goes up, a circle of files, a function of two files" {
	tree 'int pz_high(void); int pz_low(void) { return pz_high(); }' \
		'int pz_low(void); int pz_high(void) { return pz_low(); }'
	run -0 "$here/tests/layers"
	run -1 "$here/tests/layers" o
	[ "$output" = "lib/base/low.c: calls pz_high of lib/nn/high.c
a circle of files: lib/base/low.c, lib/nn/high.c" ]
	tree 'int pz_low(void) { return 0; }' 'int pz_low(void) { return 1; }'
	run -1 "$here/tests/layers" o
	[ "$output" = "lib/nn/high.c: defines pz_low, as lib/base/low.c does" ]
}

@test "a global name without pz_, and functions that programs see, or should" {
	tree 'int low(void) { return 0; }' 'static int quiet(void) { return 0; } int pz_high(void) { return quiet(); }'
	run -1 "$here/tests/layers" o
	[ "$output" = "lib/base/low.c: low is global, and its name does not begin with pz_" ]
	tree '__attribute__((visibility("default"))) int pz_low(void) { return 0; }' 'int pz_high(void) { return 1; }'
	run -1 "$here/tests/layers" o
	[ "$output" = "lib/base/low.c: programs see pz_low, which include/pz does not declare with PZ_API" ]
	printf '%s\n' 'PZ_API int pz_low(void);' 'PZ_API int pz_absent(int,' '	int);' 'int pz_high(void);' >include/pz/low.h
	run -1 "$here/tests/layers" o
	[ "$output" = "lib/nn/high.c: pz_high is declared in include/pz without PZ_API
include/pz: declares pz_absent, which no file of lib defines" ]
}
