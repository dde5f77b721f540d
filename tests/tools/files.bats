#!/usr/bin/env bats
# files.bats -- where outputs go, and that none is lost: devices, links, two of one name, two writers

# shellcheck disable=SC2154  # samples.bash sets names
load samples
load nets

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_stamps 40 >stamps.pz
	normalize -q stamps.pz -o good.pz
}

@test "two outputs of one command are two files" {
	make_predictions 40 >p.pz
	fails_with 2 "--json 'both' and --output './both' are the same file" \
		residuals -q -b 0 --json both -o ./both p.pz
	fails_with 2 "--json 'both' and --curves" residuals -q -b 0 --json both --curves "$PWD/both" p.pz
	fails_with 2 "--plan 'pl' and --table 'pl' are the same file" \
		calibrate -q -t p.pz --plan pl --table pl p.pz -o out
	[[ ! -e both && ! -e pl ]]
	touch both
	ln both hard
	ln -s hard soft
	fails_with 2 "are the same file" residuals -q -b 0 --json hard -o both p.pz
	fails_with 2 "are the same file" residuals -q -b 0 --json soft -o both p.pz
	ln -s new dangling
	fails_with 2 "are the same file" residuals -q -b 0 --json dangling -o new p.pz
	# shellcheck disable=SC2094 # that is what must be refused
	(residuals -q -b 0 --json both p.pz >>both) 2>&1 | grep -q "'both' and standard output are the same file"
	residuals -q -b 0 --json /dev/null --curves /dev/null p.pz >table
	[ -s table ]
}

@test "no output is an input" {
	softlabel -q --hard good.pz -o l.pz
	cp l.pz kept.pz
	fails_with 2 "--log 'l.pz' is the input 'l.pz'" train -q --net P -n 2 l.pz --log l.pz -o m
	fails_with 2 "--checkpoint './l.pz' is the input 'l.pz'" \
		train -q --net P -n 2 l.pz --checkpoint ./l.pz -o m
	fails_with 2 "--output 'l.pz' is the input 'l.pz'" train -q --net P -n 2 --valid l.pz kept.pz -o l.pz
	fails_with 2 "is the input" predict -m kept.pz,l.pz stamps.pz -o l.pz
	make_predictions 40 >p.pz
	fails_with 2 "--json 'p.pz' is the input 'p.pz'" residuals -q --json p.pz name=p.pz
	echo 'id,ra,dec' >frame-r-1.fits
	fails_with 2 "--output 'frame-r-1.fits' is the input 'frame-r-1.fits'" \
		cutout -c c.csv -f 'none-%b.fits,frame-%b-*.fits' -o frame-r-1.fits
	fails_with 2 "--output 'frame-r-1.fits' is the input 'frame-r-1.fits'" \
		cutout -c c.csv -f @frame-r-1.fits -o frame-r-1.fits
	fails_with 2 "is the input" fromtable frame-r-1.fits -o frame-r-1.fits
	# A frame that only the list names, and a mask.
	printf 'file,band,mask\nframe-r-1.fits,r,mask.fits\n' >list.csv
	echo 'id,ra,dec
1,10,10' >c.csv
	echo mask >mask.fits
	fails_with 2 "--output './frame-r-1.fits' is the input 'frame-r-1.fits'" cutout -q -c c.csv -b r -f @list.csv -o ./frame-r-1.fits
	fails_with 2 "--output 'mask.fits' is the input 'mask.fits'" cutout -q -c c.csv -b r -f @list.csv -o mask.fits
	[ "$(cat mask.fits frame-r-1.fits)" = $'mask\nid,ra,dec' ]
	cmp l.pz kept.pz
}

@test "a symbolic link stays, and what it leads to is replaced" {
	mkdir there
	ln -s there/out.pz link.pz
	normalize -q stamps.pz -o link.pz
	[ -L link.pz ]
	cmp there/out.pz good.pz
	[ "$(ls there)" = out.pz ]
	ln -s round round
	fails_with 1 "round: Too many levels of symbolic links" normalize stamps.pz -o round
}

