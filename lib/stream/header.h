/* header.h -- private: headers to and from their maps */
#ifndef PZ_HEADER_H
#define PZ_HEADER_H

#include <pz/stream.h>

/* Fills the fields of h from h->map. */
int pz_header_parse(struct pz_header *h);
/* Counts and checks the names of features, which stay in h->map. */
int pz_header_take_features(struct pz_header *h);
/* Stretch and divisors, to and from h->map: those that are none of these pixels' are dropped. */
int pz_header_take_stretch(struct pz_header *h);
void pz_header_put_stretch(struct pz_header *h);
/* Sets the keys of h->map from the fields. */
int pz_header_pack(struct pz_header *h);
/* PZ_EMISMATCH, naming the first key of a that b has not or has otherwise; history apart. */
int pz_header_agree(const struct pz_header *a, const struct pz_header *b);

#endif
