/* test_cutout_queue.c -- blocks of stamps, in order and whole; frames that are turned against the
 * first are cut row by row
 */
#include "../../lib/cutout/queue.h"
#include "../../lib/cutout/stamp.h"
#include "../../lib/cutout/turned.h"
#include "small_frames.h"

static const char *const bands[] = { "g", "r" };

#define GALAXIES 150

/* GALAXIES places on a frame of 60 x 50 pixels around (ra, 10), from galaxy `first` on. */
static void place_galaxies(double ra, size_t first, double (*radec)[2])
{
	struct test_wcs w = north_up(ra, 10, 30, 20);

	for (size_t i = 0; i < GALAXIES; i++) {
		double at[2] = { 5 + (double)(i % 15) * 3, 6 + (double)(i / 15) * 4 };

		test_wcs_sky(&w, at, radec[first + i]);
	}
}

/* Opens a queue of both fields. */
static struct queue *open_queue(const struct pz_frames *frames, const struct pz_cutout_options *o,
				size_t n, double (*radec)[2], struct cutout_index *x,
				struct notes *notes)
{
	struct queue *q;

	if (pz_cutout_index(x, frames, o, n, radec[0]) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(x->count, n);
	x->step = 0.4;
	pz_notes_init(notes);
	assert_int_equal(pz_queue_open(&q, frames, o, radec[0], x, notes), 0);
	return q;
}

static void close_queue(struct queue *q, struct cutout_index *x, struct notes *notes)
{
	pz_queue_close(q);
	pz_cutout_index_release(x);
	pz_notes_release(notes);
}

/* Two fields, the first of which lacks a band. */
static void blocks_of_stamps(void **state)
{
	static double radec[2 * GALAXIES][2];
	const struct pz_cutout_options o = { .size = 3, .kernel = PZ_NEAREST };
	const size_t wanted[] = { 64, 64, 22, 64, 64, 22 };
	struct pz_frames *frames;
	struct cutout_index x;
	struct notes notes;

	(void)state;
	for (int f = 0; f < 2; f++)
		for (int b = f == 0; b < 2; b++) {
			struct test_wcs w = north_up(40 + f, 10, 30, 20);
			char name[20];

			snprintf(name, sizeof name, "block-%s-%d.fits", bands[b], f);
			write_bytes(name, 60, 50, &w, NULL);
		}
	place_galaxies(40, 0, radec);
	place_galaxies(41, GALAXIES, radec);
	assert_int_equal(pz_frames_find(&frames, "block-%b-*.fits", bands, 2), 0);
	for (int threads = 1; threads < 6; threads += 2) {
		const struct block *b;
		struct queue *q;
		size_t seen = 0;

		pz_threads_use(threads);
		q = open_queue(frames, &o, 2 * GALAXIES, radec, &x, &notes);
		for (size_t i = 0; i < 6; i++) {
			assert_int_equal(pz_queue_next(q, &b), 1);
			assert_int_equal(b->n, wanted[i]);
			/* with the first stamps of a field */
			assert_int_equal(b->missing, i == 0);
			assert_int_equal(b->lacking, i < 3);
			assert_int_equal(b->left, 0);
			for (size_t k = 0; k < b->n; k++, seen++) {
				const float *pixels = b->pixels + 18 * k, *note = b->notes + 6 * k;
				long at = (6 + (long)(seen % GALAXIES / 15) * 4) * 60 + 5 +
					  (long)(seen % 15) * 3;
				bool none = i < 3;

				assert_int_equal(b->item[k].galaxy, seen);
				for (int p = 0; p < 9; p++) {
					/* north is up, and so is the frame's y */
					long from = at + (p / 3 - 1) * 60 + p % 3 - 1;

					assert_true(pixels[9 + p] == (float)(from % 250 + 1));
					assert_true(pixels[p] == (none ? 0 : pixels[9 + p]));
				}
				assert_true(note[0] == (none ? 0 : 1) && note[1] == 1);
				assert_true(note[2] == 0 && note[3] == 0);
				assert_true(none ? isnan(note[4]) : note[4] == 1);
				assert_true(note[5] == 1);
			}
		}
		assert_int_equal(pz_queue_next(q, &b), 0);
		assert_int_equal(pz_queue_next(q, &b), 0);
		close_queue(q, &x, &notes);
	}
	pz_threads_use(0);
	pz_frames_free(frames);
}

/* A block has 8 MiB at most, but one stamp at least. */
static void blocks_of_large_stamps(void **state)
{
	static double radec[GALAXIES][2];
	static const struct {
		int size;
		size_t first;
	} block[] = { { 181, 64 }, { 182, 63 }, { 1448, 1 }, { 1450, 1 } };
	struct test_wcs w = north_up(40, 10, 30, 20);
	struct pz_frames *frames;
	struct cutout_index x;
	struct notes notes;

	(void)state;
	write_bytes("large-g.fits", 60, 50, &w, NULL);
	place_galaxies(40, 0, radec);
	assert_int_equal(pz_frames_find(&frames, "large-%b.fits", bands, 1), 0);
	pz_threads_use(1);
	for (size_t i = 0; i < sizeof block / sizeof *block; i++) {
		const struct pz_cutout_options o = { .size = block[i].size, .kernel = PZ_NEAREST };
		struct queue *q = open_queue(frames, &o, i < 2 ? 65 : 2, radec, &x, &notes);
		const struct block *b;

		assert_int_equal(pz_queue_next(q, &b), 1);
		assert_int_equal(b->n, block[i].first);
		close_queue(q, &x, &notes);
	}
	pz_threads_use(0);
	pz_frames_free(frames);
}

/* A frame whose map is bent so that stamps near its corner take long. */
static void write_bent(const char *name, double zeropoint)
{
	static float image[200 * 200];
	const double k = 7.5e-6;
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---TAN-SIP" },
		{ "CTYPE2", .text = "DEC--TAN-SIP" },
		{ "CRVAL1", .number = 40 },
		{ "CRVAL2", .number = 0 },
		{ "CRPIX1", .number = 100.5 },
		{ "CRPIX2", .number = 100.5 },
		{ "CDELT1", .number = -1e-4 },
		{ "CDELT2", .number = 1e-4 },
		{ "A_ORDER", .number = 3 },
		{ "B_ORDER", .number = 3 },
		{ "A_3_0", .number = -k },
		{ "A_1_2", .number = -k },
		{ "B_0_3", .number = -k },
		{ "B_2_1", .number = -k },
		{ "ZP", .number = zeropoint },
	};

