/* test_defaults.c -- the default and the range of every option, as the manual pages have them */
#include "in_process.h"

static const struct {
	const char *tool, *option, *value, *range; /* value "": none is shown; range "": none */
} table[] = {
	{ "average", "combine", "mean", "" },
	{ "balance", "threshold", "0", "0 to 1.07374e+09" },
	{ "balance", "fold", "1", "1 to 1.07374e+09" },
	{ "balance", "by", "mag", "" },
	{ "balance", "neighbours", "20", "1 to 10000" },
	{ "balance", "bins", "0", "0 to 100000" },
	{ "balance", "channels", "0", "0 to 100" },
	{ "balance", "seed", "1", "" },
	{ "calibrate", "size", "0", "0 to 2e+08" },
	{ "calibrate", "min-count", "1", "1 to 1.07374e+09" },
	{ "calibrate", "seed", "1", "" },
	{ "cutout", "size", "64", "1 to 4096" },
	{ "cutout", "pixscale", "0", "0 to 3600" },
	{ "cutout", "kernel", "lanczos3", "" },
	{ "cutout", "min-cover", "0", "0 to 1" },
	{ "cutout", "subtract-sky", "none", "" },
	{ "cutout", "match-psf", "", "0.001 to 3600" },
	{ "flag", "domain", "0.01", "0 to 1" },
	{ "flag", "corrected", "zphot_corrected", "" },
	{ "fromarray", "as", "none", "" },
	{ "fromarray", "layout", "any", "" },
	{ "fromarray", "size", "0", "0 to 4096" },
	{ "fromarray", "pixscale", "0", "0 to 3600" },
	{ "fromtable", "pz-is", "probability", "" },
	{ "inspect", "head", "", "1 to 1e+09" },
	{ "inspect", "count", "64", "1 to 10000" },
	{ "inspect", "columns", "0", "0 to 1000" },
	{ "inspect", "scale", "1", "1e-06 to 1e+06" },
	{ "inspect", "choose", "first", "" },
	{ "inspect", "estimate", "mode", "" },
	{ "inspect", "seed", "1", "" },
	{ "knn", "apertures", "", "0.001 to 10000" },
	{ "knn", "extinction", "", "0 to 100" },
	{ "knn", "neighbours", "100", "1 to 10000" },
	{ "knn", "clip", "3", "0 to 1000" },
	{ "knn", "weights", "flat", "" },
	{ "mock", "galaxies", "", "0 to 1e+08" },
	{ "mock", "spectra", "", "-50 to 50" },
	{ "mock", "failures", "0", "0 to 1" },
	{ "mock", "density", "", "1 to 5000" },
	{ "mock", "layout", "sdss", "" },
	{ "mock", "pixscale", "0", "0 to 5" },
	{ "mock", "compress", "none", "" },
	{ "mock", "size", "64", "1 to 1024" },
	{ "mock", "seed", "1", "" },
	{ "normalize", "stretch", "sqrt", "" },
	{ "normalize", "divide", "0", "0 to 1e+30" },
	{ "normalize", "pixel", "same", "" },
	{ "nz", "bootstrap", "100", "0 to 100000" },
	{ "nz", "smooth", "0", "0 to 10000" },
	{ "nz", "seed", "1", "" },
	{ "partition", "parts", "train=0.8,valid=0.04,test=0.16", "" },
	{ "partition", "outside", "keep", "" },
	{ "partition", "seed", "1", "" },
	{ "predict", "combine", "mean", "" },
	{ "predict", "neighbours", "10", "1 to 1000" },
	{ "recalibrate", "smooth", "3", "0 to 10000" },
	{ "recalibrate", "intervals", "", "1 to 99.99" },
	{ "recalibrate", "held", "0.5", "0.05 to 0.95" },
	{ "recalibrate", "cell", "100", "10 to 1e+09" },
	{ "recalibrate", "seed", "1", "" },
	{ "report", "title", "Photometric redshifts: what came out", "" },
	{ "residuals", "estimate", "mode", "" },
	{ "residuals", "bootstrap", "100", "0 to 1e+06" },
	{ "residuals", "outlier", "", "1e-09 to 1e+09" },
	{ "residuals", "fit-from", "", "-1e+09 to 1e+09" },
	{ "residuals", "fit-count", "5", "1 to 1.07374e+09" },
	{ "residuals", "dispersions", "", "1e-09 to 1e+09" },
	{ "residuals", "factor", "1", "1e-06 to 1e+06" },
	{ "residuals", "by", "estimate", "" },
	{ "residuals", "seed", "1", "" },
	{ "softlabel", "extend", "", "0 to 100000" },
	{ "softlabel", "dispersions", "", "1e-09 to 1e+09" },
	{ "softlabel", "errors", "0", "0 to 1e+09" },
	{ "softlabel", "bins", "0", "0 to 100000" },
	{ "softlabel", "channels", "0", "0 to 100" },
	{ "softlabel", "seed", "1", "" },
	{ "sweep", "name", "value", "" },
	{ "sweep", "subsets", "", "0 to 1e+15" },
	{ "totable", "format", "name", "" },
	{ "train", "heads", "keep", "" },
	{ "train", "recipe", "article", "" },
	{ "train", "iterations", "", "1 to 2.14748e+09" },
	{ "train", "batch", "", "1 to 65536" },
	{ "train", "rate", "", "1e-12 to 10" },
	{ "train", "schedule", "recipe", "" },
	{ "train", "drop-factor", "5", "1 to 1e+06" },
	{ "train", "warm-up", "-1", "-1 to 0.99" },
	{ "train", "decay", "-1", "-1 to 1000" },
	{ "train", "average", "-1", "-1 to 1" },
	{ "train", "dropout", "-1", "-1 to 0.95" },
	{ "train", "stop-when-flat", "0", "0 to 1e+06" },
	{ "train", "every", "", "1 to 2.14748e+09" },
	{ "train", "memory", "1024", "0 to 1.67772e+07" },
	{ "train", "seed", "1", "" },
};

