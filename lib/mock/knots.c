/* knots.c -- star-forming knots along the arms of a disk
 *
 * Part of the light of young stars stands in knots on two logarithmic arms, so that the structure
 * of an image goes with the colour of the galaxy: a red galaxy is smooth, a blue one is lumpy, and
 * lumpiest in the blue bands. The rest of the disk is dimmed by as much: the total is the same.
 */
#include <math.h>

#include "parts.h"

#define KNOTS_MIN   4
#define REACH       2.5 /* half-light radii of the disk, where arms end         */
#define ARM_SCATTER 0.3 /* of angles around an arm, radians                     */

/* Distance from the centre in half-light radii, distributed like the light of an exponential disk.
 */
static double draw_distance(struct pz_random *r)
{
	const double scale = 1 / MOCK_EXPONENTIAL;
	double x;

	do
		x = -scale * log((1 - pz_random_uniform(r)) * (1 - pz_random_uniform(r)));
	while (x > REACH);
	return x;
}

void pz_mock_place_knots(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g)
{
	const struct pz_mock_part *disk = &g->part[1];
	struct pz_random r;
	double start, pitch, total = 0;

	pz_random_init(&r, sky->seed, pz_random_stream("mock knots", i));
	g->knots = KNOTS_MIN + (int)(pz_random_uniform(&r) * (PZ_MOCK_KNOTS - KNOTS_MIN + 1));
	start = 2 * M_PI * pz_random_uniform(&r);
	pitch = tan(0.25 + 0.2 * pz_random_uniform(&r));
	for (int k = 0; k < g->knots; k++) {
		struct pz_mock_knot *knot = &g->knot[k];
		double x = draw_distance(&r);
		double angle = start + log(x) / pitch + (k % 2) * M_PI +
			       ARM_SCATTER * pz_random_normal(&r);

		knot->x = disk->radius * x * cos(angle);
		knot->y = disk->radius * x * sin(angle) * disk->axis;
		knot->sigma = disk->radius * (0.05 + 0.07 * pz_random_uniform(&r));
		knot->share = exp(0.7 * pz_random_normal(&r));
		total += knot->share;
	}
	for (int k = 0; k < g->knots; k++)
		g->knot[k].share /= total;
}
