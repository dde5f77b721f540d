# sdss.awk -- prints a piece of a catalogue, or the addresses of the frames of its galaxies
#
#   awk -f sdss.awk -v pieces=20 -v piece=3 [-v archive=URL] galaxies.csv
#
# Columns are found by name. A piece is a part, for example a twentieth, of the six camera columns of
# all runs: fields that overlap on one scan stay together.

function number(name) {
	if (name in at)
		return $at[name]
	fail("expected a column '" name "', found " titles)
}

function fail(why) {
	print FILENAME ": " why >"/dev/stderr"
	failed = 1
	exit 1
}

BEGIN { FS = "," }

{ sub(/\r$/, "") }

/^#/ && NF == 1 { next } # "#Table1"

!titles {
	titles = $0
	for (i = 1; i <= NF; i++)
		at[tolower($i)] = i
	if (!archive)
		print
	next
}

pieces > 1 && (6 * number("run") + number("camcol")) % pieces != piece - 1 { next }

{ rows++ }

!archive {
	print
	next
}

!seen[number("run"), number("camcol"), number("field")]++ {
	for (i = 1; i <= 5; i++)
		printf "%s/%d/%d/%d/frame-%s-%06d-%d-%04d.fits.bz2\n", archive, number("rerun"),
			number("run"), number("camcol"), substr("ugriz", i, 1),
			number("run"), number("camcol"), number("field")
}

END {
	if (!rows && !failed)
		fail("expected galaxies in piece " piece " of " pieces ", found none")
}
