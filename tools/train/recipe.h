/* recipe.h -- how fast a network learns when: the options of train that say so, and their defaults
 *
 *      article    the learning rate drops, nothing else (pzpipe-method(7), TRAINING)
 *      modern     bands without their correlations, a rate that falls as a cosine, weights that
 *                 decay and are averaged: better networks from fewer stamps (pzpipe-performance(7))
 */
#ifndef RECIPE_H
#define RECIPE_H

#include <pz/options.h>
#include <pz/train.h>

enum { RECIPE_ARTICLE, RECIPE_MODERN };

/* Options as given; those that were not are 0, or -1 where 0 can be asked for. */
struct recipe {
	int name; /* RECIPE_ARTICLE, ...                                        */
	int iterations, batch;
	double rate, factor, warmup, decay, average, dropout;
	int schedule; /* 0: the recipe's, else 1 + enum pz_course                  */
	struct pz_numbers drop;
};

#define RECIPE_FACTOR 5 /* of the drops, by default */
#define RECIPE_UNSET                                                                               \
	{                                                                                          \
		.factor = RECIPE_FACTOR, .warmup = -1, .decay = -1, .average = -1, .dropout = -1   \
	}

/* The rows of the option table. */
#define RECIPE_OPTIONS(r)                                                                          \
	{ PZ_OPTION_CHOICE,                                                                        \
	  0,                                                                                       \
	  "recipe",                                                                                \
	  "NAME",                                                                                  \
	  &(r)->name,                                                                              \
	  "defaults of what follows, and of the network's input: those of the article, or better " \
	  "ones",                                                                                  \
	  .choices = "article,modern" },                                                           \
		{ PZ_OPTION_INT,                                                                   \
		  'n',                                                                             \
		  "iterations",                                                                    \
		  "N",                                                                             \
		  &(r)->iterations,                                                                \
		  "number of batches to learn from; default: the recipe's, for the survey",        \
		  .min = 1,                                                                        \
		  .max = 2147483647 },                                                             \
		{ PZ_OPTION_INT, 'b',                                                              \
		  "batch",       "N",                                                              \
		  &(r)->batch,   "stamps in a batch; default: the recipe's, for the survey",       \
		  .min = 1,      .max = 65536 },                                                   \
		{ PZ_OPTION_DOUBLE, 0,                                                             \
		  "rate",           "X",                                                           \
		  &(r)->rate,       "largest learning rate; default: the recipe's",                \
		  .min = 1e-12,     .max = 10 },                                                   \
		{ PZ_OPTION_CHOICE,                                                                \
		  0,                                                                               \
		  "schedule",                                                                      \
		  "NAME",                                                                          \
		  &(r)->schedule,                                                                  \
		  "how the rate changes: it drops in steps, or falls to 0 as a cosine; default: "  \
		  "the recipe's",                                                                  \
		  .choices = "recipe,step,cosine" },                                               \
		{ PZ_OPTION_NUMBERS,                                                               \
		  0,                                                                               \
		  "drop",                                                                          \
		  "LIST",                                                                          \
		  &(r)->drop,                                                                      \
		  "fractions of the iterations at which the rate drops; default: 0.5 (none with "  \
		  "--freeze)" },                                                                   \
		{ PZ_OPTION_DOUBLE, 0,                                                             \
		  "drop-factor",    "X",                                                           \
		  &(r)->factor,     "each drop divides the learning rate by X",                    \
		  .min = 1,         .max = 1e6 },                                                  \
		{ PZ_OPTION_DOUBLE,                                                                \
		  0,                                                                               \
		  "warm-up",                                                                       \
		  "SHARE",                                                                         \
		  &(r)->warmup,                                                                    \
		  "share of the iterations in which the rate grows from 0; -1: the recipe's",      \
		  .min = -1,                                                                       \
		  .max = 0.99 },                                                                   \
		{ PZ_OPTION_DOUBLE, 0,                                                             \
		  "decay",          "X",                                                           \
		  &(r)->decay,      "decay of weights (AdamW); -1: the recipe's",                  \
		  .min = -1,        .max = 1e3 },                                                  \
		{ PZ_OPTION_DOUBLE,                                                                \
		  0,                                                                               \
		  "average",                                                                       \
		  "SHARE",                                                                         \
		  &(r)->average,                                                                   \
		  "average the weights over this last share of the iterations; -1: the recipe's",  \
		  .min = -1,                                                                       \
		  .max = 1 },                                                                      \
	{                                                                                          \
		PZ_OPTION_DOUBLE, 0, "dropout", "SHARE", &(r)->dropout,                            \
			"share of units of the hidden layers that are off in an iteration; "       \
			"-1: the recipe's",                                                        \
			.min = -1, .max = 0.95                                                     \
	}

/* PZ_EUSAGE: options that do not go together. */
int recipe_check(const struct recipe *r, bool freeze);
/* Gives what is not set its default, for this survey. */
void recipe_complete(struct recipe *r, const char *survey, bool freeze);
/* What of a schedule the recipe says. */
struct pz_schedule recipe_schedule(const struct recipe *r);

#endif
