#!/usr/bin/env bats
# library.bats -- the library as other programs meet it: installed, found by pkg-config, and used by
# the programs in tests/samples

bats_require_minimum_version 1.5.0

load samples

# Each test finds the library installed in $PZ, and the samples compiled with it in $PZ/samples.
setup_file() {
	export PZ=$BATS_FILE_TMPDIR/prefix
	cd "$BATS_TEST_DIRNAME/../.." || return
	make -s install-library PREFIX="$PZ"
	mkdir "$PZ/samples"
	local flags sample
	read -ra flags <<<"$(PKG_CONFIG_PATH=$PZ/lib/pkgconfig pkg-config --cflags --libs pzpipe)"
	# make check SAN=... and make coverage install a library that asks for these
	[[ ! ${MAKEFLAGS-} =~ (^| )SAN=([a-z,-]+) ]] || flags+=("-fsanitize=${BASH_REMATCH[2]}")
	[[ ! ${MAKEFLAGS-} =~ (^| )COVERAGE=1 ]] || flags+=(-lgcov)
	for sample in tests/samples/*.c; do
		cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror "$sample" "${flags[@]}" \
			-o "$PZ/samples/$(basename "$sample" .c)"
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	PATH=$PZ/samples:$PATH
}

@test "pz.h includes every public header, and its contents name each" {
	cd "$PZ/include/pz"
	for header in *.h; do
		[ "$header" != pz.h ] || continue
		grep -qx "#include <pz/$header>" pz.h
		sed '/^ \*\//q' pz.h | grep -qE "[ ,]${header%.h}(,| |$)"
	done
}

@test "the file for pkg-config says where things are, and the version" {
	cd "$BATS_TEST_DIRNAME/../.."
	make -s install-library DESTDIR="$BATS_TEST_TMPDIR" PREFIX=/opt/pz LIBDIR=/opt/pz/lib64
	file=$BATS_TEST_TMPDIR/opt/pz/lib64/pkgconfig/pzpipe.pc
	[ -e "$BATS_TEST_TMPDIR/opt/pz/lib64/libpz.a" ]
	grep -x "prefix=/opt/pz" "$file"
	run -0 pkg-config --cflags --libs "$file"
	[[ $output == *"-I/opt/pz/include "*"-L/opt/pz/lib64 -lpz"* ]]
	run -0 pkg-config --modversion "$file"
	[ "inspect (pzpipe) $output" = "$(inspect --version | head -n 1)" ]
	make -s uninstall-library DESTDIR="$BATS_TEST_TMPDIR" PREFIX=/opt/pz LIBDIR=/opt/pz/lib64
	[ -z "$(find "$BATS_TEST_TMPDIR/opt" -not -type d)" ]
}

@test "read_stream prints what is in a stream, and says where it is cut" {
	make_stamps 20 >stamps.pz
	run -0 read_stream stamps.pz
	[ "${#lines[@]}" -eq 20 ]
	inspect --json <stamps.pz | python3 -c '
import json, sys
for line in list(sys.stdin)[1:]:
    record = json.loads(line)
    if "id" in record:
        print(json.dumps(record["id"]), json.dumps(record.get("z")), sep="\t")' >expected
	diff <(read_stream <stamps.pz) expected
	head -c 900 stamps.pz >cut.pz
	run -3 --separate-stderr read_stream cut.pz
	[[ $stderr == "read_stream: cut.pz: "* ]]
	run -1 --separate-stderr read_stream /nowhere
	[[ $stderr == "read_stream: /nowhere: No such file or directory" ]]
	run -1 --separate-stderr bash -c 'read_stream stamps.pz >/dev/full'
	[[ $stderr == *"No space left on device" ]]
}

@test "cut_one_stamp cuts the stamp that cutout cuts" {
	mock -q --galaxies 30 sky
	cutout -q -c sky/catalogue.fits -f 'sky/frame-%b-*.fits' --bands r --size 64 -o all.pz
	read -r ra dec < <(records <all.pz | python3 -c '
import json, sys
record = json.loads(next(sys.stdin))
print(repr(record["ra"]), repr(record["dec"]))')
	cut_one_stamp 'sky/frame-%b-*.fits' r "$ra" "$dec" >one.pz
	inspect --check one.pz
	img() { records <"$1" | python3 -c 'import json, sys; print(json.loads(next(sys.stdin))["img"])'; }
	[ "$(img one.pz)" = "$(img all.pz)" ]
	run -1 --separate-stderr cut_one_stamp 'sky/frame-%b-*.fits' r 10 80
	[[ $stderr == "cut_one_stamp: "* ]]
	run -2 --separate-stderr cut_one_stamp 'sky/frame-%b-*.fits'
	[[ $stderr == "cut_one_stamp: usage: "* ]]
}

@test "predict estimates what the tool estimates" {
	make_stamps 40 >stamps.pz
	normalize -q stamps.pz | softlabel -q >labelled.pz
	printf 'conv 3x3 4 relu\nmean\ndense 8 relu\n' >net
	train -q --net net -n 5 -b 8 labelled.pz -o model
	PATH=${PATH#*:} predict -q -m model labelled.pz | records | python3 -c '
import json, sys
for line in sys.stdin:
    record = json.loads(line)
    print("%s\t%.6f" % (json.dumps(record["id"]), record["zphot"]["mode"]))' >expected
	predict model labelled.pz >found
	diff found expected
	run -4 --separate-stderr predict stamps.pz labelled.pz
	[[ $stderr == "predict: "* ]]
	head -c 600 model >cut.model
	run -3 --separate-stderr predict cut.model labelled.pz
	[[ $stderr == "predict: cut.model"* ]]
}
