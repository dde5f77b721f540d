/* model.h -- a network in a stream of kind "model"
 *
 * The header describes the input (bands, size, pixscale, unit, stretch, divide where pixels are
 * read; the names of features where these are) and the output
 * (grid, extended; rows; labels), and has the network's text under "net", and the history of the
 * data it learned from. A record is a tensor:
 *
 *      {"name": "inc0.a1.weight", "role": "trunk", "shape": [48,1,1,64],
 *       "pad": bin, "data": bin}          float32, on a 64-byte boundary of the file
 *
 * A checkpoint (checkpoint.h) is a model too, and can be used as one; its further tensors have a
 * key "moment" and are ignored.
 */
#ifndef MODEL_H
#define MODEL_H

#include <pz/nn.h>
#include <pz/stream.h>

#include "labels.h"

struct model {
	struct pz_header header; /* as read, or of a model to be written         */
	enum labels_kind labels;
	struct pz_net *net;
	uint64_t hash; /* of the file it was read from (pz_reader_hash)             */
};

/* A new network for stamps labelled as h says, from a text or built-in name. */
int model_new(struct model *m, const char *text, const struct pz_header *h);
/* PZ_ECORRUPT: the file is cut or corrupt; PZ_EMISMATCH: it is no model. The caller releases m in
 * any case. */
int model_read(struct model *m, const char *path);
void model_release(struct model *m); /* all zero is fine */

/* PZ_EMISMATCH names the field in which the data differ from those of the training. */
int model_fits(const struct model *m, const struct pz_header *stamps);
/* What its network reads, beside E(B-V) (pz_net_uses_ebv). */
bool model_uses_pixels(const struct model *m);
bool model_uses_features(const struct model *m);

/* Writes the tensors to a stream that was opened with m->header. */
int model_write(const struct model *m, struct pz_writer *to);
#endif
