/* test_wcs_heads.c -- headers as text beside an image: their lines, numbers and WCS; what an
 * extension takes from the primary header; a look at whether there is a WCS
 */
#include "wcs_of.h"

#include "../../lib/wcs/head.h"
#include "../../lib/wcs/inherit.h"
#include "../../lib/wcs/look.h"
#include "own_folder.h"
#include "raw_fits.h"

/* -- headers as text */

static struct heads heads;

static int parse_heads(const char *text)
{
	pz_heads_free(&heads);
	return pz_heads_parse(&heads, text, strlen(text), "x.head");
}

static void heads_refused(int rc, const char *words)
{
	if (rc != PZ_EDATA || strcmp(pz_error_text(), words) != 0)
		fail_msg("%d: '%s' should be '%s'", rc, pz_error_text(), words);
	assert_true(heads.count == 0 && !heads.head && !heads.path);
}

/* Card i of header k begins so, and is filled up with blanks. */
static void card_is(size_t k, int i, const char *expected)
{
	char card[81];

	assert_true(k < heads.count && i < heads.head[k].count);
	snprintf(card, sizeof card, "%-80s", expected);
	assert_memory_equal(heads.head[k].cards + 80 * i, card, 80);
}

static void lines_become_cards(void **state)
{
	char longer[300];

	(void)state;
	assert_int_equal(parse_heads("\n  \nCTYPE1  = 'RA---TAN'\nCOMMENT no \x01 sense\xff\n\n"
				     "HISTORY x\nCONTINUE  'more'\nEND\n\nA\t= 1\n\n"
				     "         blank keyword\nEND     of it\n"),
			 0);
	assert_int_equal(heads.count, 2);
	assert_string_equal(heads.path, "x.head");
	assert_int_equal(heads.head[0].count, 4);
	card_is(0, 0, "CTYPE1  = 'RA---TAN'");
	card_is(0, 1, "COMMENT no   sense ");
	card_is(0, 2, "HISTORY x");
	card_is(0, 3, "CONTINUE  'more'");
	assert_int_equal(heads.head[1].count, 2);
	card_is(1, 0, "A = 1");
	card_is(1, 1, "         blank keyword");
	/* what is beyond 80 bytes is no part of it; the last line needs no end */
	snprintf(longer, sizeof longer, "%-79s~!EXTRA\nEND", "KEY     = 1");
	assert_int_equal(parse_heads(longer), 0);
	assert_int_equal(heads.head[0].count, 1);
	assert_memory_equal(heads.head[0].cards + 78, " ~", 2);
	assert_int_equal(parse_heads("END\nEND\n"), 0);
	assert_true(heads.count == 2 && heads.head[1].count == 0);
}

static void what_is_no_header(void **state)
{
	(void)state;
	heads_refused(parse_heads(""), "x.head: expected headers that end in END, found none");
	heads_refused(parse_heads("\n \n"), "x.head: expected headers that end in END, found none");
	heads_refused(parse_heads("END\nA = 1\n"),
		      "x.head: expected headers that end in END, found no END behind the last");
	heads_refused(
		parse_heads("\nA = 1\nthis is not a card, but a line of more than forty\nEND\n"),
		"x.head: line 3: expected a card of a header, as KEYWORD = value, found 'this "
		"is not a card, but a line of more t'");
	heads_refused(parse_heads("COMMENTS x\nEND\n"),
		      "x.head: line 1: expected a card of a header, as KEYWORD = value, found "
		      "'COMMENTS x                              '");
}

static void headers_have_their_most(void **state)
{
	size_t n = 65537;
	char *text = malloc(4 * n + 1);

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + 4 * i, "END\n", 5);
	heads_refused(parse_heads(text), "x.head: more than 65536 headers");
	text[4 * (n - 1)] = '\0';
	assert_int_equal(parse_heads(text), 0);
	assert_int_equal(heads.count, 65536);
	free(text);
}

static void numbers_of_headers(void **state)
{
	double x;

	(void)state;
	assert_int_equal(parse_heads("A       = 1\nA       = 2.5 / last\nB       = x\nEND\n"
				     "A       = 1D3\nCTYPE1  = 5\nEND\n"),
			 0);
	assert_int_equal(pz_head_number(&heads, 0, "A", &x), 1);
	assert_true(x == 2.5);
	assert_int_equal(pz_head_number(&heads, 1, "A", &x), 1);
	assert_true(x == 1000);
	assert_int_equal(pz_head_number(&heads, 1, "B", &x), 0);
	assert_true(isnan(x));
	assert_int_equal(pz_head_number(&heads, 0, "B", &x), PZ_EDATA);
	assert_true(isnan(x));
	assert_string_equal(pz_error_text(), "x.head: header 1: B: expected a number, found x");
	assert_true(!pz_head_has_wcs(&heads, 0) && pz_head_has_wcs(&heads, 1));
}

