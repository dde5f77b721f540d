#!/usr/bin/env bats
# Two builds of one source are the same bytes, wherever, whenever and by whomever they are made

@test "what is installed of two builds in different places is the same bytes" {
	cd "$BATS_TEST_DIRNAME/../.." || return
	mkdir -p "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/of a longer name"
	ln -s "of a longer name" "$BATS_TEST_TMPDIR/b"
	for tree in a b; do
		cp -R Makefile README.md CHANGELOG.md LICENSE tools lib include pipelines "$BATS_TEST_TMPDIR/$tree"
	done
	cd "$BATS_TEST_TMPDIR" || return
	(umask 022 && cd a && TZ=UTC LC_ALL=C make -s -j2 install DESTDIR=../of-a)
	(umask 077 && cd b && TZ=Asia/Tokyo LC_ALL=C.UTF-8 USER=other make -s install DESTDIR="$PWD/../of-b")
	diff -r of-a of-b
	diff <(cd of-a && find . -type f -printf '%p %m\n' | sort) <(cd of-b && find . -type f -printf '%p %m\n' | sort)
	echo "# $(find of-a -type f | wc -l) files, $(find of-a/usr/local/bin -type f | wc -l) tools: the same bytes" >&3
}