@test "devices, pipes and descriptors are written to" {
	normalize -q stamps.pz -o /dev/stdout | cmp - good.pz
	{ printf title; normalize -q stamps.pz -o /dev/stdout; printf end; } >both
	{ printf title; cat good.pz; printf end; } | cmp - both
	normalize -q stamps.pz -o /dev/fd/7 7>seven.pz
	cmp seven.pz good.pz
	[[ -L /dev/stdout && ! -e /dev/stdout.part ]]
	mkfifo pipe
	timeout 20 cmp pipe good.pz 3>&- &
	timeout 20 normalize -q stamps.pz -o pipe
	wait $!
	[ -p pipe ]
	fails_with 1 ".: cannot write: Is a directory" normalize stamps.pz -o .
}

# Of root, in a /dev of its own.
@test "a device is never replaced by a file" {
	unshare -m true 2>/dev/null || skip "no mount namespace may be made"
	# shellcheck disable=SC2016 # the inner shell's variables
	unshare -m bash -ec '
		mkdir dev
		mount -t tmpfs tmpfs dev
		cp -a /dev/null /dev/full dev/
		ln -s /proc/self/fd dev/fd
		ln -s fd/1 dev/stdout
		mount --bind dev /dev
		normalize -q stamps.pz -o /dev/stdout >out.pz
		normalize -q stamps.pz -o /dev/null
		[[ -L /dev/stdout && -c /dev/null && $(ls /dev | wc -l) = 4 ]]'
	cmp out.pz good.pz
}

# A stream whose second part comes when the file "go" is there.
slowly() {
	head -c 900 stamps.pz
	until [ -e go ]; do sleep 0.01; done
	tail -c +901 stamps.pz
}

# Waits for a file, ten seconds at most.
wait_for() {
	for _ in {1..1000}; do
		if [ -e "$1" ]; then return 0; fi
		sleep 0.01
	done
	return 1
}

@test "two that write the same name each write a whole file" {
	slowly | normalize -q -o out.pz 3>&- &
	wait_for out.pz.part
	normalize -q stamps.pz -o out.pz
	cmp out.pz good.pz
	touch go
	wait $!
	cmp out.pz good.pz
	[ "$(ls out.pz*)" = out.pz ]
}

@test "what killed writers left goes when the name is next written" {
	local first

	slowly | normalize -q -o out.pz 3>&- &
	first=$!
	wait_for out.pz.part
	slowly | normalize -q -o out.pz 3>&- &
	wait_for out.pz.2.part
	kill -KILL $first $!
	touch go
	wait
	parts=(out.pz*)
	((${#parts[@]} == 2))
	normalize -q stamps.pz -o out.pz
	[ "$(ls out.pz*)" = out.pz ]
	totable -q stamps.pz -o t.fits
	cp t.fits t.fits.part
	totable -q stamps.pz -o t.fits
	[ "$(ls t.fits*)" = t.fits ]
}

# The history's last step of a stream, as inspect shows it.
last_step() { inspect "$1" | sed -n '/^history/,/^[a-z]/p' | grep "$2 0"; }

@test "the history names what went in, with the hash that inspect shows of it" {
	local hash

	softlabel -q --hard good.pz -o l.pz
	printf 'conv 1x1 2 prelu\nmean\ndense 4 relu\n' >small.net
	train -q --net small.net -n 2 -b 4 l.pz -o small.model
	last_step small.model train | grep -Eq -- ', small.net [0-9a-f]{8}$'
	mkdir there
	cp small.model there/other.model
	hash=$(inspect small.model | awk '$1 == "hash" { print substr($2, 1, 8) }')
	predict -q -m small.model,there/other.model good.pz -o p.pz
	last_step p.pz predict | grep -q ", small.model $hash, other.model $hash\$"
	predict -q -j 1 -m small.model,there/other.model good.pz | cmp - p.pz
	hash=$(inspect p.pz | awk '$1 == "hash" { print substr($2, 1, 8) }')
	softlabel -q --fit there/../p.pz good.pz -o s.pz
	last_step s.pz softlabel | grep -q ", p.pz $hash\$"
	calibrate -q -t p.pz --plan plan p.pz -o c.pz
	last_step c.pz calibrate | grep -q ", p.pz $hash\$"
	[[ $(last_step c.pz calibrate) != *plan* ]]
	printf 'id,ra,dec,z,r\n1,2,3,.1,17\n' >cat.csv
	fromtable -q cat.csv -o t.pz
	last_step t.pz fromtable | grep -Eq ', cat.csv [0-9a-f]{8}$'
	fromtable -q - <cat.csv >t.pz
	last_step t.pz fromtable | grep -q ', -$'
}
