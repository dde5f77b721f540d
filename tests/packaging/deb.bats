#!/usr/bin/env bats
# The Debian package: built, found fault with, built again, and run on a bare machine

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	version=$(dpkg-parsechangelog -l tests/packaging/debian/changelog -S Version) || skip "no dpkg-dev"
	need dpkg-buildpackage dh
}

need() {
	for program; do
		command -v "$program" >/dev/null || skip "no $program"
	done
}

@test "make deb builds the package, and runs its tests" {
	run -0 make -s deb
	[ -e "${lines[-1]}" ]
	[[ $output == *"check-unit"* ]]
}

@test "lintian finds nothing in it, nor in its source" {
	need lintian
	run -0 lintian --allow-root --fail-on error,warning,info --display-info "build/pzpipe_$version"_*.changes
	echo "# lintian: ${output:-nothing}" >&3
	[ -z "$output" ]
}

@test "built elsewhere, it is the same bytes" {
	dpkg-source -x "build/pzpipe_$version.dsc" "$BATS_TEST_TMPDIR/elsewhere"
	cd "$BATS_TEST_TMPDIR/elsewhere"
	DEB_BUILD_OPTIONS=nocheck run -0 dpkg-buildpackage -us -uc -b
	[[ $output != *"check-unit"* ]]
	for package in ../*.deb; do
		cmp "$package" "$OLDPWD/build/${package##*/}"
	done
}

@test "on a bare machine it builds with what it says it needs, and makes the small demo" {
	need debootstrap autopkgtest unshare
	((EUID == 0)) || skip "not root"
	run -0 tests/packaging/bare bash -c "autopkgtest 'build/pzpipe_$version.dsc' -- chroot \"\$BARE\""
	[[ $output == *"demo "*PASS* ]]
}
