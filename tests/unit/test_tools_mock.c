/* test_tools_mock.c -- mock: every number of its stamps is the library's, from a catalogue too; the
 * skies of surveys; options that do not go together */
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

#include <pz/fits.h>
#include <pz/mock.h>

#include "../../tools/mock/origin.h"
#include "in_process.h"

/* All commands are run before the test itself calls the library, for whose threads a command, which
 * is a fork of the test, would wait in vain. What the n-th says is in the file said-n. */
static int runs;

static void run_and_keep(const char *line)
{
	char name[16];

	run_well(mock_main, line);
	snprintf(name, sizeof name, "said-%d", runs++);
	assert_int_equal(rename("stderr", name), 0);
}

static void said(int n, const char *what)
{
	char name[16];

	snprintf(name, sizeof name, "said-%d", n);
	if (!strstr(contents(name), what))
		fail_msg("'%s' should say '%s'", contents(name), what);
}

static size_t count(const char *name)
{
	struct pz_reader *in = NULL;
	size_t n = 0;

	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	while (pz_read(in) > 0)
		n++;
	pz_reader_close(in);
	return n;
}

/* Rows of which every fourth cannot be painted; columns in another order than theirs. */
static void write_catalogue(const char *name, int rows)
{
	FILE *to = fopen(name, "w");

	fprintf(to, "ez,hlr,mu,mg,mr,mi,mz,eu,eg,er,ei,ebv,photz\n");
	for (int i = 0; i < rows; i++)
		fprintf(to, "0.15,%g,%g,18,%s,16,15.5,0.1,0.2,%g,0.3,0.02,%g\n", 1 + 0.0002 * i,
			19 + 0.0001 * i, i % 8 == 3 ? "-99" : "17", i % 2 ? 0.05 : -1,
			i % 8 == 7   ? 0
			: i % 8 == 5 ? 0.4
				     : 0.1 + 0.00005 * i);
	fclose(to);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	write_catalogue("own.csv", 40);
	write_catalogue("many.csv", 6000);
	write_text(
		"cfhtls-deep.json",
		"{\"survey\": \"cfhtls-deep\", \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": "
		"4, \"bins\": 10}, \"rows\": {\"mag\": \"i\", \"min\": 16, \"width\": 1, "
		"\"channels\": 3}, \"limits\": {\"divide\": 1, \"outlier\": 0.1, \"fit_from\": 0, "
		"\"threshold\": 5}}");
	run_and_keep("mock --stamps -n 300 --size 3 --seed 5 --spectra 17 --failures 0.25 "
		     "--density 40 -j 3 -o m.pz");
	run_and_keep("mock --stamps -n 2 --size 3 --pixscale 0.2 --field --survey "
		     "./cfhtls-deep.json -o deep.pz");
	run_and_keep("mock --stamps --size 1 --from own.csv --magnitudes m%b --errors e%b --sizes "
		     "hlr --columns z=photz --missing -99 --density 13 -o own.pz");
	run_and_keep("mock --stamps --size 1 -n 7 --from own.csv --magnitudes m%b --columns "
		     "z=photz --missing -99 -o seven.pz");
	run_and_keep("mock --stamps -n 0 --size 2 -o none.pz");
	run_and_keep("mock -v -n 1 --aligned --pixscale 5 up");
	return 0;
}

static void is(const char *name, size_t i, const char *key, double expected)
{
	double found = number(name, i, key);

	if (found != expected && !(isnan(expected) && found == -999))
		fail_msg("%s: record %zu: %s: expected %.17g, found %.17g", name, i, key, expected,
			 found);
}

/* Record i is galaxy g of the sky, at its place, with its stamp of this size. */
static void is_galaxy(const char *name, const struct pz_mock *sky, const struct pz_mock_layout *l,
		      uint64_t i, const struct pz_mock_galaxy *g, int size)
{
	float stamp[5 * 6 * 6];
	double radec[2], x[180], cover[5];
	size_t n = 5 * (size_t)size * (size_t)size;

	pz_mock_place(sky, l, i, radec);
	pz_mock_stamp(sky, i, g, size, stamp);
	is(name, i, "id", (double)i);
	is(name, i, "ra", radec[0]);
	is(name, i, "dec", radec[1]);
	is(name, i, "z", g->zspec);
	is(name, i, "mag", g->mag);
	is(name, i, "ebv", g->ebv);
	is(name, i, "size", g->size);
	is(name, i, "axis", g->axis);
	is(name, i, "bulge", g->bulge);
	assert_int_equal(numbers(name, i, "cover", cover, 5), 5);
	for (int b = 0; b < 5; b++)
		assert_true(cover[b] == 1);
	assert_int_equal(numbers(name, i, "img", x, 180), n);
	for (size_t k = 0; k < n; k++)
		assert_true(x[k] == (double)stamp[k]);
}

