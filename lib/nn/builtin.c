/* builtin.c -- the networks of pzpipe-method(7), NETWORKS as texts */
#include <string.h>

#include <pz/nn.h>

/* Blocks as the article draws them; # joins what it is given into one text. */
#define P_BLOCK(name, p, q)                                                                        \
	"block " name "\n"                                                                         \
	"path\nconv d1 1x1 " q " prelu\n"                                                          \
	"path\nconv c1 1x1 " p " prelu\nconv c5 5x5 " q " prelu\n" P_REST(p, q)
#define P_REST(p, q)                                                                               \
	"path\nconv a1 1x1 " p " prelu\nconv a3 3x3 " q " prelu\n"                                 \
	"path\nconv b1 1x1 " p " prelu\npool same\nend\n"
#define P_LAST(name, p, q) "block " name "\npath\nconv d1 1x1 " q " prelu\n" P_REST(p, q)

#define T_BLOCK(name)                                                                              \
	"block " name "\n"                                                                         \
	"path\nconv a1 1x1 101 relu\nconv a5 5x5 156 relu\n"                                       \
	"path\nconv b1 1x1 101 relu\nconv b3 3x3 156 relu\n"                                       \
	"path\nconv c1 1x1 101 relu\npool same\n"                                                  \
	"path\nconv d1 1x1 109 relu\nend\n"

#define HIDDEN(units, joined) "ebv\n" joined "dense fc0 " units " relu\ndense fc1 " units " relu\n"

/* Each network, without and with features that join the vector; joined is that line. */
#define NET_P(joined)                                                                              \
	"conv conv0 5x5 64 prelu\npool\n" P_BLOCK("inc0", "48", "64")                              \
		P_BLOCK("inc1", "64", "92") "pool\n" P_BLOCK("inc2", "92", "128")                  \
			P_BLOCK("inc3", "92", "128") "pool\n" P_LAST(                              \
				"inc4", "92", "128") "flatten\n" HIDDEN("1024", joined)
#define NET_T(joined)                                                                              \
	"conv conv1 5x5 96 relu\nconv conv2 3x3 96 tanh\npool\n" T_BLOCK("inc0") T_BLOCK("inc1")   \
		T_BLOCK("inc2") "pool\n" T_BLOCK("inc3") T_BLOCK("inc4") "pool\n" T_BLOCK(         \
			"inc5") "conv conv5 3x3 96 relu valid\nconv conv6 3x3 96 relu valid\n"     \
				"conv conv7 3x3 96 relu valid\npool same\nflatten\n" HIDDEN(       \
					"1024", joined)
#define NET_S1(joined) "conv conv0 3x3 64 prelu\nmean\n" HIDDEN("256", joined)
#define NET_S2(joined)                                                                             \
	"conv conv0 3x3 64 prelu\npool\nconv conv1 3x3 64 prelu\nmean\n" HIDDEN("256", joined)
#define NET_S3(joined)                                                                             \
	"conv conv0 3x3 64 prelu\npool\nconv conv1 3x3 64 prelu\npool\n"                           \
	"conv conv2 3x3 64 prelu\nmean\n" HIDDEN("256", joined)
#define BOTH(name, net)                                                                            \
	{ name, net("") },                                                                         \
	{                                                                                          \
		name "+features", net("features\n")                                                \
	}

static const struct {
	const char *name, *text;
} nets[] = {
	BOTH("P", NET_P),
	BOTH("T", NET_T),
	BOTH("S1", NET_S1),
	BOTH("S2", NET_S2),
	BOTH("S3", NET_S3),
	{ "M", "features\ndense fc0 256 relu\ndense fc1 256 relu\ndense fc2 256 relu\n" },
};

const char *pz_net_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if (!strcmp(nets[i].name, name))
			return nets[i].text;
	return NULL;
}
