#!/usr/bin/env bats
# Every tool alike: help, version, usage errors, and a manual page that has every option

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	tools=(tools/*/*.1)
	tools=("${tools[@]##*/}")
	tools=("${tools[@]%.1}")
}

# The long options that a text of --help or of a manual page defines.
options_of_help() {
	"$1" --help | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*' | sort -u
}

options_of_page() {
	groff -man -Tascii -P-cbou -rLL=200n tools/*/"$1.1" | grep -oE '^ {7}(-., )?--[a-z0-9-]+' |
		grep -oE -- '--[a-z].*' | sort -u
}

@test "--help goes to stdout and exits 0" {
	for tool in "${tools[@]}"; do
		run -0 --separate-stderr "$tool" --help
		[[ $output == "$tool -- "* ]]
		[ -z "$stderr" ]
	done
}

@test "--version names the tool, the libraries that it is linked with, and the instruction set" {
	for tool in "${tools[@]}"; do
		run -0 "$tool" --version
		[[ ${lines[0]} =~ ^"$tool (pzpipe) "[0-9]+\.[0-9]+\.[0-9]+$ ]]
		[[ ${lines[1]} =~ ^"msgpack-c "[0-9] ]]
		linked=$(ldd "$(command -v "$tool")")
		for library in CFITSIO WCSLIB OpenBLAS libpng HDF5 libzip; do
			case $library in
			CFITSIO) file=libcfitsio ;;
			WCSLIB) file=libwcs ;;
			OpenBLAS) file=libopenblas ;;
			libpng) file=libpng ;;
			HDF5) file=libhdf5 ;;
			libzip) file=libzip ;;
			esac
			if [[ $linked == *"$file"* ]]; then
				[[ $output =~ ($'\n'|, )"$library "[0-9]+\.[0-9]+ ]] || { echo "$tool: no $library" && false; }
			else
				[[ $output != *"$library"* ]]
			fi
		done
		[[ ${lines[-1]} =~ ^"instruction set "(plain|avx2|avx512)" " ]]
	done
	[[ $(PZ_CPU=plain train --version) == *"instruction set plain "* ]]
	[[ $(train --version) == *MPI* ]]
}

@test "help fits a terminal of 80 columns" {
	for tool in "${tools[@]}"; do
		"$tool" --help | awk -v tool="$tool" 'length > 80 { print tool ": " $0; wide = 1 } END { exit wide }'
	done
}

@test "what a tool does is said alike in its help and in its page" {
	for tool in "${tools[@]}"; do
		does=$("$tool" --help | head -n 1)
		page=$(sed -n '2{n;p;}' tools/*/"$tool.1" | sed 's/\\-/-/g')
		[ "${does/ -- / - }" = "$page" ] || { echo "$does | $page" && false; }
	done
}

@test "an unknown option exits 2 and points at --help" {
	for tool in "${tools[@]}"; do
		run -2 --separate-stderr "$tool" --no-such-option
		[ -z "$output" ]
		[[ $stderr == "$tool: "*"$tool --help"* ]]
	done
}

@test "each tool has a manual page without warnings of groff" {
	command -v groff >/dev/null || skip "no groff"
	for tool in "${tools[@]}"; do
		compgen -G "tools/*/$tool.1" >/dev/null
		run -0 groff -man -ww -Tutf8 -z tools/*/"$tool.1"
		[ -z "$output" ]
		need_sections tools/*/"$tool.1" NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' ENVIRONMENT EXAMPLES \
			BUGS 'SEE ALSO'
	done
}

# need_sections PAGE SECTION...: each once, and none empty
need_sections() {
	local page=$1 section

	shift
	for section; do
		if [ "$(grep -cE "^\.SH \"?$section\"?$" "$page")" != 1 ] ||
			[ -z "$(sed -nE "/^\.SH \"?$section/,/^\.SH/{/^\.SH/!p;}" "$page")" ]; then
			echo "$page has no section $section, or an empty one, or two"
			return 1
		fi
	done
}

@test "the pages of sections 5 and 7 have no warnings of groff, and refer to pages that there are" {
	command -v groff >/dev/null || skip "no groff"
	for page in tools/pzpipe/*.[57]; do
		run -0 groff -man -ww -Tutf8 -z "$page"
		[ -z "$output" ]
		need_sections "$page" NAME DESCRIPTION 'SEE ALSO'
	done
	for page in tools/*/*.[157]; do
		while read -r name section; do
			compgen -G "tools/*/$name.$section" >/dev/null || [[ $name == cat ]] ||
				{ echo "$page refers to $name($section)" && false; }
		done < <(groff -man -Tascii -P-cbou -rLL=200n -rHY=0 "$page" | grep -oE '[a-z-]+\([157]\)' | tr '()' '  ')
	done
}

@test "SEE ALSO leads to the overview, and the environment that a tool reads is in its page" {
	for tool in "${tools[@]}"; do
		page=$(echo tools/*/"$tool.1")
		grep -q '^\.BR pzpipe (7)' "$page" || { echo "$page: no pzpipe(7)" && false; }
		# files are flushed by -o, pipes spooled by what reads twice
		grep -q PZ_SYNC "$page"
		! "$tool" --help | grep -q TMPDIR || grep -q TMPDIR "$page"
	done
	for tool in train predict cutout; do
		grep -q PZ_CPU tools/*/"$tool.1"
	done
}

@test "the options of help and manual page are the same" {
	command -v groff >/dev/null || skip "no groff"
	for tool in "${tools[@]}"; do
		echo "$tool: < --help, > manual page"
		diff <(options_of_help "$tool") <(options_of_page "$tool")
	done
}
