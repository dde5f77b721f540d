/* start.h -- the network that a run of train begins with: new, or that of a model
 *
 *      struct start_options o = { .net = "P" };
 *
 *      rc = start_network(&model, &tool, &o);
 */
#ifndef START_H
#define START_H

#include "../common/model.h"
#include "../common/tool.h"

struct start_options {
	const char *net;     /* a built-in name or a file with the network's text     */
	const char *from;    /* a model file; one of the two is NULL                  */
	const char *weights; /* of --net: tensors to begin with (safetensors), or NULL  */
	bool new_heads;      /* of --from: the redshift heads are initialised again   */
	bool raw;            /* stamps that were not normalised are accepted          */
	bool whiten;         /* of --net, new: the bands of its pixels are decorrelated first */
};

/* Makes the network for the labelled stamps of t->in; what is new in it is initialised with
 * t->seed. PZ_EMISMATCH: the model's network is not one for these stamps and labels, or the
 * stamps were not normalised. m is released by the caller in any case. */
int start_network(struct model *m, struct tool *t, const struct start_options *o);

#endif
