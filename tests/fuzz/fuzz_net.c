/* fuzz_net.c -- the text of a network: what is accepted has a text that parses to itself */
#include <stdlib.h>
#include <string.h>

#include <pz/nn.h>

#include "fuzz.h"

static const struct pz_net_shape shape = {
	.bands = 2, .size = 8, .bins = 6, .channels = 2, .features = 3
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = (char *)fuzz_copy(bytes, size);
	struct pz_net *net, *again;

	text[size] = 0;
	if (pz_net_new(&net, text, &shape) == 0) {
		if (pz_net_new(&again, pz_net_text(net), &shape) < 0 ||
		    strcmp(pz_net_text(net), pz_net_text(again)) != 0 ||
		    pz_net_count(net) != pz_net_count(again))
			abort();
		pz_net_free(again);
		pz_net_free(net);
	}
	free(text);
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const builtin[] = { "P", "S1", "S3" };
	static const char *const texts[] = {
		"conv 3x3 4 prelu\npool\nconv c2 5x5 6 relu valid # two\nmean\nebv\ndense fc0 5 "
		"tanh\n",
		"block b\n path\n  conv a1 1x1 3 none\n  conv a3 3x3 2 prelu\n path\n  pool "
		"same\nend\n"
		"pool\nflatten\nebv\nfeatures\ndense 4 relu\ndense 4 relu\n",
		"ebv\nfeatures\ndense 3 tanh\n",
	};

	if (i < 3)
		return fuzz_text(pz_net_builtin(builtin[i]), size);
	return i < 6 ? fuzz_text(texts[i - 3], size) : NULL;
}
