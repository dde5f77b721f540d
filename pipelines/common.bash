#!/usr/bin/env bash
# common.bash -- the shell that runs the recipes of these pipelines
#
#   This is make's SHELL. A recipe is a pipeline, and fails if any of its commands fails. The
#   stage (the variable STAGE of the target) is printed before it, and its time after it; WHERE,
#   if set, says to which of several procedures the stage belongs. The files that a recipe makes
#   (MADE) are never older than those they are made from (FROM), even if the clocks of two
#   machines differ. On SIGTERM, SIGINT, SIGHUP or SIGUSR1 the shell ends all processes that it
#   started, and waits for them, because train saves its state.

set -euo pipefail

# In some languages numbers have a decimal comma, and letters have another order. Here, in the
# recipes and in everything that they run, both are those of the C locale.
export LC_ALL=C

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
PATH=${PZ_BIN:-$here/../bin}:$PATH
export PATH

run() {
	local begun=$EPOCHREALTIME status=0 job

	say "== ${WHERE:+$WHERE: }${STAGE:-}"
	trap '[[ -n ${!-} ]] || exit 143; stop "$!"' TERM INT HUP USR1
	bash -euo pipefail -c "trap 'exit 143' TERM; $1" <&0 &
	job=$!
	while kill -0 "$job" 2>/dev/null; do
		status=0
		wait "$job" || status=$?
	done
	((status)) || say "   ${WHERE:+$WHERE: }${STAGE:-}: $(seconds_since "$begun") s"
	((status)) || not_before || true
	return $status
}

# If the message cannot be written (full disk, closed terminal), the stage continues.
say() {
	[[ -z ${STAGE:-} ]] || printf '%s\n' "$1" >&2 || true
}

# Ends the recipe's shell first, so that it starts no further pipeline, then all other processes.
stop() {
	kill -TERM "$1" 2>/dev/null || true
	# shellcheck disable=SC2046 # a word for each
	kill -TERM $(below "$1" || true) 2>/dev/null || true
}

# The processes that process $1 has started, from /proc, or from ps on systems without /proc.
children() {
	if [[ -z ${PZ_OS_PLAIN:-} && -r /proc/self/status ]]; then
		grep -lsx "PPid:[[:space:]]*$1" /proc/[0-9]*/status | sed 's|/status$||; s|.*/||'
	else
		ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'
	fi
}

# The processes that process $1 has started, those that they have started, and so on.
below() {
	local child

	children "$1" | while read -r child; do
		echo "$child"
		below "$child"
	done
}

# Seconds since $1, to a tenth.
seconds_since() {
	local micro=$((${EPOCHREALTIME/./} - ${1/./}))

	printf '%d.%d' $((micro / 1000000)) $((micro % 1000000 / 100000))
}

# If the clock of another machine is ahead, a file can be older than the files it was made from, and
# make would make it again and again. So it gets the time of the latest of these files. (-c: a make
# that is being ended may delete the file meanwhile, and touch must not create an empty one.)
not_before() {
	local made from

	for made in ${MADE:-}; do
		[[ -f $made ]] || continue
		for from in ${FROM:-}; do
			[[ ! $from -nt $made || ! -f $from ]] || touch -c -r "$from" "$made"
		done
	done
}

# gnu NAME ARGUMENT...: runs the GNU version of a program, which is called gNAME on systems that have
# another version as NAME.
gnu() {
	if command -v "g$1" >/dev/null; then
		"g$1" "${@:2}"
	else
		"$@"
	fi
}

# What identifies a file, regardless of its name and folder: its size, its time, and its end, where
# a stream has its hash.
identity() {
	local file

	for file; do
		[[ ! -f $file ]] || echo "$(gnu stat -L -c '%s %Y' "$file") $(tail -c 65536 "$file" | cksum)"
	done
}

# note FILE TEXT: a file with one text, which is only written if the text has changed. It is then
# later than all files that were made with the previous text, even if the clock of another machine
# was ahead. Several jobs of a cluster may write the same note at the same time, so each first
# writes a file with its host and process in the name; this also identifies what a killed run left.
note() {
	local file=$1 text=$2 part=$1.$HOSTNAME-$BASHPID.part latest

	remove_left "$file"
	[[ ! -e $file || $(<"$file") != "$text" ]] || return 0
	mkdir -p "${file%/*}"
	printf '%s\n' "$text" >"$part"
	latest=$(gnu find "${file%/*}/.." -ignore_readdir_race -maxdepth 2 -type f -newer "$part" -printf '%T@\n' | sort -n | tail -n 1)
	[[ -z $latest ]] || later_than "$latest" "$part"
	mv "$part" "$file"
}

# later_than TIME FILE: gives a file the time after TIME, in seconds: a millisecond after it, or a second
# where the file system keeps whole seconds. (No more: the next note is later again, and so on; times
# that ran ahead of the clock by a second a note would make `make` warn of it.)
later_than() {
	local ms=$((${1%.*} * 1000 + 10#$(printf '%.3s' "${1#*.}000") + 1))

	gnu touch -d "@$((ms / 1000)).$(printf '%03d' $((ms % 1000)))" "$2"
	[[ $(gnu stat -c %.9Y "$2") > $1 ]] || gnu touch -d "@$((${1%.*} + 1))" "$2"
}

# Removes unfinished notes of processes of this host that no longer run. (kill -0 also succeeds for a
# process that has ended, but whose parent has not yet waited for it.)
remove_left() {
	local part process state

	for part in "$1.$HOSTNAME-"*.part; do
		[[ -e $part ]] || continue
		process=${part##*-}
		process=${process%.part}
		state=$(ps -o stat= -p "$process" 2>/dev/null || true)
		if [[ $state == Z* ]] || ! kill -0 "$process" 2>/dev/null; then
			rm -f "$part"
		fi
	done
}

# is_of FILE FROM...: whether FILE, if it is there, was made from these files as they are now, and
# with those of these words that are no files. If it was not, it is removed, and the next file of
# this name counts as made from them.
is_of() {
	local file=$1 made='' word
	shift

	for word; do
		made+=$([[ -f $word ]] && identity "$word" || echo "$word")$'\n'
	done
	[[ ! -e $file.of || "$(<"$file.of")"$'\n' != "$made" ]] || return 0
	rm -f "$file"
	printf '%s' "$made" >"$file.of.part"
	mv "$file.of.part" "$file.of"
	return 1
}

# continue_from STATE EARLIER FILE...: prepares the checkpoint of a run that learns from these files.
# The checkpoint of a run that learned from other files, or from earlier versions of these, is
# removed, and the previous one as well. If there is none, this run starts from the checkpoint of an
# earlier run, if one is named.
continue_from() {
	local state=$1 earlier=$2
	shift 2

	is_of "$state" "$@" || rm -f "$state.previous"
	if [[ -n $earlier && ! -e $state && ! -e $state.previous ]]; then
		cp "$earlier" "$state.part"
		mv "$state.part" "$state"
	fi
}

# download BASE FOLDER URL...: downloads each BASE/PATH to FOLDER/PATH, where it appears when it is
# complete. A file that is there already, or in FOLDER itself, is not downloaded again.
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
			echo "$url: could not be downloaded" >&2
			failed=1
		fi
	done
	return "$failed"
}
export -f not_before gnu identity note later_than remove_left is_of continue_from download

# called by make as: common.bash -c 'pipeline'
if [[ ${1:-} == -c ]]; then
	run "$2"
fi