static void files_of_headers(void **state)
{
	static const char text[] = "A       = 1\nEND\n";
	FILE *to = fopen("a.head", "w");

	(void)state;
	fputs(text, to);
	fclose(to);
	pz_heads_free(&heads);
	assert_int_equal(pz_heads_read(&heads, "a.head"), 0);
	assert_true(heads.count == 1 && heads.head[0].count == 1);
	pz_heads_free(&heads);
	assert_int_equal(pz_heads_read(&heads, "none.head"), PZ_EIO);
	assert_string_equal(pz_error_text(), "none.head: No such file or directory");
	heads_refused(pz_heads_read(&heads, "."), ".: expected a text file of at most 8 MiB");
	assert_int_equal(truncate("a.head", (1 << 23) + 1), 0);
	heads_refused(pz_heads_read(&heads, "a.head"),
		      "a.head: expected a text file of at most 8 MiB");
	/* of that size it is read, and is no text */
	assert_int_equal(truncate("a.head", 1 << 23), 0);
	assert_int_equal(pz_heads_read(&heads, "a.head"), 0);
	assert_int_equal(heads.count, 1);
}

/* -- files: a primary header, and an extension that is an image of 4 x 3 pixels */

#define MOST 60

static void write_fits(const char *primary, const char *extension)
{
	static const char *const first[] = { "SIMPLE  =                    T",
					     "BITPIX  =                    8",
					     "NAXIS   =                    0",
					     "EXTEND  =                    T" };
	static const char *const second[] = {
		"XTENSION= 'IMAGE   '",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                    4",
		"NAXIS2  =                    3", "PCOUNT  =                    0",
		"GCOUNT  =                    1"
	};
	FILE *to = fopen("f.fits", "wb");

	for (int hdu = 0; hdu < 2; hdu++) {
		const char *lines = hdu ? extension : primary, *cards[MOST + 1];
		char card[MOST][81];
		int n = hdu ? 7 : 4;

		for (int k = 0; k < n; k++)
			cards[k] = hdu ? second[k] : first[k];
		for (; *lines; n++) {
			int length = (int)strcspn(lines, "\n");

			assert_true(n < MOST);
			snprintf(card[n], 81, "%.*s", length, lines);
			lines += length + (lines[length] == '\n');
			cards[n] = card[n];
		}
		cards[n] = NULL;
		raw_hdu(to, cards, "abcdefghijkl", hdu ? 12 : 0, 0);
	}
	fclose(to);
}

static struct pz_fits *open_fits(const char *primary, const char *extension)
{
	struct pz_fits *f;

	write_fits(primary, extension);
	if (pz_fits_open_image(&f, "f.fits", NULL) < 0)
		fail_msg("%s", pz_error_text());
	return f;
}

/* What the WCS of the extension has: its own cards, then these. */
static void inherits(const char *primary, const char *extension, const char *expected,
		     const char *note)
{
	char all[2000], found[3000], said[INHERIT_NOTE], *header;
	struct pz_fits *f;
	size_t used = 0;
	int cards;

	snprintf(all, sizeof all, "%sINHERIT =                    T\n", extension);
	f = open_fits(primary, *note ? extension : all);
	assert_int_equal(pz_wcs_read_header(f, &header, &cards, said), 0);
	assert_string_equal(said, note);
	for (int i = 7; i < cards && strncmp(header + 80 * i, "END     ", 8) != 0; i++) {
		int n = 80;

		while (n > 0 && header[80 * i + n - 1] == ' ')
			n--;
		used += (size_t)sprintf(found + used, "%.*s\n", n, header + 80 * i);
	}
	found[used] = '\0';
	snprintf(all, sizeof all, "%s%s", extension, expected);
	if (!*note) { /* INHERIT stands between its own and the others */
		char *at = strstr(found, "INHERIT");

		if (at)
			memmove(at, at + 31, strlen(at + 31) + 1);
	}
	assert_string_equal(found, all);
	free(header);
	pz_fits_close(f);
}

