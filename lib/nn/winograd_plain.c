/* winograd_plain.c -- Winograd's convolutions for any CPU */
#include "winograd_set.h"

#include "vector_plain.h"

#define SET pz_nn_winograd_plain

#include "winograd.inc"
