#!/usr/bin/env bats
# examples.bats -- what README.md and the manual pages tell a reader to type, typed
#
# Each block of commands runs as it is printed, in a directory that has the files it names, made
# here. But:
#
#   make ...      only names what it would do (make -n): it takes hours, the network or root
#   train, mock   run shortened: two batches of eight stamps of a small network, a hundred galaxies
#   sbatch        a stand-in that says a number: the scripts of Slurm have tests of their own
#   mpirun        looks whether its command is there: MPI has tests of its own (tests/mpi)
#   python3       the one with the packages of the tests; a stand-in that does nothing without h5py
#   jq, mlr       stand-ins that read all, where they are not installed

bats_require_minimum_version 1.5.0

load samples

# As train and mock, but quicker. (The last of two options counts.)
short_tools() {
	local tool

	for tool in train mock; do
		printf '#!/bin/bash\n%s\n' "PATH=$PATH" >"$1/$tool"
	done
	cat >>"$1/train" <<-'END'
		[[ $* == *--from* || $* == *'--net M'* ]] || set -- "$@" --net S1
		exec train "$@" -q -n 2 -b 8
	END
	cat >>"$1/mock" <<-'END'
		[[ $* == *--from* ]] || set -- "$@" --galaxies 100
		exec mock "$@" -q
	END
}

stand_ins() {
	local name

	printf '#!/bin/bash\necho 1\n' >"$1/sbatch"
	# what is not about the pipelines is about the project
	cat >"$1/make" <<-END
		#!/bin/bash
		[[ "\$*" == *"-f pipelines"* ]] || cd "$PWD" || exit
		exec $(command -v make) -n "\$@"
	END
	# shellcheck disable=SC2016 # the stand-in's variables
	printf '#!/bin/bash\nfor word; do ! command -v "$word" || exit 0; done\nexit 1\n' >"$1/mpirun"
	for name in jq mlr column gnuplot; do
		command -v $name >/dev/null || printf '#!/bin/sh\nexec cat >/dev/null\n' >"$1/$name"
	done
	printf '#!/bin/sh\nexec /usr/bin/python3 "$@"\n' >"$1/python3"
	/usr/bin/python3 -c 'import h5py' 2>/dev/null || printf '#!/bin/sh\n' >"$1/python3"
	chmod +x "$1"/*
}

# The files that README and pages name.
make_world() {
	local name

	mkdir frames run1 20 200 out sdss cfhtls
	mock -q --galaxies 300 --density 300 sky
	for name in sky/frame-*; do
		bzip2 -1 <"$name" >"frames/${name##*/}.bz2"
	done
	cp frames/* .
	cp frames/* run1
	"$here/examples.py" tables sky
	cutout -q -c sky/catalogue.fits -f 'sky/frame-%b-*.fits' --size 64 --carry logmass -o stamps.pz
	/usr/bin/python3 - <<-'END'
		import os
		import numpy as np
		from astropy.io import fits
		images, z = np.ones((9, 64, 64, 5), "f4"), np.arange(1, 10) / 20
		np.savez("stamps.npz", data=images, z=z, ebv=z / 10)
		np.save("images.npy", images[..., :3])
		os.mkdir("cutouts")
		for i in range(9):
		    head = fits.Header([("BANDS", "grz"), ("CDELT1", .262 / 3600), ("CDELT2", .262 / 3600)])
		    fits.PrimaryHDU(np.ones((3, 64, 64), "f4"), head).writeto(f"cutouts/{i}.fits")
		np.savetxt("redshifts.csv", np.stack([np.arange(9), z], 1), "%g", ",", header="id,z", comments="")
	END
	cp stamps.pz out
	cp galaxies.csv sdss
	for name in wide deep low; do
		cp stamps.pz cfhtls/$name.pz
	done
	normalize -q stamps.pz -o train.pz
	cp train.pz test.pz
	cp train.pz all.pz
	cp train.pz low.pz
	balance -q --threshold 5 train.pz -o subset.pz
	softlabel -q --hard train.pz -o labelled.pz
	train -q --net S1 -n 2 -b 8 labelled.pz -o step1.model
	for name in baseline step2 step3 a b c; do
		cp step1.model $name.model
	done
	predict -q -m step1.model test.pz -o step3.pz
	for name in baseline step1 step4 predictions a b; do
		cp step3.pz $name.pz
	done
	residuals -q --bootstrap 0 step3=step3.pz --json 20/report.json >/dev/null
	cp 20/report.json 200
}

setup_file() {
	has_python astropy || return 0 # bats 1.8 cannot skip here
	export WORLD=$BATS_FILE_TMPDIR/world BIN=$BATS_FILE_TMPDIR/bin
	mkdir "$WORLD" "$BIN"
	short_tools "$BIN"
	stand_ins "$BIN"
	(cd "$WORLD" && make_world)
}

setup() {
	need_python astropy
}

# What bash runs first: a pipeline fails where any of its commands fails, except of a reader that has
# seen enough.
# shellcheck disable=SC2016
careful='set -uo pipefail
trap '\''for status in "${PIPESTATUS[@]}"; do ((status == 0 || status == 141)) || exit $status; done'\'' ERR
'

# typed BLOCKS: each, in a world of their own; all are tried
typed() {
	local blocks block failed=0 status said

	mapfile -d $'\f' -t blocks <"$1"
	((${#blocks[@]} > 0))
	cp -r --reflink=auto "$WORLD" there
	ln -s "$BATS_TEST_DIRNAME/../../pipelines" there/pipelines
	for block in "${blocks[@]}"; do
		status=0
		said=$(cd there && PATH=$BIN:$PATH SLURM_ARRAY_TASK_ID=1 GNUTERM=dumb \
			timeout 300 bash -c "$careful$block" 2>&1 >/dev/null </dev/null) || status=$?
		((status == 0)) || {
			printf 'status %d of:\n%s\n%s\n' $status "$block" "$said"
			failed=1
		}
	done
	return $failed
}

@test "README: every block of commands runs as printed" {
	cd "$BATS_TEST_TMPDIR"
	"$here/examples.py" commands "$BATS_TEST_DIRNAME/../../README.md" >blocks
	grep -q '^cutout --catalogue galaxies.csv .*ebv=' blocks
	typed blocks
}

@test "README: what it says of make, make knows" {
	"$here/examples.py" inline README.md >"$BATS_TEST_TMPDIR/commands"
	(($(wc -l <"$BATS_TEST_TMPDIR/commands") > 5))
	while read -r line; do
		# the pipelines as they are installed
		line=${line//\/usr\/local\/share\/pzpipe\//}
		run bash -c "PATH=$BIN:\$PATH; $line </dev/null"
		((status == 0)) || { echo "$line: status $status: $output" && return 1; }
	done <"$BATS_TEST_TMPDIR/commands"
}

@test "manual pages: every example runs as printed" {
	local page failed=0

	for page in "$BATS_TEST_DIRNAME"/../../tools/*/*.[157]; do
		[[ $page != */pzpipe-method.7 ]] || continue # formulas alone
		mkdir "$BATS_TEST_TMPDIR/${page##*/}"
		cd "$BATS_TEST_TMPDIR/${page##*/}"
		"$here/examples.py" commands "$page" >blocks
		[ -s blocks ]
		typed blocks || { echo "in ${page##*/}" && failed=1; }
		rm -r there
	done
	return $failed
}