static void an_extension_takes_what_it_lacks(void **state)
{
	(void)state;
	inherits(TAN "CRVAL1  = 1\nEQUINOX = 1950\nOBJECT  = 'x'\n", "CRVAL1  = 2\nCRPIX2  = 3\n",
		 TAN "EQUINOX = 1950\n", "");
	/* a matrix in one form goes with none in another */
	inherits("CD1_1   = 1\nPC1_1   = 2\nCROTA2  = 3\nCDELT1  = 4\nCRVAL1  = 5\n",
		 "CDELT2  = 6\n", "CRVAL1  = 5\n", "");
	inherits("CDELT1  = 4\nCROTA2  = 3\n", "CD1_1   = 6\n", "", "");
	inherits("CDELT1  = 4\nCROTA2  = 3\n", "CROTA1  = 6\n", "", "");
	inherits("CDELT1  = 4\nCROTA2  = 3\n", "PC2_1   = 6\n", "", "");
	inherits("CDELT1  = 4\nCROTA2  = 3\n", "CRVAL1  = 6\n", "CDELT1  = 4\nCROTA2  = 3\n", "");
	/* polynomials of one convention belong together, the date does, and old names are new ones
	 */
	inherits("PV1_1   = 1\nPV1_2   = 2\nA_ORDER = 2\nMJD-OBS = 3\n",
		 "PV2_1   = 4\nDATE-OBS= 'x'\n", "A_ORDER = 2\n", "");
	inherits("EPOCH   = 1950\nRADECSYS= 'FK4'\n", "EQUINOX = 2000\nRADESYS = 'FK5'\n", "", "");
	inherits("EQUINOX = 1950\nRADESYS = 'FK4'\n", "EPOCH   = 2000\n", "RADESYS = 'FK4'\n", "");
	/* sizes and tables are an image's own; texts come with what goes on behind them */
	inherits("WCSAXES = 2\nCPDIS1  = 'Lookup'\nDP1     = 'NAXES: 2'\nCTYPE1  = 'RA--&'\n"
		 "CONTINUE  '-TAN'\nCTYPE2  = 'DEC--TAN'\nCONTINUE  'x'\nCUNIT1  = 'deg'\n",
		 "CTYPE2  = 'DEC--SIN'\n", "CTYPE1  = 'RA--&'\nCONTINUE  '-TAN'\nCUNIT1  = 'deg'\n",
		 "");
}

#define NOTE(key)                                                                                  \
	"its coordinates are taken for ICRS: " key " of the primary header counts only where the " \
	"image has INHERIT = T"

static void what_is_not_taken_may_be_noted(void **state)
{
	(void)state;
	inherits("RADESYS = 'FK4'\n", TAN, "", NOTE("RADESYS"));
	inherits("RADESYS = 'icrs'\nEPOCH   = 1950\n", TAN, "", NOTE("EPOCH"));
	inherits("RADECSYS= 'fk5'\nEQUINOX = '1950'\nRADESYS = 'FK4'\n", TAN, "", NOTE("EQUINOX"));
	for (int i = 0; i < 3; i++) {
		static const char *const none[][2] = {
			{ "EQUINOX = 2000\nRADESYS = 'FK5'\n", TAN },
			{ "EQUINOX = 1950\n", TAN "RADESYS = 'ICRS'\n" },
			{ "EQUINOX = x\n", TAN },
		};
		struct pz_fits *f = open_fits(none[i][0], none[i][1]);
		char *header, said[INHERIT_NOTE];
		int cards;

		assert_int_equal(pz_wcs_read_header(f, &header, &cards, said), 0);
		assert_string_equal(said, "");
		free(header);
		pz_fits_close(f);
	}
}

#define OWN TAN "CRVAL1  = 1\nCRVAL2  = 2\nCD1_1   = 1\nCD2_2   = 1\n"