	for (int i = 0; i < 200 * 200; i++)
		image[i] = i / 200 > 90 ? 9e29F : 1;
	assert_int_equal(pz_fits_write_image(name, image, 200, 200, cards, 15), 0);
}

/* Of a block's stamps the fifth cannot be cut, while others still are: the error stays. */
static void a_failure_among_slow_stamps(void **state)
{
	const double corner = -95.5 + 7.5e-6 * 2 * 95.5 * 95.5 * 95.5; /* of pixel 4 */
	const struct pz_cutout_options o = { .size = 31, .zeropoint = "0" };
	double radec[8][2];
	struct pz_frames *frames;

	(void)state;
	write_bent("bent-g.fits", 0);
	for (int i = 0; i < 8; i++) {
		radec[i][0] = 40 - (i < 4 ? corner : 0) * 1e-4;
		radec[i][1] = (i < 4 ? corner : 0) * 1e-4;
	}
	assert_int_equal(pz_frames_find(&frames, "bent-%b.fits", bands, 1), 0);
	for (int threads = 1; threads < 5; threads++) {
		struct pz_cutout *c;
		struct pz_stamp s;

		pz_threads_use(threads);
		assert_int_equal(pz_cutout_open(&c, frames, &o, 8, radec[0]), 0);
		assert_int_equal(pz_cutout_next(c, &s), PZ_EDATA);
		assert_non_null(strstr(pz_error_text(),
				       "bent-g.fits: pixels times 1e+09 do not fit "
				       "a float"));
		pz_cutout_close(c);
	}
	pz_threads_use(0);
	pz_frames_free(frames);
}

/* -- frames that are turned */

/* A field of two frames of these sizes, without galaxies. */
static struct field field_of(long width, long height, const struct test_wcs *reference,
			     long other_width, long other_height, const struct test_wcs *other)
{
	const struct test_wcs *const w[2] = { reference, other };
	struct field f = { .reference = 0 };

	for (int b = 0; b < 2; b++) {
		struct pz_fits_card cards[CARDS_OF_WCS];
		char header[CARDS_OF_WCS * 80 + 1];
		int n = test_wcs_cards(w[b], cards);

		for (int i = 0; i < n; i++)
			if (cards[i].text)
				snprintf(header + 80 * i, 81, "%-8s= '%-68s'", cards[i].key,
					 cards[i].text);
			else
				snprintf(header + 80 * i, 81, "%-8s= %-70.15E", cards[i].key,
					 cards[i].number);
		assert_int_equal(pz_wcs_parse(&f.frame[b].wcs, header, n, "h"), 0);
		f.frame[b].width = b ? other_width : width;
		f.frame[b].height = b ? other_height : height;
		f.frame[b].spool = -1;
		pthread_mutex_init(&f.frame[b].lock, NULL);
	}
	return f;
}

