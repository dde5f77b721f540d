/* grammar.h -- the network's text, parsed (grammar: pz/nn.h) */
#ifndef PZ_NN_GRAMMAR_H
#define PZ_NN_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#define NN_NAME     16  /* bytes of a layer's or block's name, the end included */
#define NN_ITEMS    512 /* lines of a text that are not empty                   */
#define NN_KERNEL   15
#define NN_CHANNELS 4096
#define NN_UNITS    65536

enum nn_act { NN_NONE, NN_RELU, NN_TANH, NN_PRELU };

enum nn_kind {
	NN_WHITEN,
	NN_CONV,
	NN_POOL,
	NN_POOL_SAME,
	NN_BLOCK,
	NN_ADD,
	NN_PATH,
	NN_END,
	NN_MEAN,
	NN_FLATTEN,
	NN_EBV,
	NN_FEATURES,
	NN_DENSE,
};

struct nn_item {
	enum nn_kind kind;
	int line;           /* from 1                                         */
	char name[NN_NAME]; /* conv, dense, block, add                        */
	int kernel, width;  /* conv; width: channels or units                 */
	bool valid, norm;   /* conv                                           */
	enum nn_act act;
};

struct nn_text {
	size_t count;
	struct nn_item item[NN_ITEMS];
};

/* PZ_EARG names the line. The order of items is checked here, sizes are not. */
int pz_nn_text_parse(struct nn_text *t, const char *text);
/* Whether the network looks at pixels: it does unless its text begins with what joins a vector. */
bool pz_nn_text_has_pixels(const struct nn_text *t);

/* The canonical text, allocated; NULL without memory. */
char *pz_nn_text_write(const struct nn_text *t);

#endif
