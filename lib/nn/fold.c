/* fold.c -- a network whose normalised products are convolutions again */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "norm.h"

/* The network's text without the word norm, allocated. */
static char *plain_text(const struct pz_net *net)
{
	struct nn_text *text = malloc(sizeof *text);
	char *plain = NULL;

	if (text && pz_nn_text_parse(text, net->text) == 0) {
		for (size_t i = 0; i < text->count; i++)
			text->item[i].norm = false;
		plain = pz_nn_text_write(text);
	}
	free(text);
	return plain;
}

/* Weights and biases of the stacks that are normalised; shift: room for those of the network. */
static void fold_stacks(const struct pz_net *net, struct pz_net *to, float *shift)
{
	const struct nn_norm norm = { .shift = shift };

	for (size_t s = 0; s < net->plan.steps; s++) {
		const struct nn_conv *c = &net->plan.step[s].c, *d = &to->plan.step[s].c;

		if (!c->norm)
			continue;
		pz_nn_norm_begin(net, c, &norm, to->values + d->weight);
		memcpy(to->values + d->bias, shift + c->norm_at, (size_t)c->out * sizeof *shift);
	}
}

int pz_net_fold(const struct pz_net *net, struct pz_net **folded)
{
	char *text = plain_text(net);
	float *shift = calloc(net->plan.norms + 1, sizeof *shift);
	int rc = text && shift ? pz_net_new(folded, text, &net->shape)
			       : pz_fail(PZ_ENOMEM, "network: no memory");

	if (rc < 0)
		*folded = NULL;
	if (rc == 0 && (rc = pz_net_copy(*folded, net, PZ_ROLES_ALL)) == 0)
		fold_stacks(net, *folded, shift);
	free(text);
	free(shift);
	return rc;
}
