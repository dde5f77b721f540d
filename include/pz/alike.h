/* alike.h -- the name that a mistyped one was meant for: hrad, hard
 *
 * Example:
 *      struct pz_alike a;
 *      pz_alike_begin(&a, "hrad", 4);
 *      pz_alike_try(&a, "hard", 4);
 *      pz_alike_try(&a, "hdu", 3);
 *      pz_alike_best(&a);                      // "hard"; NULL: none is near enough
 *
 * Letters left out, added, changed or exchanged with their neighbour count one each, in
 * capitals as in small letters; a third of the letters may be wrong. A word that a name
 * begins with is as good as one letter left out. Of equals the first counts. Nothing here
 * allocates.
 */
#ifndef PZ_ALIKE_H
#define PZ_ALIKE_H

#include <stddef.h>

#include <pz/api.h>

#define PZ_ALIKE_MAX 64 /* bytes of a name that is compared, the 0 included */

struct pz_alike {
	char word[PZ_ALIKE_MAX], best[PZ_ALIKE_MAX];
	size_t distance; /* of best; above what counts: none yet */
};

/* The word that was found, n bytes. */
PZ_API void pz_alike_begin(struct pz_alike *a, const char *word, size_t n);
/* A name that would have been right, n bytes. */
PZ_API void pz_alike_try(struct pz_alike *a, const char *name, size_t n);
/* Likewise all names of a list with commas between. */
PZ_API void pz_alike_try_list(struct pz_alike *a, const char *list);
/* The nearest, until a is changed; NULL: none is near. */
PZ_API const char *pz_alike_best(const struct pz_alike *a);

/* Bands written in one word: of "ugriz" makes "u,g,r,i,z" in list. Returns list, or NULL where
 * the word is anything but two and more different letters that bands are called by. */
PZ_API const char *pz_alike_bands(const char *word, char list[PZ_ALIKE_MAX]);

#endif
