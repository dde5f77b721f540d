# archive.awk -- prints the addresses of the files that the galaxies of a catalogue lie on, each once
#
#   awk -f archive.awk -v archive=URL -v bands='g r i' -v files='{tile}/{tile}_{band}.fits' galaxies.csv
#
# What stands in braces is said in archive.mk. Columns are found by name, in upper or lower case.

function fail(why) {
	print FILENAME ": " why >"/dev/stderr"
	failed = 1
	exit 1
}

function value(name) {
	if (!(tolower(name) in at))
		fail("expected a column '" name "', which tells the files of a galaxy (the query has it), found " titles)
	if ($at[tolower(name)] == "")
		fail("line " NR ": expected a value in column '" name "', found none")
	return $at[tolower(name)]
}

# One pair of braces, without them.
function filled(text, band, format, prefix, i) {
	format = "%s"
	if (i = index(text, ":")) {
		format = substr(text, i + 1)
		text = substr(text, 1, i - 1)
	}
	if (i = index(text, "#")) {
		prefix = substr(text, i + 1)
		text = substr(text, 1, i - 1)
	}
	text = text == "band" ? band : value(text)
	if (prefix != "" && index(text, prefix) == 1)
		text = substr(text, length(prefix) + 1)
	return sprintf(format, text)
}

function address(file, band, done) {
	while (match(file, /[{][^}]*[}]/)) {
		done = done substr(file, 1, RSTART - 1) filled(substr(file, RSTART + 1, RLENGTH - 2), band)
		file = substr(file, RSTART + RLENGTH)
	}
	return archive done file
}

BEGIN {
	FS = ","
	count = split(files, file, " ")
	bands_count = split(bands, band, " ")
}

NR == 1 && /^SIMPLE  =|^<[?]xml|^<VOTABLE/ {
	fail("expected CSV, found a FITS table or VOTable: save the result of the query as CSV")
}

{
	sub(/\r$/, "")
	gsub(/"/, "")
}

/^#/ && NF == 1 { next } # "#Table1"

!titles {
	titles = $0
	sub(/^# */, "", titles)
	columns = split(tolower(titles), title, " *, *")
	for (i = 1; i <= columns; i++)
		at[title[i]] = i
	next
}

{
	rows++
	for (f = 1; f <= count; f++)
		for (b = 1; b <= bands_count; b++)
			if (!seen[url = address(file[f], band[b])]++)
				print url
}

END {
	if (!rows && !failed)
		fail("expected galaxies, found none")
}
