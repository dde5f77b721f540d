#!/usr/bin/env bash
# common.bash -- the shell that runs the recipes of these pipelines
#
#   make's SHELL: a recipe is a pipeline; it fails where any of its commands fails,
#   its stage (the variable STAGE of the target) is named before, its time after.
#   WHERE, if set, says in which of many like procedures that is. Asked to end, by
#   SIGTERM, SIGINT, SIGHUP or SIGUSR1, it ends all that it began, and waits for it:
#   train has a state to keep.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=${PZ_BIN:-$here/../bin}:$PATH
export PATH

run() {
	local begun=$EPOCHREALTIME status=0 job

	[[ -z ${STAGE:-} ]] || printf '== %s%s\n' "${WHERE:+$WHERE: }" "$STAGE" >&2
	bash -euo pipefail -c "trap 'exit 143' TERM; $1" <&0 &
	job=$!
	trap 'stop "$job"' TERM INT HUP USR1
	while kill -0 "$job" 2>/dev/null; do
		status=0
		wait "$job" || status=$?
	done
	[[ -z ${STAGE:-} ]] || ((status)) || took "$begun"
	return $status
}

# The recipe's shell first: it waits for its pipeline, and begins no other.
stop() {
	kill -TERM "$1" 2>/dev/null || true
	# shellcheck disable=SC2046 # a word for each
	kill -TERM $(below "$1" || true) 2>/dev/null || true
}

# The processes that $1 has begun, those that they have, and so on.
below() {
	local file

	grep -lsx "PPid:[[:space:]]*$1" /proc/[0-9]*/status | while read -r file; do
		file=${file%/status}
		echo "${file##*/}"
		below "${file##*/}"
	done
}

# Seconds since $1, to a tenth.
took() {
	local micro=$((${EPOCHREALTIME/./} - ${1/./}))

	printf '   %s%s: %d.%d s\n' "${WHERE:+$WHERE: }" "$STAGE" \
		$((micro / 1000000)) $((micro % 1000000 / 100000)) >&2
}

# continue_from STATE EARLIER FILE...: readies the checkpoint of a run that learns from
# these files. One that is older than any of them is of another run and goes, as does the
# one before it; where there is none, that of an earlier run (if one is named) is where this
# one begins.
continue_from() {
	local state=$1 earlier=$2 file
	shift 2

	for file; do
		[[ ! $state -ot $file ]] || rm -f "$state"
		[[ ! $state.previous -ot $file ]] || rm -f "$state.previous"
	done
	if [[ -n $earlier && ! -e $state && ! -e $state.previous ]]; then
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
