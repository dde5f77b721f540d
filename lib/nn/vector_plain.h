/* vector_plain.h -- vectors of four floats, which the compiler turns into what there
 * is on any CPU (vector_avx512.h says what of them) */
#include <string.h>

#define NAME "plain"

typedef float vec __attribute__((vector_size(16)));
typedef size_t lanes;

#define WIDTH        4
#define ROWS         6
#define FMA(a, b, c) ((a) * (b) + (c))
#define splat(x)     ((vec){ (x), (x), (x), (x) })

static inline vec load(const float *p)
{
	vec v;

	memcpy(&v, p, sizeof v);
	return v;
}

static inline void store(float *p, vec v)
{
	memcpy(p, &v, sizeof v);
}

static inline lanes first(size_t count)
{
	return count;
}

static inline vec load_some(const float *p, lanes some)
{
	vec v = splat(0);

	if (some >= WIDTH)
		return load(p);
	memcpy(&v, p, some * sizeof *p);
	return v;
}

static inline void store_some(float *p, lanes some, vec v)
{
	if (some >= WIDTH)
		store(p, v);
	else
		memcpy(p, &v, some * sizeof *p);
}