/* Whether the second frame of a field counts as turned: it then gets a file for its stamps. */
static bool is_turned(struct field f)
{
	const struct pz_cutout_options o = { .size = 5 };
	const struct cutout_index x = { .step = 0.4 };
	bool turned;

	for (int b = 0; b < 2; b++) {
		int rc = pz_turned_cut(&f, b, &o, NULL, &x);

		assert_int_equal(rc, 0);
		assert_true(b == 1 || f.frame[b].spool < 0);
	}
	turned = f.frame[1].spool >= 0;
	for (int b = 0; b < 2; b++) {
		if (f.frame[b].spool >= 0)
			close(f.frame[b].spool);
		pz_wcs_free(f.frame[b].wcs);
		pthread_mutex_destroy(&f.frame[b].lock);
	}
	return turned;
}

/* The WCS of pixels `finer` times as fine as another's, turned by `angle`, whose pixel (x, y) is
 * where that has (at, at). */
static struct test_wcs finer(const struct test_wcs *w, double times, double angle, double x,
			     double y)
{
	double scale = w->cd[1][1] / times;

	return (struct test_wcs){ .crval = { w->crval[0], w->crval[1] },
				  .crpix = { x + 1, y + 1 },
				  .cd = { { -scale * cos(angle), scale * sin(angle) },
					  { scale * sin(angle), scale * cos(angle) } } };
}

/* A strip crosses as many rows of a frame that is turned by a right angle as the reference has
 * columns: three strips' worth of pixels, 6291456, are as many as there may be. */
static void frames_that_count_as_turned(void **state)
{
	(void)state;
	for (int side = 2508; side <= 2509; side++) {
		double middle = (side - 1) / 2.0;
		struct test_wcs w = north_up(200, -40, middle, middle);

		for (int quarters = 0; quarters < 4; quarters++) {
			struct test_wcs t = finer(&w, 1, quarters * M_PI / 2, middle, middle);

			if (is_turned(field_of(side, side, &w, side, side, &t)) !=
			    (side == 2509 && quarters % 2))
				fail_msg("%d pixels, %d quarters", side, quarters);
		}
	}
}

/* A reference of five strips of 620 rows; on pixels a quarter as wide, of which 3000 are beside
 * each other, a strip may cross 2097 rows. */
static void rows_that_a_strip_crosses(void **state)
{
	struct test_wcs w = north_up(200, -40, 0, 0);

	(void)state;
	for (int strip = 0; strip < 5; strip++)
		for (int i = 0; i < 6; i++) {
			/* all that is in the strip; half of it; from 2098 or 2096 rows below its
			 * upper edge on; up to as many above its lower edge */
			const double from[] = { 0, -1240, -384, -386, 380, 382 };
			double first = 2480 * strip + from[i];
			struct test_wcs t = finer(&w, 4, 0, 0, -first);
			bool turned = is_turned(field_of(3100, 3100, &w, 3000, 2480, &t));

			if (turned != (i % 2 == 0))
				fail_msg("strip %d, %d: %d", strip, i, turned);
		}
}

/* What is in the file of a frame is read from there, of each galaxy; and what is not is said. */
static void stamps_from_a_file(void **state)
{
	enum { SIZE = 3, N = 5, FLOATS = SIZE * SIZE + NOTES };
	struct field f = { .frame = { { .spool = -1 }, { .spool = -1 } } };
	float all[N * FLOATS], pixels[SIZE * SIZE], note[NOTES];
	FILE *to = fopen("spool", "w+b");

	(void)state;
	assert_non_null(to);
	for (int i = 0; i < N * FLOATS; i++)
		all[i] = (float)(i * i);
	fwrite(all, sizeof *all, N * FLOATS, to);
	fflush(to);
	f.frame[1].spool = fileno(to);
	for (size_t k = 0; k < N; k++) {
		assert_int_equal(pz_turned_read(&f, 1, k, SIZE, pixels, note), 0);
		assert_memory_equal(pixels, all + k * FLOATS, sizeof pixels);
		assert_memory_equal(note, all + k * FLOATS + SIZE * SIZE, sizeof note);
	}
	for (int cut = 1; cut < FLOATS; cut += 5) {
		assert_int_equal(
			ftruncate(fileno(to), (off_t)(sizeof all - sizeof *all * (size_t)cut)), 0);
		assert_int_equal(pz_turned_read(&f, 1, N - 2, SIZE, pixels, note), 0);
		assert_true(pz_turned_read(&f, 1, N - 1, SIZE, pixels, note) < 0);
		assert_ptr_equal(strstr(pz_error_text(), "a temporary file in $TMPDIR: "),
				 pz_error_text());
	}
	fclose(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_stamps),
		cmocka_unit_test(blocks_of_large_stamps),
		cmocka_unit_test(a_failure_among_slow_stamps),
		cmocka_unit_test(frames_that_count_as_turned),
		cmocka_unit_test(rows_that_a_strip_crosses),
		cmocka_unit_test(stamps_from_a_file),
	};

	return cmocka_run_group_tests_name("queue", tests, enter_own_folder, leave_own_folder);
}