/* The WCS of a header beside the image, which keeps its system and date if that one has none. */
static void another_header_takes_the_place_of_its_own(void **state)
{
	struct pz_fits *f = open_fits("", OWN "EQUINOX = 1950\nA_ORDER = x\n");
	const struct test_wcs t = {
		{ 10, 20 }, { 51, 21 }, { { -1e-2, 0 }, { 0, 2e-2 } }, { { 0 } }
	};
	double want[2], radec[2];
	struct pz_wcs *w;
	char list[200];

	(void)state;
	assert_int_equal(parse_heads(LINEAR "NAXIS   = 7\nRADESYS = 'ICRS'\nEND\n" LINEAR "END\n"
					    "FLXSCALE= 2\nEQUINOX = 3\nEND\nCTYPE1  = 'RA--&'\n"
					    "CONTINUE  '-TAN'\nCTYPE2  = 5\nEND\n"),
			 0);
	assert_int_equal(pz_wcs_read_headed(&w, f, &heads, 0), 0);
	test_wcs_sky(&t, (const double[]){ 7, 9 }, want);
	pz_wcs_sky(w, 1, (const double[]){ 7, 9 }, radec);
	near(radec[0], want[0], 1e-11);
	near(radec[1], want[1], 1e-11);
	pz_wcs_free(w);
	assert_int_equal(pz_wcs_read_headed(&w, f, &heads, 1), 0);
	assert_true(w->old);
	pz_wcs_free(w);
	/* without CTYPE1 its own stays, which has a bad card */
	assert_int_equal(pz_wcs_read_headed(&w, f, &heads, 2), 0);
	near(w->wcs->crval[0], 1, 0);
	pz_wcs_free(w);
	assert_int_equal(pz_wcs_read_headed(&w, f, &heads, 3), PZ_EDATA);
	assert_null(w);
	assert_string_equal(pz_error_text(),
			    "x.head: header 4: f.fits: HDU 1: CTYPE2: expected a text "
			    "in quotes, found 5");
	assert_int_equal(pz_head_list_both(&heads, 0, f, list, sizeof list), 0);
	assert_string_equal(list, "CTYPE1, CTYPE2, CRVAL1, CRVAL2");
	assert_int_equal(pz_head_list_both(&heads, 2, f, list, sizeof list), 0);
	assert_string_equal(list, "EQUINOX");
	assert_int_equal(pz_head_list_both(&heads, 0, f, list, 34), 0);
	assert_string_equal(list, "CTYPE1, CTYPE2, ...");
	assert_int_equal(pz_head_list_both(&heads, 0, f, list, 35), 0);
	assert_string_equal(list, "CTYPE1, CTYPE2, CRVAL1, ...");
	pz_fits_close(f);
}

/* -- a look */

static struct wcs_look look_at(const char *extension)
{
	struct pz_fits *f = open_fits("", extension);
	struct wcs_look look;

	assert_int_equal(pz_wcs_look(&look, f), 0);
	pz_fits_close(f);
	return look;
}

static void a_look_says_whether_there_is_a_sky(void **state)
{
	static const char *const yes[] = { "RA---TAN", "ra---tan", "DEC--TAN", "GLON-CAR",
					   "GLAT-CAR", "ELON-AIT", "SLAT-AIT" };
	static const char *const no[] = {
		"FREQ", "RADIUS", "DECAY", "", "LONG", "XLONS", "X", "R"
	};
	char lines[80];

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		snprintf(lines, sizeof lines, "CTYPE2  = '%s'\n", yes[i]);
		assert_true(look_at(lines).celestial);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		snprintf(lines, sizeof lines, "CTYPE2  = '%s'\n", no[i]);
		assert_false(look_at(lines).celestial);
	}
	assert_false(look_at("CUNIT1  = 'RA-'\n").celestial);
	assert_false(look_at("").celestial);
}

static void equal_prints_are_of_equal_wcs(void **state)
{
	uint64_t print = look_at(LINEAR).print;

	(void)state;
	assert_true(
		look_at("CDELT2  = .02 / c\nDATE-OBS= 'x'\nOBJECT  = 'y'\nCDELT1  = -1E-2\n" PLACED)
			.print != print);
	assert_int_equal(look_at("CDELT2  = 2E-2 / c\nDATE-OBS= 'x'\nOBJECT  = 'y'\n"
				 "CDELT1  = -1e-2\n" PLACED)
				 .print,
			 print);
	assert_true(look_at(LINEAR "EQUINOX = 2000\n").print != print);
	assert_true(look_at(LINEAR "CROTA2  = x\n").print != look_at(LINEAR "CROTA2  = y\n").print);
}

static int end(void **state)
{
	pz_heads_free(&heads);
	return leave_own_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_cards),
		cmocka_unit_test(what_is_no_header),
		cmocka_unit_test(headers_have_their_most),
		cmocka_unit_test(numbers_of_headers),
		cmocka_unit_test(files_of_headers),
		cmocka_unit_test(an_extension_takes_what_it_lacks),
		cmocka_unit_test(what_is_not_taken_may_be_noted),
		cmocka_unit_test(another_header_takes_the_place_of_its_own),
		cmocka_unit_test(a_look_says_whether_there_is_a_sky),
		cmocka_unit_test(equal_prints_are_of_equal_wcs),
	};

	return cmocka_run_group_tests_name("headers beside images", tests, enter_own_folder, end);
}
