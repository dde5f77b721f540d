/* random.c -- Philox 4x32-10 and what is drawn from it */
#include <math.h>
#include <string.h>
#include <xxhash.h>

#include <pz/random.h>

void pz_random_block(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4])
{
	uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
	uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
	uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);

	for (int round = 0; round < 10; round++) {
		uint64_t p0 = (uint64_t)0xD2511F53u * c0;
		uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;

		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)p1;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)p0;
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

uint64_t pz_random_stream(const char *purpose, uint64_t number)
{
	return pz_hash(purpose, strlen(purpose), number);
}

void pz_random_init(struct pz_random *r, uint64_t seed, uint64_t stream)
{
	*r = (struct pz_random){ .seed = seed, .stream = stream };
}

uint32_t pz_random_bits(struct pz_random *r)
{
	if (r->left == 0) {
		pz_random_block(r->seed, r->stream, r->block++, r->word);
		r->left = 4;
	}
	return r->word[4 - r->left--];
}

double pz_random_uniform(struct pz_random *r)
{
	uint64_t high = pz_random_bits(r) >> 5, low = pz_random_bits(r) >> 6;

	return (double)(high << 26 | low) * 0x1p-53;
}

double pz_random_normal(struct pz_random *r)
{
	/* Box-Muller, one of the pair: two uniforms a number keeps the position
	 * in the stream a simple function of how many were drawn. */
	double u = 1 - pz_random_uniform(r), v = pz_random_uniform(r);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

uint64_t pz_random_below(struct pz_random *r, uint64_t n)
{
	uint64_t x, reject = (0 - n) % n; /* 2^64 mod n: the part that would bias */

	do {
		x = (uint64_t)pz_random_bits(r) << 32;
		x |= pz_random_bits(r);
	} while (x < reject);
	return x % n;
}

void pz_random_shuffle(struct pz_random *r, size_t *a, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)pz_random_below(r, i), swap = a[i - 1];

		a[i - 1] = a[j];
		a[j] = swap;
	}
}

uint64_t pz_hash(const void *bytes, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, n, seed);
}
