/* cut_all.h -- cutting all stamps of frames that are made here, and counting them
 *
 *      open_all("x-%b.fits", 2, &options, n, radec[0]);
 *      assert_int_equal(cut_all(), 0);                    // counts: of all of them
 *      close_all();
 */
#ifndef CUT_ALL_H
#define CUT_ALL_H

#include "small_frames.h"

static const char *const bands[] = { "g", "r" };

static struct pz_frames *frames;
static struct pz_cutout *cutout;
static struct pz_cutout_counts counts;

static inline int opened(const char *pattern, int n_bands, const struct pz_cutout_options *o,
			 size_t n, const double *radec)
{
	assert_int_equal(pz_frames_find(&frames, pattern, bands, n_bands), 0);
	return pz_cutout_open(&cutout, frames, o, n, radec);
}

static inline void open_all(const char *pattern, int n_bands, const struct pz_cutout_options *o,
			    size_t n, const double *radec)
{
	if (opened(pattern, n_bands, o, n, radec) < 0)
		fail_msg("%s", pz_error_text());
}

/* Goes through all stamps and counts them; how it ended. */
static inline int cut_all(void)
{
	struct pz_stamp s;
	int rc;

	while ((rc = pz_cutout_next(cutout, &s)) == 1)
		;
	pz_cutout_count(cutout, &counts);
	return rc;
}

static inline void close_all(void)
{
	pz_cutout_close(cutout);
	pz_frames_free(frames);
}

#endif
