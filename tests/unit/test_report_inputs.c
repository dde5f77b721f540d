/* test_report_inputs.c -- what report takes of its files: kinds, names, figures, histories */
#include "../../tools/report/allowed.h"
#include "../../tools/report/html.h"
#include "../../tools/report/svg.h"
#include "report_page.h"

/* What was written into a stream in memory; valid until the next. */
static char *written;
static size_t written_size;

static FILE *begin_text(void)
{
	free(written);
	return open_memstream(&written, &written_size);
}

static const char *end_text(FILE *to)
{
	fclose(to);
	return written;
}

/* ---- HTML ---- */

static const char *escaped(const char *text)
{
	FILE *to = begin_text();

	html_text(text, to);
	return end_text(to);
}

static void texts_are_escaped(void **state)
{
	(void)state;
	assert_string_equal(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
	assert_string_equal(escaped("µ–\t\n"), "µ–\t\n");
	assert_string_equal(escaped("\x01\x7f"), "\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(escaped("a\xff"
				    "b\xc3"),
			    "a\xef\xbf\xbd"
			    "b\xef\xbf\xbd");
}

static const char *number_as(double x, int digits)
{
	FILE *to = begin_text();

	html_number(x, digits, to);
	return end_text(to);
}

static void numbers_have_the_digits_of_their_error(void **state)
{
	static const struct {
		double x, error;
		int digits;
	} cases[] = {
		{ 5, 0.1, 2 },  { 5, 0.099, 3 }, { 5, 1, 1 },      { 5, 9.9, 1 },    { 5, 10, 0 },
		{ 5, 1e5, 0 },  { 5, 1e-9, 8 },  { 5, 2.5e-7, 8 }, { 5, 2.5e-6, 7 }, { -250, 0, 1 },
		{ 50, NAN, 2 }, { 0, 0, 4 },     { 0, NAN, 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(html_digits(cases[i].x, cases[i].error), cases[i].digits);
	assert_string_equal(number_as(-1.25, 1), "<data value=\"-1.25\">−1.2</data>");
	assert_string_equal(number_as(1 / 3., 3),
			    "<data value=\"0.3333333333333333\">0.333</data>");
	assert_string_equal(number_as(NAN, 3), "–");
}

static const char *base64(const char *bytes, size_t n)
{
	FILE *to = begin_text();

	html_base64(bytes, n, to);
	return end_text(to);
}

/* Of RFC 4648, and bytes of all bits. */
static void bytes_are_base64(void **state)
{
	(void)state;
	assert_string_equal(base64("", 0), "");
	assert_string_equal(base64("f", 1), "Zg==");
	assert_string_equal(base64("fo", 2), "Zm8=");
	assert_string_equal(base64("foo", 3), "Zm9v");
	assert_string_equal(base64("foobar", 6), "Zm9vYmFy");
	assert_string_equal(base64("\xfb\xff\xbf\x00\x10\x83", 6), "+/+/ABCD");
}

/* ---- what of a figure is allowed ---- */

static struct piece piece(const char *text)
{
	return (struct piece){ text, strlen(text) };
}

static void entities_of_every_xml_are_allowed(void **state)
{
	static const char *const good[] = { "",       "no entity", "&amp;",  "a&lt;b&gt;", "&quot;",
					    "&apos;", "&#38;",     "&#x26;", "&#12345678;" };
	static const char *const bad[] = { "&",      "&amp",          "&;",
					   "&file;", "&AMP;",         "a & b",
					   "&a#1;",  "&#123456789a;", "&amp;&x;" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!entities_are_allowed(piece(good[i])))
			fail_msg("'%s' should be allowed", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (entities_are_allowed(piece(bad[i])))
			fail_msg("'%s' should not be allowed", bad[i]);
}

static void texts_of_figures_keep_their_entities(void **state)
{
	char text[ALLOWED_TITLE], longest[ALLOWED_TITLE + 9];
	FILE *to = begin_text();

	(void)state;
	allowed_write_text(piece("a&lt;b>&#60;\"&amp;"), to);
	assert_string_equal(end_text(to), "a&lt;b&gt;&#60;&quot;&amp;");
	allowed_plain_text(piece("a&lt;b&gt;&amp;&quot;&apos;&#39;&#38;c&am"), text);
	assert_string_equal(text, "a<b>&\"''&#38;c&am");
	memset(longest, 'a', sizeof longest);
	allowed_plain_text((struct piece){ longest, sizeof longest }, text);
	assert_int_equal(strlen(text), ALLOWED_TITLE - 1);
}

static const char *attribute(const char *name, const char *value)
{
	FILE *to = begin_text();

	allowed_write_attribute(piece(name), piece(value), 7, to);
	return end_text(to);
}

static void attributes_that_lead_out_are_left_out(void **state)
{
	static const char *const bad[][2] = {
		{ "onclick", "x" },        { "style", "fill:red" },
		{ "fill", "url(http:x)" }, { "fill", "URL(x)" },
		{ "fill", "url(#" },       { "d", "http://x" },
		{ "d", "a&amp;" },         { "d", "a<b" },
		{ "d", "a\\b" },           { "d", "a;b" },
		{ "href", "other.svg#a" }, { "href", "other.svg" },
		{ "xlink:href", "x#a" },   { "", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_string_equal(attribute(bad[i][0], bad[i][1]), "");
	assert_string_equal(attribute("d", "M0 0h1"), " d=\"M0 0h1\"");
	assert_string_equal(attribute("font-family", "\"a\" b"),
			    " font-family=\"&quot;a&quot; b\"");
	assert_string_equal(attribute("id", "a"), " id=\"f7-a\"");
	assert_string_equal(attribute("href", "#a"), " href=\"#f7-a\"");
	assert_string_equal(attribute("xlink:href", "#a"), " href=\"#f7-a\"");
	assert_string_equal(attribute("fill", "url(#a)"), " fill=\"url(#f7-a)\"");
	assert_string_equal(attribute("clip-path", "url(#b)"), " clip-path=\"url(#f7-b)\"");
	assert_string_equal(attribute("fill", "#123456"), " fill=\"#123456\"");
	assert_string_equal(attribute("fill", "rgb #1"), " fill=\"rgb #1\"");
	assert_string_equal(attribute("d", "a:/b"), " d=\"a:/b\"");
}

/* ---- figures ---- */

static const char *const stream_names[] = { "baseline", "a<b" };
static int figure_rc, figure_left;

/* The figure as it comes into the page as the third one. */
static const char *cleaned(const char *svg)
{
	struct input in = { .path = "f.svg", .bytes = (char *)svg, .size = strlen(svg) };
	struct svg_form form = { 3, "a \"figure\"", 2, stream_names };
	FILE *to = begin_text();

	figure_left = 0;
	figure_rc = svg_write(&in, &form, &figure_left, to);
	return end_text(to);
}

#define ROOT "<svg role=\"img\" aria-label=\"a &quot;figure&quot;\""

static void figures_keep_what_draws(void **state)
{
	static const struct {
		const char *from, *to;
		int left;
	} cases[] = {
		{ "<?xml version=\"1.0\"?>\n<!-- a <g> b -->\n<svg width = '5' ></svg > x <g>",
		  ROOT " width=\"5\"></svg>", 0 },
		{ "<svg><path d=\"M0 0\"/><text>a &lt; b > c</text></svg>",
		  ROOT "><path d=\"M0 0\"/><text>a &lt; b &gt; c</text></svg>", 0 },
		{ "<svg><title>file</title><desc>d</desc></svg>", ROOT "></svg>", 0 },
		/* streams are known by the titles of their groups */
		{ "<svg><g id=\"x\">\n <title>baseline</title><path/></g></svg>",
		  ROOT "><g id=\"f3-x\" class=\"s0\"><title>baseline</title><path/></g></svg>", 0 },
		{ "<svg><g><title>a&lt;b</title></g></svg>",
		  ROOT "><g class=\"s1\"><title>a&lt;b</title></g></svg>", 0 },
		{ "<svg><g><title>other</title></g><g><path/></g><g></g></svg>",
		  ROOT "><g><title>other</title></g><g><path/></g><g></g></svg>", 0 },
		{ "<svg><g>text<title>baseline</title></g></svg>",
		  ROOT "><g>text<title>baseline</title></g></svg>", 0 },
		{ "<svg><g><desc>baseline</desc></g></svg>",
		  ROOT "><g><desc>baseline</desc></g></svg>", 0 },
		{ "<svg><g><title>gnuplot_plot_12</title><path/></g></svg>",
		  ROOT "><g><path/></g></svg>", 0 },
		/* what could load or run is left out with all that is in it */
		{ "<svg><script>a</script><rect/></svg>", ROOT "><rect/></svg>", 1 },
		{ "<svg><a><b/><a></a><!x><?y?></a><image/>.</svg>", ROOT ">.</svg>", 2 },
		{ "<svg><filter><feX/></filter></svg>", ROOT "></svg>", 0 },
		{ "<svg><image onload='x' d='y'/><g onload='x'></g></svg>", ROOT "><g></g></svg>",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cleaned(cases[i].from);

		if (figure_rc || figure_left != cases[i].left || strcmp(text, cases[i].to) != 0)
			fail_msg("%s: code %d, %d left out, became %s", cases[i].from, figure_rc,
				 figure_left, text);
	}
}

static void broken_figures_are_told_with_their_line(void **state)
{
	static const char *const broken[][2] = {
		{ "", "line 1: expected an SVG figure, found its end too early" },
		{ "<svg>\n<g>\n", "line 3: expected an SVG figure, found its end too early" },
		{ "<svg>\n<g></svg>", "line 2: expected an SVG figure, found the end of an element "
				      "that is not open" },
		{ "<svg></svg", "found the end of an element that is not open" },
		{ "<svg/>", "found its end too early" },
		{ "</svg>", "found the end of an element that is not open" },
		{ "<g/>", "found an element that is none of an SVG" },
		{ "<svg>< g/></svg>", "found an element that is none of an SVG" },
		{ "<svg a></svg>", "found a tag that does not end" },
		{ "<svg", "found a tag that does not end" },
		{ "<svg /x", "found a tag that does not end" },
		{ "<svg =\"5\"/>", "found a tag that does not end" },
		{ "<svg a=5/>", "found a value without quotes" },
		{ "<svg a=", "found a value without quotes" },
		{ "<svg a='5\"/>", "found a value that does not end" },
		{ "<svg>\n<a><b></a>",
		  "line 2: expected an SVG figure, found an element that does not end" },
		{ "<svg><!-- </svg>", "found a comment that does not end" },
		{ "<svg>&x;</svg>", "found an entity that is not known" },
		{ "<!DOCTYPE svg><svg/>", "found a document type, which figures do not have" },
	};
	char deep[4096] = "<svg>";
	struct input zero = { .path = "f.svg", .bytes = (char *)"<svg/>\0", .size = 7 };
	struct svg_form form = { 3, "", 0, NULL };
	int left;

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		cleaned(broken[i][0]);
		if (figure_rc != PZ_EDATA || strncmp(pz_error_text(), "f.svg: ", 7) != 0 ||
		    !strstr(pz_error_text(), broken[i][1]))
			fail_msg("%s: code %d, '%s' should say '%s'", broken[i][0], figure_rc,
				 pz_error_text(), broken[i][1]);
	}
	assert_int_equal(svg_write(&zero, &form, &left, stderr), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "found a zero byte"));
	/* 64 within each other are allowed */
	for (int i = 1; i < 64; i++)
		strcat(deep, "<g>");
	cleaned(deep);
	assert_non_null(strstr(pz_error_text(), "its end too early"));
	strcat(deep, "<g>");
	cleaned(deep);
	assert_non_null(strstr(pz_error_text(), "found elements nested too deeply"));
}

/* ---- files ---- */

static void operand_is(const char *operand, const char *name, enum input_kind kind)
{
	struct input in;

	if (input_read(&in, operand) < 0)
		fail_msg("%s: %s", operand, pz_error_text());
	assert_string_equal(in.name, name);
	assert_int_equal(in.kind, kind);
	input_release(&in);
}

static void operand_fails(const char *operand, int code, const char *says)
{
	struct input in;

	assert_int_equal(input_read(&in, operand), code);
	if (!strstr(pz_error_text(), says))
		fail_msg("%s: '%s' should say '%s'", operand, pz_error_text(), says);
	input_release(&in);
}

static void files_are_known_by_their_content(void **state)
{
	char longest[96] = "", path[128];

	(void)state;
	write_text("r.json", " \n{\"a\": {\"n\": 1}}");
	write_text("fig.one.svg", "<svg/>");
	write_text("x", "<?xml version='1.0'?><svg/>");
	write_text("p.png", "\x89PNG\r\n\x1a\nxxxx");
	write_text("t.log", "iteration\tseen\trate\tloss\tvalid\n");
	write_text(".txt", "µ {}");
	write_text("empty", "");
	stream("s.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1}", NULL);
	assert_int_equal(system("mkdir -p d && cp s.pz d/e=f.pz"), 0);
	operand_is("r.json", "r", INPUT_REPORT);
	operand_is("fig.one.svg", "fig.one", INPUT_FIGURE);
	operand_is("x", "x", INPUT_FIGURE);
	operand_is("p.png", "p", INPUT_PICTURE);
	operand_is("t.log", "t", INPUT_LOG);
	operand_is(".txt", ".txt", INPUT_TEXT);
	operand_is("empty", "empty", INPUT_TEXT);
	operand_is("s.pz", "s", INPUT_STREAM);
	operand_is("d/e=f.pz", "e=f", INPUT_STREAM);
	operand_is("my name=d/e=f.pz", "my name", INPUT_STREAM);
	operand_is("a=r.json", "a", INPUT_REPORT);
	memset(longest, 'n', 63);
	snprintf(path, sizeof path, "%s=x", longest);
	operand_is(path, longest, INPUT_FIGURE);
	longest[63] = 'n';
	snprintf(path, sizeof path, "%s=x", longest);
	operand_fails(path, PZ_EUSAGE, "expected NAME=FILE with a name of 1 to 63 bytes");
	operand_fails("=x", PZ_EUSAGE, "expected NAME=FILE with a name of 1 to 63 bytes");
	operand_fails("a=", PZ_EUSAGE, "expected NAME=FILE, found 'a='");
	operand_fails("d/", PZ_EUSAGE, "expected NAME=FILE with a name of 1 to 63 bytes");
}

static void files_that_are_none_of_these(void **state)
{
	char *large = calloc(1, (1 << 16) + 9);
	struct input in;

	(void)state;
	operand_fails("none", PZ_EIO, "cannot open 'none': No such file");
	write_text("bad.json", "{\"a\":\n 1, \"a\": 2}");
	operand_fails("bad.json", PZ_EDATA, "bad.json: line 2: expected JSON of residuals: ");
	write_file("zero", "a\0b", 3);
	operand_fails("zero", PZ_EDATA, "zero: expected a stream, a model, JSON of residuals");
	write_text("latin", "a\xff");
	operand_fails("latin", PZ_EDATA, "latin: expected a stream");
	write_file("cut.pz", "\x82\xa6pzpipe\x01", 9);
	operand_fails("cut.pz", PZ_ECORRUPT, "cut.pz");
	operand_fails("a=.", PZ_EIO, ".: cannot be read: Is a directory");
	/* more than the first piece is read whole */
	memset(large, 'x', (1 << 16) + 8);
	large[1 << 16] = 'y';
	write_text("large", large);
	assert_int_equal(input_read(&in, "large"), 0);
	assert_int_equal(in.size, (1 << 16) + 8);
	assert_string_equal(in.bytes, large);
	input_release(&in);
	free(large);
}

static void page_fails(const char *files, int code, const char *says)
{
	char *copy = strdup(files), *operand[16], *rest = NULL;
	struct page p = { 0 };
	int n = 0;

	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		operand[n++] = word;
	assert_int_equal(page_read(&p, operand, n), code);
	if (!strstr(pz_error_text(), says))
		fail_msg("%s: '%s' should say '%s'", files, pz_error_text(), says);
	release_page(&p);
	free(copy);
}

static void a_page_is_of_one_report(void **state)
{
	char many[4096] = "{";
	struct page p = { 0 };

	(void)state;
	page_fails("t.log", PZ_EUSAGE, "expected the JSON that residuals --json writes among");
	page_fails("r.json b=r.json", PZ_EUSAGE,
		   "r.json: expected one JSON of residuals, found a second one");
	write_text("no_n.json", "{\"a\": {\"n\": 1}, \"b\": {\"n\": 1.5}}");
	page_fails("no_n.json", PZ_EDATA,
		   "no_n.json: expected JSON of residuals, found no count 'n' in 'b'");
	write_text("no.json", "{}");
	page_fails("no.json", PZ_EDATA, "found no stream in it");
	for (int i = 0; i < 65; i++)
		sprintf(many + strlen(many), "%s\"s%d\": {\"n\": 1}", i ? ", " : "", i);
	strcat(many, "}");
	write_text("many.json", many);
	page_fails("many.json", PZ_EDATA, "many.json: expected at most 64 streams, found more");
	assert_int_equal(page_read(&p, NULL, 257), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "expected at most 256 files, found 257");
}

/* ---- sections ---- */

static int section_rc;

static void write_figures(struct page *p)
{
	section_rc = page_write_figures(p);
}

static void write_origins(struct page *p)
{
	section_rc = page_write_origins(p);
}

static const char *streams_of(const char *json)
{
	struct page p;
	const char *text;

	write_text("r.json", json);
	p = page_of("r.json");
	text = section_of(&p, page_write_streams);
	release_page(&p);
	return text;
}

#define N ": {\"n\": 1}"

/* Of up to four streams all are shown; of more only the usual ones, if two of these are there. */
static void the_usual_streams_are_shown_at_first(void **state)
{
	const char *text =
		streams_of("{\"baseline\"" N ", \"step4\"" N ", \"b\"" N ", \"c\"" N "}");

	(void)state;
	assert_int_equal(times_in(text, "<label>"), 4);
	assert_int_equal(times_in(text, " checked>"), 4);
	text = streams_of("{\"baseline\"" N ", \"step4\"" N ", \"b\"" N ", \"c\"" N ", \"<d>\"" N
			  "}");
	assert_int_equal(times_in(text, " checked>"), 2);
	shows(text, "value=\"s0\" checked><svg class=\"sign\" viewBox=\"0 0 16 9\" "
		    "aria-hidden=\"true\"><path d=\"M1 4.5h14\" stroke=\"#000000\" ");
	shows(text, "value=\"s1\" checked>");
	shows(text, "value=\"s2\"><svg");
	shows(text, "</svg>&lt;d&gt;</label>");
	text = streams_of("{\"baseline\"" N ", \"a\"" N ", \"b\"" N ", \"c\"" N ", \"d\"" N "}");
	assert_int_equal(times_in(text, " checked>"), 5);
}

static void figures_and_pictures_have_the_text_of_their_name(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\x03\0\x04xx";
	struct page p;
	const char *text;

	(void)state;
	write_text("r.json", "{\"a\"" N "}");
	write_text("f.svg", "<svg><g id=\"i\"><title>a</title></g><script/></svg>");
	write_text("f.txt", "of <f>");
	write_text("other.txt", "make & go");
	write_file("p.png", png, sizeof png - 1);
	write_text("short.png", "\x89PNG\r\n\x1a\n");
	p = page_of("r.json f.svg p.png f.txt other.txt short.png g=f.svg");
	text = section_of(&p, write_figures);
	assert_int_equal(section_rc, 0);
	assert_int_equal(p.left, 2);
	shows(text, "<h3>f</h3>\n<figure><div class=\"paper zoom\"><svg role=\"img\" "
		    "aria-label=\"f\"><g id=\"f2-i\" class=\"s0\"><title>a</title></g></svg></div>"
		    "<figcaption>of &lt;f&gt;</figcaption></figure>\n");
	shows(text, "<g id=\"f7-i\" class=\"s0\"><title>a</title></g></svg></div>"
		    "<figcaption>g</figcaption></figure>\n");
	text = section_of(&p, page_write_pictures);
	shows(text, "<img alt=\"Stamps of galaxies: p\" width=\"258\" height=\"196612\" "
		    "src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAQIAAwAEeHg=\">"
		    "<figcaption>p</figcaption></figure>");
	assert_int_equal(times_in(text, "<img"), 2);
	shows(text, "galaxies: short\" src=\"data:image/png;base64,iVBORw0KGgo=\">");
	text = section_of(&p, page_write_texts);
	assert_string_equal(text, "<section aria-labelledby=\"text4\"><h2 id=\"text4\">other</h2>\n"
				  "<pre>make &amp; go</pre></section>\n");
	release_page(&p);
	write_text("f.svg", "<svg>");
	p = page_of("r.json f.svg");
	part_of(&p, write_figures);
	assert_int_equal(section_rc, PZ_EDATA);
	release_page(&p);
}

static void origins_name_tools_files_and_models(void **state)
{
	struct input model;
	struct page p;
	const char *text;
	char header[1024];

	(void)state;
	stream("net.pz",
	       "{\"pzpipe\": 1, \"kind\": \"model\", \"history\": [{\"tool\": \"train\", "
	       "\"version\": \"1\", \"args\": \"-n 4\", \"seed\": 7}]}",
	       "{\"name\": \"w\", \"shape\": [1], \"data\": 1}", NULL);
	assert_int_equal(input_read(&model, "net.pz"), 0);
	snprintf(header, sizeof header,
		 "{\"pzpipe\": 1, \"kind\": \"predictions\", \"survey\": \"a&b\", \"grid\": "
		 "{\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 8, \"left\": 2, "
		 "\"right\": 1}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, "
		 "\"channels\": 3}, \"recalibrated\": {\"times\": 1}, \"history\": [3, {\"tool\": "
		 "\"cutout\", \"version\": \"1\", \"args\": \"--size 4\"}, {\"tool\": "
		 "\"predict\", \"version\": \"2\", \"args\": \"--model FILE --domain FILE -x\", "
		 "\"files\": [[\"net.pz\", \"%08x\"], [\"b<.pz\", \"00000000\"]]}, {\"tool\": "
		 "\"average\", \"args\": \"--with FILE\", \"files\": [[\"u.pz\", \"%08x\"], "
		 "[\"v.pz\", \"\"]]}]}",
		 (unsigned)(model.hash >> 32), (unsigned)(model.file_hash >> 32));
	stream("p.pz", header, NULL);
	input_release(&model);
	write_text("r.json", "{\"a\"" N "}");
	p = page_of("r.json p.pz net.pz");
	text = section_of(&p, write_origins);
	assert_int_equal(section_rc, 0);
	shows(text, "<h3 id=\"stream1\">p</h3>\n<p class=\"soft\">predictions; survey a&amp;b; 8 "
		    "bins of z from 0 to 0.4, 2 more below and 1 above; rows of magnitude r; its "
		    "p(z) are recalibrated</p>\n<ol>\n<li><code>cutout 1 --size 4</code></li>\n");
	shows(text, "<a href=\"#stream2\">how net.pz was made</a></li>\n");
	shows(text, "<a href=\"#stream2\">how u.pz was made</a></li>\n");
	assert_int_equal(times_in(text, "was made</a>"), 2);
	/* files stand in their places, unless there are more or fewer than places */
	shows(text, "<pre>cutout --size 4 |\n  predict --model net.pz --domain b&lt;.pz -x |\n  "
		    "average --with FILE &gt;p.pz</pre>");
	shows(text, "<p class=\"soft\">model</p>\n<ol>\n<li><code>train 1 -n 4 (seed 7)</code>");
	shows(text, "<pre>train -n 4 --seed 7 &gt;net.pz</pre>");
	release_page(&p);
}

/* ---- the tool ---- */

static void the_page_has_a_section_of_each_kind(void **state)
{
	const char *page;

	(void)state;
	write_text("f.svg", "<svg><script/><image/></svg>");
	write_text("r.json", "{\"a\": {\"n\": 1, \"pit_histogram\": [0.5, 0.5], \"tomography\": "
			     "{}}}");
	run_well(report_main, "report --title a&b r.json f.svg p.png t.log s.pz other.txt");
	page = contents("stdout");
	shows(page, "<title>a&amp;b</title>");
	shows(page, "<header><h1>a&amp;b</h1></header>");
	shows(page, "<li><a href=\"#numbers\">Numbers</a></li>\n<li><a href=\"#figures\">Figures"
		    "</a></li>\n<li><a href=\"#nz\">Distributions n(z)</a></li>\n<li><a "
		    "href=\"#pit\">Calibration of p(z)</a></li>\n<li><a href=\"#bins\">Bins and "
		    "differences</a></li>\n<li><a href=\"#training\">Training</a></li>\n<li><a "
		    "href=\"#pictures\">Galaxies</a></li>\n<li><a href=\"#origin\">How each "
		    "stream was made</a></li>\n</ul>");
	assert_int_equal(times_in(page, "<section"), 9);
	is_well_nested(page);
	assert_string_equal(contents("stderr"),
			    "report: 2 elements of figures were left out: they draw nothing, or "
			    "could load or run something\n");
	write_text("r.json", "{\"a\": {\"n\": 1}}");
	write_text("f.svg", "<svg><script/></svg>");
	run_well(report_main, "report r.json -o page.html");
	page = contents("page.html");
	assert_int_equal(times_in(page, "<section"), 2);
	is_well_nested(page);
	shows(page, "<ul>\n<li><a href=\"#numbers\">Numbers</a></li>\n<li><a href=\"#nz\">"
		    "Distributions n(z)</a></li>\n</ul>");
	shows(page, "<title>Photometric redshifts: what came out</title>");
	assert_string_equal(contents("stderr"), "");
	run_well(report_main, "report r.json f.svg -o page.html");
	shows(contents("stderr"), "report: 1 element of figures was left out: it draws nothing,");
}

static void mistakes_end_with_their_status(void **state)
{
	(void)state;
	run_badly(report_main, "report", 2, "expected the JSON that residuals --json writes");
	run_badly(report_main, "report s.pz", 2, "expected the JSON that residuals --json writes");
	run_badly(report_main, "report r.json none", 1, "report: cannot open 'none'");
	run_badly(report_main, "report r.json cut.pz", 3, "report: cut.pz");
	write_text("f.svg", "<svg>");
	run_badly(report_main, "report r.json f.svg -o no.html", 1,
		  "report: f.svg: line 1: expected an SVG figure, found its end too early");
	assert_int_not_equal(access("no.html", F_OK), 0);
	write_text("t.log", "iteration\tseen\trate\tloss\tvalid\nx\n");
	run_badly(report_main, "report r.json t.log", 1,
		  "t.log: line 2: expected a line of a log of train");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(numbers_have_the_digits_of_their_error),
		cmocka_unit_test(bytes_are_base64),
		cmocka_unit_test(entities_of_every_xml_are_allowed),
		cmocka_unit_test(texts_of_figures_keep_their_entities),
		cmocka_unit_test(attributes_that_lead_out_are_left_out),
		cmocka_unit_test(figures_keep_what_draws),
		cmocka_unit_test(broken_figures_are_told_with_their_line),
		cmocka_unit_test(files_are_known_by_their_content),
		cmocka_unit_test(files_that_are_none_of_these),
		cmocka_unit_test(a_page_is_of_one_report),
		cmocka_unit_test(the_usual_streams_are_shown_at_first),
		cmocka_unit_test(figures_and_pictures_have_the_text_of_their_name),
		cmocka_unit_test(origins_name_tools_files_and_models),
		cmocka_unit_test(the_page_has_a_section_of_each_kind),
		cmocka_unit_test(mistakes_end_with_their_status),
	};

	return cmocka_run_group_tests_name("files of report", tests, in_folder, out_of_folder);
}