static const struct {
	const char *name;
	tool_main run;
} tools[] = {
	{ "average", average_main },
	{ "balance", balance_main },
	{ "calibrate", calibrate_main },
	{ "cutout", cutout_main },
	{ "flag", flag_main },
	{ "fromarray", fromarray_main },
	{ "fromtable", fromtable_main },
	{ "inspect", inspect_main },
	{ "knn", knn_main },
	{ "mock", mock_main },
	{ "normalize", normalize_main },
	{ "nz", nz_main },
	{ "partition", partition_main },
	{ "predict", predict_main },
	{ "recalibrate", recalibrate_main },
	{ "report", report_main },
	{ "residuals", residuals_main },
	{ "softlabel", softlabel_main },
	{ "sweep", sweep_main },
	{ "totable", totable_main },
	{ "train", train_main },
};

static tool_main main_of(const char *name)
{
	size_t i = 0;

	while (strcmp(tools[i].name, name) != 0)
		i++;
	return tools[i].run;
}

/* What stands in [] at the end of an option's words in the help; "": nothing. */
static const char *shown(const char *help, const char *option)
{
	static char value[80];
	char name[80];
	const char *at, *end, *open = NULL;

	snprintf(name, sizeof name, "--%s ", option);
	at = strstr(help, name);
	assert_non_null(at);
	/* the next option begins after two or six blanks */
	for (end = strchr(at, '\n'); end && strncmp(end, "\n      --", 9) != 0 &&
				     strncmp(end, "\n  -", 4) != 0 && end[1] == ' ';)
		end = strchr(end + 1, '\n');
	assert_non_null(end);
	for (const char *p = at; end[-1] == ']' && p < end; p++)
		open = *p == '[' ? p : open;
	*value = 0;
	for (size_t n = 0; open && ++open < end - 1 && n + 1 < sizeof value;) {
		if (*open != '\n' && (*open != ' ' || value[n - 1] != ' '))
			value[n++] = *open;
		value[n] = 0;
	}
	return value;
}

static void defaults_are_shown(void **state)
{
	char line[80], *help = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (i == 0 || strcmp(table[i].tool, table[i - 1].tool) != 0) {
			snprintf(line, sizeof line, "%s --help", table[i].tool);
			run_well(main_of(table[i].tool), line);
			free(help);
			help = strdup(contents("stdout"));
			for (const char *at = help; *at; at++)
				assert_true(*at == '\n' || (unsigned char)*at >= ' ');
		}
		if (strcmp(shown(help, table[i].option), table[i].value) != 0)
			fail_msg("%s --%s: expected [%s], found [%s]", table[i].tool,
				 table[i].option, table[i].value, shown(help, table[i].option));
	}
	free(help);
}

static void ranges_are_told(void **state)
{
	char line[80], words[80];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (!*table[i].range)
			continue;
		snprintf(line, sizeof line, "%s --%s=9e99", table[i].tool, table[i].option);
		snprintf(words, sizeof words, "--%s: expected %s, found 9e99", table[i].option,
			 table[i].range);
		run_badly(main_of(table[i].tool), line, 2, words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_shown),
		cmocka_unit_test(ranges_are_told),
	};

	return cmocka_run_group_tests_name("defaults", tests, in_folder, out_of_folder);
}
