/* pit_map.h -- the distribution of numbers between 0 and 1, as a smooth map that rises
 *
 *      struct pit_map m;
 *
 *      if ((rc = pz_pit_map_init(&m, 20)) == 0) {
 *              pz_pit_map_add(&m, u, weight);          // each number
 *              pz_pit_map_finish(&m, shrink);
 *              u = pz_pit_map_value(&m, u);
 *      }
 *      pz_pit_map_release(&m);
 *
 * At the knots k/n the map is (weight of numbers at or below + shrink k/n)/(weight of all +
 * shrink), and 0 and 1 at the ends; between them it is the monotone cubic of Fritsch & Carlson
 * (1980). Its slope at a knot is the harmonic mean of those of the two intervals, a and b; at the
 * ends max((3 a - b)/2, a/2) of the first and second interval.
 */
#ifndef PZ_STATS_PIT_MAP_H
#define PZ_STATS_PIT_MAP_H

struct pit_map {
	int n;         /* intervals                                             */
	double weight; /* of all numbers                                        */
	double *value; /* [n + 1]; before finish: weight between two knots       */
	double *slope; /* [n + 1]                                               */
};

/* n: at least 2. 0 or PZ_ENOMEM. */
int pz_pit_map_init(struct pit_map *m, int n);
void pz_pit_map_release(struct pit_map *m); /* all zero is fine */
void pz_pit_map_add(struct pit_map *m, double u, double weight);
/* shrink: above 0. */
void pz_pit_map_finish(struct pit_map *m, double shrink);
/* In 0..1, as u is cut to. */
double pz_pit_map_value(const struct pit_map *m, double u);

#endif
