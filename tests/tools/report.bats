#!/usr/bin/env bats
# report.bats -- the page: what it shows, and that nothing from outside becomes part of it

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	load samples
	make_predictions 400 >baseline.pz
	make_predictions 400 1000 >step3.pz
	if command -v gnuplot >/dev/null; then
		residuals -q -b 5 --json report.json --figure figure.svg baseline.pz step3.pz >/dev/null
	else
		residuals -q -b 5 --json report.json baseline.pz step3.pz >/dev/null
		cat >figure.svg <<-'END'
			<?xml version="1.0"?><svg viewBox="0 0 10 10"><g id="a"><title>step3</title><path d="M0 0h1"/></g></svg>
		END
		echo '(a) Mean residual' >figure.txt
	fi
	printf 'iteration\tseen\trate\tloss\tvalid_loss\n10\t320\t0.01\t4.5\t\n20\t640\t0.01\t3.25\t3.5\n30\t960\t0.001\t3.125\t3.375\n' >step1.log
	make_stamps 4 | inspect --png sheet.png
}

setup() {
	cp "$BATS_FILE_TMPDIR"/* "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

check() { "$here/page.py" "$@"; }

@test "one page of everything: well formed, needs nothing, the numbers are those of the report" {
	echo 'make demo' >commands.txt
	report report.json figure.svg figure.txt step1.log "Random galaxies=sheet.png" baseline.pz step3.pz commands.txt -o page.html
	check page.html report.json
	[ "$(check --groups page.html | tr ' ' '\n' | grep -cE '^s[01]:[1-9]')" = 2 ]
	grep -q 'alt="Stamps of galaxies: Random galaxies" width="' page.html
	grep -q '<figcaption>(a) Mean residual' page.html
	grep -q '<h2 id="text[0-9]*">commands</h2>' page.html
	grep -q 'last loss <data value="3.125">3.1250*</data>, of the validation sample <data value="3.375">' page.html
	# the picture is there, to the byte
	/usr/bin/python3 -c "
import base64, re
found = re.search(r'data:image/png;base64,([^\"]*)', open('page.html').read())[1]
assert base64.b64decode(found, validate=True) == open('sheet.png', 'rb').read()"
	# the report alone is enough, also by a pipe
	report report.json >small.html
	check small.html report.json
	[ "$(grep -c 'id="figures"' small.html)" = 0 ]
}

@test "PITs are charts, of which a stream's goes with the stream" {
	need_python numpy
	report report.json -o page.html
	/usr/bin/python3 - <<-'PY'
		import json, re
		import numpy as np
		report, page = json.load(open("report.json")), open("page.html").read()
		section = page[page.index('id="pit"'):]
		for k, (name, r) in enumerate(report.items()):
		    title = f'aria-label="Histogram of the PITs of {name}"'
		    figure = re.search(rf'<figure class="s{k}"><div class="paper"><svg [^>]*{title}.*?</figure>', section, re.S)[0]
		    upper, lower, line = re.findall(r'<path d="(M[^"]*)" fill="(?:#c4c4c8|#ffffff|none)"', figure)
		    y = np.array([line.split("M")[1].split()[1].split("H")[0]] + re.findall(r"V([\d.]+)", line), float)
		    (bottom, up), (_, low) = (re.match(r"M\S+ ([\d.]+)V([\d.]+)", area).groups() for area in (upper, lower))
		    bottom, up, low = float(bottom), float(up), float(low)
		    one, share = (up + low) / 2, np.array(r["pit_histogram"])
		    noise = (len(share) - 1) ** 0.5 / (r["n"] - r["without_pz"] - r["outside_pz"]) ** 0.5
		    assert abs((low - up) / 2 / (bottom - one) - noise) < 1e-3, (noise, up, low, bottom)
		    drawn = (bottom - y) / (bottom - one)
		    assert len(drawn) == len(share) + 1 and abs(drawn[:-1] - share * len(share)).max() < 0.01, (drawn, share)
	PY
	check page.html report.json
}

@test "charts of bins, intervals and differences are where the numbers are" {
	need_python numpy
	make_predictions 900 2000 >some.pz
	make_predictions 600 3000 >valid.pz
	recalibrate -q --train valid.pz --intervals 68,95 some.pz -o step5.pz
	for k in 1 2; do
		residuals -q -b 5 --seed $k --tomography 3 --outlier 0.0$k --json net$k.json baseline=some.pz step5=step5.pz >/dev/null
	done
	residuals -q -b 20 --tomography 3 --require lsst-y1,lsst-y10,euclid --against mag --differences --training net1.json,net2.json \
		--json bins.json baseline=some.pz step5=step5.pz >/dev/null
	report bins.json -o page.html
	check page.html bins.json
	/usr/bin/python3 - <<-'PY'
		import json, re
		import numpy as np
		report, page = json.load(open("bins.json")), open("page.html").read()
		section = page[page.index('id="bins"'):]
		charts = {m[1]: m[0] for m in re.finditer(r'<svg viewBox[^>]*aria-label="([^"]*)".*?</svg>', section, re.S)}
		def points(title):
		    return {int(k): np.array(re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"', g), float)
		            for k, g in re.findall(r'<g class="s(\d+)"(.*?)</g>', charts[title], re.S)}
		def straight(values, drawn):
		    """What lies where is a straight line; returns it."""
		    line = np.polyfit(values, drawn, 1)
		    assert abs(np.polyval(line, values) - drawn).max() < 0.02, (values, drawn)
		    return line
		streams = list(report.values())
		for which in ("pz", "zphot"):
		    title = "Bias of the mean redshift of tomographic bins, from " + ("p(z)" if which == "pz" else "point estimates")
		    drawn = points(title)
		    value = [[1e4 * b["bias_" + which] for b in s["tomography"]["bins"]] for s in streams]
		    y = straight(sum(value, []), np.concatenate([drawn[0][:, 1], drawn[1][:, 1]]))
		    for k, s in enumerate(streams):
		        straight([b["mean_true"] for b in s["tomography"]["bins"]], drawn[k][:, 0])
		    rules = {float(v) for v in re.findall(r'M64\.0 ([\d.]+)H508', charts[title])}
		    assert rules == {round(np.polyval(y, v), 2) for v in (-20, -10, 0, 10, 20)} or \
		        max(min(abs(np.polyval(y, v) - r) for r in rules) for v in (-20, -10, 0, 10, 20)) < 0.1, rules
		    assert len(rules) == 5 and ">lsst-y1, euclid<" in charts[title] and ">lsst-y10<" in charts[title]
		assert "arXiv:1809.01669" in section and "arXiv:1110.3193" in section
		for level in ("68", "95"):
		    rows = report["step5"][f"interval_{level}_rows"]
		    drawn = points(f"Share of true redshifts in their {level} % interval")
		    assert list(drawn) == [1]
		    straight(rows["share"], drawn[1][:, 1]); straight(rows["mag"], drawn[1][:, 0])
		drawn = points("Kolmogorov-Smirnov statistic of the PITs in bins of a key")
		straight([b["pit_ks"] for s in streams for b in s["against"]["bins"]], np.concatenate([drawn[0][:, 1], drawn[1][:, 1]]))
		# the table of differences, to the last digit
		table = section[section.index("Paired differences</h3>"):]
		shown = [tuple(map(float, re.findall(r'data value="([^"]*)"', row))) for row in re.findall(r"<tr><th scope=.row.*?</tr>", table)]
		d = report["step5"]["differences"]
		for key in ("sigma_mad", "outlier_fraction", "slope_zspec", "tv", "crps", "pit_ks"):
		    if d[key]["difference"] is not None:
		        assert (d[key]["difference"], d[key]["error"]) in shown, key
		# two errors beside the outliers, whose threshold differed between the networks
		number = r'<data value="([^"]*)">[^<]*</data>'
		triples = {tuple(map(float, t)) for t in re.findall(f"{number} ± {number} ± {number}", page)}
		for s in streams:
		    assert (s["outlier_fraction"], s["errors"]["outlier_fraction"], s["training"]["outlier_fraction"]) in triples
		assert "between 2 networks" in page
	PY
	report report.json >plain.html
	[ "$(grep -c 'id="bins"' plain.html)" = 0 ]
}

@test "names and texts from outside are no markup, in the page, in labels, in figures" {
	bad='</script><script>alert(1)</script>&"'"'"'<b>'
	/usr/bin/python3 - "$bad" <<-'END'
		import json, sys
		report = json.load(open("report.json"))
		json.dump({sys.argv[1]: report["step3"], "\u202e\u0007x": report["baseline"]}, open("bad.json", "w"))
	END
	printf '%s\n\x01' "$bad" >bad.txt
	cp sheet.png "q\"><img src=x onerror=alert(1)>.png"
	report --title "$bad" bad.json bad.txt '<b>&"x=step1.log' ./q*.png -o page.html
	check page.html bad.json
	[ "$(grep -c '<script>' page.html)" = 1 ]
	[ "$(grep -c 'alert(1)</script>' page.html)" = 0 ]
	[ "$(grep -c '<img src=x' page.html)" = 0 ]
}

@test "of a figure only what draws is taken; what could load or run is left out and counted" {
	cat >bad.svg <<-'END'
		<svg viewBox="0 0 9 9" onload="alert(1)" xmlns="http://www.w3.org/2000/svg">
		<script>alert(1)</script><style>@import 'http://x/y.css';</style>
		<image href="http://x/y.png"/><foreignObject><body><iframe src="x"/></body></foreignObject>
		<a href="javascript:alert(1)"><path d="M0 0h9"/></a>
		<g id="one"><title>step3</title><path id="two" d="M1 1h3" onclick="x" style="fill:url(http://x)" fill="url(http://x)" stroke="red"/></g>
		<use href="#two"/><use href="other.svg#two"/><rect fill="url(#two)" width="3" height="3"/><text>a &lt; b &#60; c</text>
		</svg>
	END
	report report.json bad.svg figure.svg -o page.html 2>said
	grep -qx 'report: 5 elements of figures were left out: they draw nothing, or could load or run something' said
	check page.html report.json
	[ "$(check --groups page.html | tr ' ' '\n' | grep -c '^s1:')" = 1 ]
	[ "$(grep -c alert page.html)" = 0 ]
	grep -qF '<g id="f2-one" class="s1">' page.html
	grep -qF '<path id="f2-two" d="M1 1h3" stroke="red"/>' page.html
	echo '<svg viewBox="0 0 9 9"><script>1</script></svg>' | report report.json bad=/dev/stdin 2>said >small.html
	grep -qx 'report: 1 element of figures was left out: it draws nothing, or could load or run something' said
	grep -qF '<use href="#f2-two"/><use/><rect fill="url(#f2-two)" width="3" height="3"/><text>a &lt; b &#60; c</text>' page.html
}

@test "what is no figure, no report, no log is told with its file" {
	broken() { printf '%s' "$1" >x.svg && fails_with 1 "x.svg: line $2: expected an SVG figure, found $3" report report.json x.svg; }
	broken '<svg><g></svg>' 1 'the end of an element that is not open'
	broken '<svg><g>' 1 'its end too early'
	broken '<svg>&file;</svg>' 1 'an entity that is not known'
	broken '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>' 1 'a document type'
	broken "$(printf '<svg>\n<path d="M0 0/></svg>')" 2 'a value that does not end'
	broken "<svg>$(printf '<g>%.0s' {1..100})" 1 'elements nested too deeply'
	fails_with 2 "expected the JSON that residuals --json writes" report figure.svg
	fails_with 2 "expected one JSON of residuals, found a second one" report report.json again=report.json
	echo '{"a": 1}' >a.json
	fails_with 1 "a.json: expected JSON of residuals, found no count 'n' in 'a'" report a.json
	echo '{"a": ' >a.json
	fails_with 1 "a.json: line 2: expected JSON of residuals" report a.json
	printf 'iteration\tseen\trate\tloss\tvalid_loss\n10\tx\n' >a.log
	fails_with 1 "a.log: line 2: expected a line of a log of train" report report.json a.log
	head -c 100 baseline.pz >cut.pz
	fails_with 3 "cut.pz" report report.json cut.pz
	printf 'a\377b' >a.bin
	fails_with 1 "a.bin: expected a stream, a model, JSON of residuals" report report.json a.bin
	fails_with 1 "cannot open 'no-such'" report report.json no-such
	fails_with 1 "/dev/full" report report.json -o /dev/full
}

@test "how a stream was made: its steps, as commands, and the model that it names" {
	load nets
	echo "$net" >small.net
	labelled 20 >learn.pz
	train -q --net small.net -n 4 -b 4 learn.pz -o small.model
	predict -q --model small.model learn.pz -o predicted.pz
	report report.json predicted.pz small.model -o page.html
	check page.html
	grep -q '>how small.model was made</a>' page.html
	grep -qE 'predict --model small.model .*&gt;predicted.pz</pre>' page.html
}

@test "screenshots: light, dark, narrow and on paper" {
	browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "no Chromium"
	[ -n "${PZ_SCREENSHOTS-}" ] || skip "PZ_SCREENSHOTS is not set: a browser takes longer than a test may"
	report report.json figure.svg figure.txt step1.log sheet.png baseline.pz -o page.html
	"$browser" --headless --no-sandbox --disable-gpu --window-size=1280,2400 --screenshot=light.png "file://$PWD/page.html"
	"$browser" --headless --no-sandbox --disable-gpu --blink-settings=preferredColorScheme=0 --window-size=1280,2400 --screenshot=dark.png "file://$PWD/page.html"
	"$browser" --headless --no-sandbox --disable-gpu --print-to-pdf=paper.pdf "file://$PWD/page.html"
	[ "$(head -c 4 paper.pdf)" = %PDF ]
	/usr/bin/python3 - <<-'END'
		import struct, zlib
		def pixel(name):
		    b = open(name, "rb").read()
		    width, kinds = struct.unpack(">I", b[16:20])[0], b[25]
		    at, data = 8, b""
		    while at < len(b):
		        n, = struct.unpack(">I", b[at:at + 4])
		        data += b[at + 8:at + 8 + n] if b[at + 4:at + 8] == b"IDAT" else b""
		        at += 12 + n
		    return tuple(zlib.decompress(data)[1:4])
		assert pixel("light.png") == (255, 255, 255), pixel("light.png")
		assert pixel("dark.png") == (0x17, 0x17, 0x1b), pixel("dark.png")
	END
}
