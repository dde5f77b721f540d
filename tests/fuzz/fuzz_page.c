/* fuzz_page.c -- the files of the web page: figures (SVG), JSON of residuals, logs, texts
 *
 * An input that begins with { is the report itself, and is also read as one of residuals
 * --training; anything else stands beside a report that is good. Whatever comes in, nothing of it
 * may come out that loads or runs something.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "../../tools/common/json_number.h"
#include "../../tools/report/page.h"
#include "../../tools/residuals/networks.h"
#include "fuzz.h"

static const char good[] =
	"{\"step3\": {\"n\": 100, \"without_pz\": 0, \"outside_pz\": 2, \"sigma_mad\": 0.01, "
	"\"errors\": {\"sigma_mad\": 0.001}, \"tv\": {\"value\": 0.2, \"error\": 0.01, \"floor\": "
	"0.1},"
	" \"nz_zspec\": {\"z\": [0.1, 0.2, 0.3], \"share\": [0.2, 0.5, 0.3]},"
	" \"interval_68_rows\": {\"mag\": [16, 17], \"share\": [0.6, 0.7], \"error\": [0.1, 0.1]},"
	" \"training\": {\"networks\": 3, \"sigma_mad\": 0.002},"
	" \"tomography\": {\"require\": {\"lsst-y1\": 0.002}, \"sources\": {\"lsst-y1\": \"SRD\"}, "
	"\"bins\": [{\"mean_true\": 0.1, \"bias_pz\": 0.001, \"errors\": {\"bias_pz\": 1e-4}}]},"
	" \"against\": {\"key\": \"mag\", \"bins\": [{\"mean\": 16, \"pit_ks\": 0.1, "
	"\"pit_ks_floor\": 0.05}]},"
	" \"differences\": {\"from\": \"baseline\", \"tv\": {\"difference\": 1, \"error\": 2, "
	"\"sigma\": 0.5}}}}";

/* A file with the report that is good. */
static const char *good_file(void)
{
	static char name[64];
	FILE *file;

	if (!*name) {
		file = tmpfile();
		if (!file || fwrite(good, 1, sizeof good - 1, file) != sizeof good - 1 ||
		    fflush(file) != 0)
			abort();
		snprintf(name, sizeof name, "good=/proc/self/fd/%d", fileno(file));
	}
	return name;
}

/* Aborts at an attribute that runs something (on...), and at a reference to the outside. at: behind
 * the name of an element; returns the end of its tag. */
static const char *check_attributes(const char *at)
{
	while (*at && *at != '>') {
		const char *name = at += strspn(at, " \t\n/");
		size_t n = strcspn(name, " \t\n/=>");

		at = name + n;
		if (n > 2 && !strncmp(name, "on", 2))
			abort();
		if (at[0] != '=' || at[1] != '"')
			continue;
		at += 2;
		if (n >= 4 && !strncmp(name + n - 4, "href", 4) && *at != '#')
			abort();
		at += strcspn(at, "\"");
		at += *at == '"';
	}
	return at;
}

/* Aborts at what a browser would run or fetch. */
static void check_page(const char *page)
{
	static const char *const bad[] = { "script", "iframe", "foreignObject", "image",
					   "style",  "object", "embed" };

	while ((page = strchr(page, '<'))) {
		size_t n = strcspn(++page, " \t\n/>");

		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
			if (strlen(bad[i]) == n && !strncmp(bad[i], page, n))
				abort();
		page = check_attributes(page + n);
	}
}

static void write_sections(struct page *p)
{
	page_write_numbers(p);
	page_write_streams(p);
	if (page_write_figures(p) < 0)
		return;
	page_write_distributions(p);
	page_write_bins(p);
	if (page_write_training(p) == 0)
		page_write_texts(p);
}

/* The page of these files. */
static void make_page(char **operands, int count)
{
	struct page p = { .title = "title" };
	char *text = NULL;
	size_t size = 0;

	if (!(p.to = open_memstream(&text, &size)))
		abort();
	if (page_read(&p, operands, count) == 0)
		write_sections(&p);
	fclose(p.to);
	check_page(text);
	free(text);
	for (int i = 0; i < p.inputs; i++)
		input_release(&p.input[i]);
	free(p.input);
}

/* The same bytes as reports of two networks. */
static void compare_networks(const char *path)
{
	char list[160];
	struct networks *t = NULL;

	snprintf(list, sizeof list, "%s,%s", path, path);
	if (networks_read(&t, list) == 0 && networks_check(t, "step3", 100) == 0 &&
	    networks_error(t, "step3", "tomography.bins.0.bias_pz") > 1e-9 &&
	    networks_error(t, "step3", "sigma_mad") > 1e-9)
		abort(); /* of equal numbers there is no scatter */
	networks_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_file(bytes, size);
	char operand[96], report[96];

	snprintf(operand, sizeof operand, "it=%s", path);
	snprintf(report, sizeof report, "%s", good_file());
	if (size > 0 && *bytes == '{') {
		make_page((char *[]){ operand }, 1);
		compare_networks(path);
	} else {
		make_page((char *[]){ report, operand }, 2);
	}
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		good,
		"<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 9 9\" onload=\"x\" "
		"xmlns=\"http://www.w3.org/2000/svg\"><!-- c --><g "
		"id=\"a\"><title>step3</title><path "
		"id=\"b\" d=\"M1 1h3\" style=\"fill:url(#b)\" fill=\"url(#b)\"/></g><use "
		"xlink:href=\"#b\"/><text x='1'>a &lt; b &#60; c</text></svg>",
		"<svg viewBox=\"0 0 9 9\"><script>alert(1)</script><style>@import "
		"'x'</style><image "
		"href=\"http://x\"/><foreignObject><b/></foreignObject><a "
		"href=\"javascript:x\"><path/></a><![CDATA[x]]></svg>",
		"iteration\tseen\trate\tloss\tvalid_loss\n10\t320\t0.01\t4.5\t\n20\t640\t0.001\t3."
		"25\t3."
		"5\n",
		"a caption <script>\n",
	};

	return i < (int)(sizeof texts / sizeof *texts) ? fuzz_text(texts[i], size) : NULL;
}
