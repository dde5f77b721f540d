# shellcheck shell=bash
# needs.bash -- tests that need modules of Python, and are skipped where there are none
#
#   need_python MODULE...     not in setup_file, where bats 1.8 cannot skip: has_python can be asked there

has_python() {
	/usr/bin/python3 -c "import $(printf ', %s' "$@" | cut -c 3-)" 2>/dev/null
}

need_python() {
	has_python "$@" || skip "no Python with $*"
}
