#!/usr/bin/env bash
# common.bash -- the shell that runs the recipes of these pipelines
#
#   make's SHELL: a recipe is a pipeline; it fails where any of its commands fails,
#   its stage (the variable STAGE of the target) is named before, its time after.
#   WHERE, if set, says in which of many like procedures that is.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=${PZ_BIN:-$here/../bin}:$PATH
export PATH

run() {
	local begun=$EPOCHREALTIME status=0

	[[ -z ${STAGE:-} ]] || printf '== %s%s\n' "${WHERE:+$WHERE: }" "$STAGE" >&2
	bash -euo pipefail -c "$1" || status=$?
	[[ -z ${STAGE:-} ]] || ((status)) || took "$begun"
	return $status
}

# Seconds since $1, to a tenth.
took() {
	local micro=$((${EPOCHREALTIME/./} - ${1/./}))

	printf '   %s%s: %d.%d s\n' "${WHERE:+$WHERE: }" "$STAGE" \
		$((micro / 1000000)) $((micro % 1000000 / 100000)) >&2
}

# continue_from STATE EARLIER FILE...: readies the checkpoint of a run that learns from
# these files. One that is older than any of them is of another run and goes; where there
# is none, that of an earlier run (if one is named) is where this one begins.
continue_from() {
	local state=$1 earlier=$2 file
	shift 2

	for file; do
		[[ ! $state -ot $file ]] || rm -f "$state"
	done
	if [[ -n $earlier && ! -e $state ]]; then
		cp "$earlier" "$state.part"
		mv "$state.part" "$state"
	fi
}

# download BASE FOLDER URL...: each BASE/PATH into FOLDER/PATH, where it appears when it is whole;
# what is there, or in FOLDER itself, is not asked for again.
download() {
	local base=$1 folder=$2 url path failed=0
	shift 2

	for url; do
		path=$folder/${url#"$base"/}
		[[ ! -e $path && ! -e $folder/${url##*/} ]] || continue
		mkdir -p "${path%/*}"
		if curl --fail --silent --show-error --location --retry 5 --output "$path.part" "$url"; then
			mv "$path.part" "$path"
		else
			echo "$url: not fetched" >&2
			failed=1
		fi
	done
	return "$failed"
}
export -f continue_from download

# as make calls it: common.bash -c 'pipeline'
if [[ ${1:-} == -c ]]; then
	run "$2"
fi
