/* lessons.h -- sixteen stamps of noise and what they teach, for the tests of the trainer */
#ifndef TEST_LESSONS_H
#define TEST_LESSONS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/random.h>
#include <pz/train.h>

#define BANDS    2
#define SIZE     12
#define PIXELS   (BANDS * SIZE * SIZE)
#define BINS     10
#define CHANNELS 3
#define COUNT    16

static const char text[] = "conv 3x3 6 prelu\n"
			   "pool\n"
			   "conv 3x3 8 relu\n"
			   "flatten\n"
			   "ebv\n"
			   "dense 24 relu\n";

/* The same, its products normalised. */
static const char norm_text[] = "conv 3x3 6 norm prelu\n"
				"pool\n"
				"conv 3x3 8 norm relu\n"
				"flatten\n"
				"ebv\n"
				"dense 24 relu\n";

static const struct pz_net_shape shape = { BANDS, SIZE, BINS, CHANNELS };

static struct {
	float x[COUNT][PIXELS], ebv[COUNT];
	struct pz_lesson lesson[COUNT];
	struct pz_examples examples;
	int fails_at;
	_Atomic int fetched; /* two feeds may fetch side by side */
} sky = { .fails_at = -1 };

static int fetch(void *context, size_t i, float *x)
{
	(void)context;
	sky.fetched++;
	if ((int)i == sky.fails_at)
		return pz_fail(PZ_ECORRUPT, "stamp %zu is unreadable", i);
	memcpy(x, sky.x[i], sizeof sky.x[i]);
	return 0;
}

/* Stamps of noise, each with labels of its own. */
static int make_sky(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 5, 0);
	for (int i = 0; i < COUNT; i++) {
		for (int k = 0; k < PIXELS; k++)
			sky.x[i][k] = (float)pz_random_normal(&r);
		sky.ebv[i] = 0.1f * (float)pz_random_uniform(&r);
		sky.lesson[i] = (struct pz_lesson){
			.target = { { (float)(i % BINS), 0 },
				    { (float)(i % BINS), i % 3 ? 0 : 1.5f } },
			.channel = { (int16_t)(i % 2), (int16_t)(i % 4 < 2 ? i % 2 + 1 : -1) },
		};
	}
	sky.examples = (struct pz_examples){
		.count = COUNT, .lesson = sky.lesson, .joined = sky.ebv, .fetch = fetch
	};
	return 0;
}

static inline struct pz_net *net_of(const char *net_text)
{
	struct pz_net *net;

	assert_int_equal(pz_net_new(&net, net_text, &shape), 0);
	pz_net_init(net, 3);
	return net;
}

static inline struct pz_net *new_net(void)
{
	return net_of(text);
}

static struct pz_schedule plan_of(int64_t iterations)
{
	return (struct pz_schedule){ .iterations = iterations,
				     .batch = 8,
				     .rate = 3e-3,
				     .factor = 5,
				     .drop = { 0.8 },
				     .drops = 1,
				     .augment = true,
				     .seed = 9,
				     .every = 10,
				     .memory = (size_t)1 << 20 };
}

/* The lowest loss there is: the entropy of the targets. */
static inline double floor_of(void)
{
	double sum = 0;

	for (int i = 0; i < COUNT; i++) {
		int sides = sky.lesson[i].channel[1] < 0 ? 1 : 2;

		sum += (CHANNELS - sides) * log(BINS) + (sides == 2 ? log(2) : 0);
		for (int s = 0; s < sides; s++) {
			float y[BINS];

			pz_target_expand(sky.lesson[i].target[s], BINS, y);
			for (int b = 0; b < BINS; b++)
				sum -= y[b] > 0 ? y[b] * log(y[b]) : 0;
		}
	}
	return sum / COUNT;
}

#endif