/* Across the border of a batch of 256; some have no redshift. */
static void stamps_are_the_librarys(void **state)
{
	static const uint64_t some[] = { 0, 1, 17, 254, 255, 256, 257, 299 };
	struct pz_mock_layout layout;
	struct pz_mock_galaxy g;
	struct pz_mock *sky;
	int without = 0;

	(void)state;
	assert_int_equal(pz_mock_open(&sky, "sdss", 5), 0);
	pz_mock_set_spectra(sky, 17, 0.25);
	assert_int_equal(pz_mock_layout(&layout, sky, 300, 40), 0);
	for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
		pz_mock_galaxy(sky, some[k], &g);
		is_galaxy("m.pz", sky, &layout, some[k], &g, 3);
	}
	for (uint64_t i = 0; i < 300; i += 10) {
		pz_mock_galaxy(sky, i, &g);
		without += isnan(g.zspec);
	}
	assert_true(without > 3 && without < 27);
	pz_mock_close(sky);
	assert_int_equal(count("m.pz"), 300);
	assert_int_equal(count("none.pz"), 0);
	{
		static const char *const part[] = {
			"\"kind\":\"stamps\"", "\"bands\":[\"u\",\"g\",\"r\",\"i\",\"z\"]",
			"\"size\":3",          "\"pixel\":\"f4\"",
			"\"pixscale\":0.396",  "\"unit\":\"nmgy\"",
			"\"survey\":\"sdss\"", "\"max\":0.4,\"bins\":180",
			"\"tool\":\"mock\"",   "\"seed\":5",
		};

		for (size_t i = 0; i < sizeof part / sizeof *part; i++)
			if (!strstr(header("m.pz"), part[i]))
				fail_msg("'%s' lacks '%s'", header("m.pz"), part[i]);
	}
}

static void skies_of_surveys(void **state)
{
	const struct pz_mock_pixels pixels = { .scale = 0.2 };
	struct pz_mock_layout layout;
	struct pz_mock_galaxy g;
	struct pz_mock *sky;

	(void)state;
	assert_int_equal(pz_mock_open_pixels(&sky, "cfhtls-deep", &pixels, 1), 0);
	assert_int_equal(pz_mock_open_field(sky), 0);
	assert_int_equal(pz_mock_layout(&layout, sky, 2, 0), 0);
	for (uint64_t i = 0; i < 2; i++) {
		pz_mock_galaxy(sky, i, &g);
		is_galaxy("deep.pz", sky, &layout, i, &g, 3);
	}
	assert_non_null(strstr(header("deep.pz"), "\"pixscale\":0.2"));
	assert_non_null(strstr(header("deep.pz"), "\"mag\":\"i\""));
	pz_mock_close(sky);
}

/* ---- galaxies of a catalogue ---- */

/* What is written of row i, with as many digits. */
static double written(double x)
{
	char text[40];

	snprintf(text, sizeof text, "%g", x);
	return atof(text);
}

static struct pz_mock_known known_of(int i)
{
	return (struct pz_mock_known){ .z = written(i % 8 == 5 ? 0.4 : 0.1 + 0.00005 * i),
				       .mags = { written(19 + 0.0001 * i), 18, 17, 16, 15.5 },
				       .errors = { 0.1, 0.2, i % 2 ? 0.05 : NAN, 0.3, 0.15 },
				       .size = written(1 + 0.0002 * i),
				       .ebv = 0.02 };
}

static void catalogues_of_many_galaxies(void **state)
{
	const struct tool t = { .name = "mock", .quiet = true };
	const struct origin_catalogue c = {
		"many.csv", "z=photz", "m%b", "e%b", "hlr", "-99", 4400
	};
	struct origin from = { 0 };
	size_t at = 0;

	(void)state;
	assert_int_equal(pz_mock_open(&from.sky, "sdss", 1), 0);
	assert_int_equal(origin_read(&from, &t, &c), 0);
	assert_int_equal(from.count, 4400);
	for (int i = 0; at < 4400; i++) {
		struct pz_mock_known k = known_of(i);

		if (i % 4 != 3)
			assert_memory_equal(&from.known[at++], &k, sizeof k);
	}
	origin_release(&from);
}

