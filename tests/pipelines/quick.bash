# shellcheck shell=bash
# quick.bash -- settings with which a pipeline takes seconds: what it finds is noise, that all is
# made, fits together, resumes and repeats is not

# quick FILE ARGUMENTS...: make, with a network and runs as small as can be
quick() {
	local file=$1
	shift

	[ -e "$BATS_FILE_TMPDIR/small.net" ] ||
		printf 'conv 3x3 6 prelu\npool\nmean\nebv\ndense 16 relu\n' >"$BATS_FILE_TMPDIR/small.net"
	make -s -f "pipelines/$file" NET="$BATS_FILE_TMPDIR/small.net" \
		LEARN='--iterations 40 --batch 16 --rate 2e-3' REFIT='--iterations 20 --batch 16 --rate 1e-3' \
		EXTEND_FIT='--iterations 20 --batch 16 --rate 1e-3' DRAW='--size 600' PAGE= "$@"
}

# A sky of N galaxies of seed S: stamps of 16 pixels.
small_sky() {
	mock --stamps --size 16 --survey pipelines/surveys/demo.json --galaxies "$1" --seed "$2"
}

# Every stream and model below a directory is whole, and there are some.
all_whole() {
	local found=0 f

	while read -r f; do
		inspect --check "$f"
		((++found))
	done < <(find "$1" -name '*.pz' -o -name '*.model')
	((found > 0))
}

# speak LOCALE: what is run from here on is run in it; made where the machine has none.
speak() {
	export LC_ALL=$1
	[ "$(locale charmap 2>/dev/null)" != UTF-8 ] || return 0
	mkdir -p "$BATS_FILE_TMPDIR/locales"
	[ -d "$BATS_FILE_TMPDIR/locales/$1" ] ||
		localedef -i "${1%.*}" -f UTF-8 "$BATS_FILE_TMPDIR/locales/$1" 2>/dev/null || skip "no locale $1"
	export LOCPATH=$BATS_FILE_TMPDIR/locales
}

# killed_after SECONDS COMMAND...: begins it, and kills all that it began, with no chance to clean up
killed_after() {
	local job

	set -m
	"${@:2}" >/dev/null 2>&1 &
	job=$!
	set +m
	sleep "$1"
	kill -KILL -- "-$job" 2>/dev/null || true
	wait "$job" 2>/dev/null || true
}