static void galaxies_of_others(void **state)
{
	struct pz_mock_layout layout;
	struct pz_mock *sky;
	size_t at = 0;

	(void)state;
	said(2, "mock: own.csv: 10 galaxies were left out, because r or a redshift up to 0.4 is "
		"missing\nmock: own.csv: 20 magnitudes are taken as exact, because the error is "
		"missing or not above 0\n");
	assert_int_equal(count("own.pz"), 30);
	said(3, "mock: own.csv: 2 galaxies were left out, because");
	assert_int_equal(count("seven.pz"), 7);
	assert_int_equal(pz_mock_open(&sky, "sdss", 1), 0);
	assert_int_equal(pz_mock_layout(&layout, sky, 30, 13), 0);
	for (int i = 0; i < 40; i++) {
		struct pz_mock_known k = known_of(i);
		struct pz_mock_galaxy g;

		if (i % 4 == 3)
			continue;
		assert_int_equal(pz_mock_galaxy_like(sky, at, &k, &g), 0);
		is_galaxy("own.pz", sky, &layout, at++, &g, 1);
	}
	pz_mock_close(sky);
}

/* ---- frames and options ---- */

static void frames_are_counted(void **state)
{
	struct pz_fits *f;

	(void)state;
	assert_int_equal(pz_fits_open_image(&f, "up/frame-g-000001-1-0001.fits", NULL), 0);
	assert_true(fabs(pz_fits_number(f, "CD1_1", 0) + 5 / 3600.) < 1e-12);
	assert_true(pz_fits_number(f, "CD1_2", 9) == 0);
	pz_fits_close(f);
	said(5, "mock: 1 galaxies on 5 frames\n");
}

static void options_that_cannot_be(void **state)
{
	static const char *const cases[][2] = {
		{ "mock", "expected a directory for the frames, or --stamps" },
		{ "mock a b c", "expected one directory, found 3 operands" },
		{ "mock --stamps a b",
		  "--stamps: expected no operand, because stamps go to standard "
		  "output, found 'a'" },
		{ "mock --survey nowhere a", "nowhere" },
		{ "mock --pixscale 0.01 a", "0.01" },
		{ "mock --size 4 a", "--size needs --stamps" },
		{ "mock --sizes x a", "--sizes needs --from" },
		{ "mock --stamps --aligned", "--aligned" },
		{ "mock --stamps --from own.csv --magnitudes m%b --missing x -o no.pz",
		  "missing: expected numbers like -99" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run_badly(mock_main, cases[i][0], 2, cases[i][1]);
}

/* ---- signals ---- */

/* How many files there are in a folder. */
static int files_in(const char *name)
{
	DIR *folder = opendir(name);
	struct dirent *entry;
	int n = 0;

	while (folder && (entry = readdir(folder)))
		n += *entry->d_name != '.';
	if (folder)
		closedir(folder);
	return n;
}

/* A run that a signal ends takes its files along, and ends as the signal does. */
static void a_stopped_run_leaves_nothing(void **state)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *argv[] = { (char[]){ "mock" }, (char[]){ "--threads=1" },
				 (char[]){ "-n2000" }, (char[]){ "stopped" }, NULL };
		pid_t child = fork();
		int status = 0;

		if (child == 0) {
			point(2, "stderr", O_WRONLY | O_CREAT | O_TRUNC);
			signal(all[i], SIG_DFL); /* a job in the background ignores SIGINT */
			exit(mock_main(4, argv));
		}
		for (int k = 0; k < 20000 && files_in("stopped") < 2; k++)
			usleep(500);
		assert_true(files_in("stopped") >= 2);
		kill(child, all[i]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == all[i]);
		assert_int_equal(files_in("stopped"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_that_cannot_be),
		cmocka_unit_test(a_stopped_run_leaves_nothing),
		cmocka_unit_test(stamps_are_the_librarys),
		cmocka_unit_test(skies_of_surveys),
		cmocka_unit_test(galaxies_of_others),
		cmocka_unit_test(catalogues_of_many_galaxies),
		cmocka_unit_test(frames_are_counted),
	};

	return cmocka_run_group_tests_name("mock", tests, begin, out_of_folder);
}
