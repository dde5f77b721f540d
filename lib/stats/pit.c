/* pit.c -- how far from uniform the PITs of a sample are
 *
 * A value that counts m times stands at the ranks below + 1 .. below + m of n; m need not be whole.
 */
#include <math.h>

#include <pz/scores.h>

#define EDGE 1e-12 /* logarithms are taken this far inside of 0..1               */

static double clamp(double u)
{
	return u < EDGE ? EDGE : u > 1 - EDGE ? 1 - EDGE : u;
}

static void add_ks(struct pz_pit *s, double u, double below, double m, double n)
{
	s->ks = fmax(s->ks, fmax(u - below / n, (below + m) / n - u));
}

/* n times the integral of (F - u)^2 over the step of F at u. */
static void add_cvm(struct pz_pit *s, double u, double below, double m, double n)
{
	double from = below / n - u, to = (below + m) / n - u;

	s->cvm += m * (from * from + from * to + to * to) / 3;
}

/* The sum of 2 rank - 1 over the ranks is a difference of squares. */
static void add_ad(struct pz_pit *s, double u, double below, double m, double n)
{
	double above = n - below - m;
	double low = (below + m) * (below + m) - below * below;
	double high = (above + m) * (above + m) - above * above;

	s->ad -= (low * log(clamp(u)) + high * log1p(-clamp(u))) / n;
}

/* Counts first, shares when all are counted. */
static void add_counts(struct pz_pit *s, double u, double m)
{
	int bin = pz_bin_index(u, 0, 1.0 / PZ_PIT_BINS);

	s->outliers += (u < PZ_PIT_OUTLIER || u > 1 - PZ_PIT_OUTLIER) * m;
	s->cover_68 += (fabs(u - 0.5) <= 0.34) * m;
	s->cover_95 += (fabs(u - 0.5) <= 0.475) * m;
	s->histogram[bin < PZ_PIT_BINS ? bin : PZ_PIT_BINS - 1] += m;
}

static void divide_counts(struct pz_pit *s, double n)
{
	s->outliers /= n;
	s->cover_68 /= n;
	s->cover_95 /= n;
	for (int i = 0; i < PZ_PIT_BINS; i++)
		s->histogram[i] /= n;
}

static struct pz_pit nothing(void)
{
	struct pz_pit s = { NAN, NAN, NAN, NAN, NAN, NAN, { 0 } };

	for (int i = 0; i < PZ_PIT_BINS; i++)
		s.histogram[i] = NAN;
	return s;
}

void pz_pit_measure(const double *pit, const double *times, size_t count, struct pz_pit *out)
{
	double n = times ? 0 : (double)count, below = 0;
	struct pz_pit s = { 0 };

	for (size_t i = 0; i < count && times; i++)
		n += times[i];
	if (n == 0) {
		*out = nothing();
		return;
	}
	s.ad = -n;
	for (size_t i = 0; i < count; i++) {
		double m = times ? times[i] : 1;

		if (m == 0)
			continue;
		add_ks(&s, pit[i], below, m, n);
		add_cvm(&s, pit[i], below, m, n);
		add_ad(&s, pit[i], below, m, n);
		add_counts(&s, pit[i], m);
		below += m;
	}
	divide_counts(&s, n);
	*out = s;
}

/* Kolmogorov's distribution, with Stephens's (1970) correction for finite n. */
static double stephens(double n)
{
	double root = sqrt(n);

	return root + 0.12 + 0.11 / root;
}

double pz_pit_ks_p(double ks, double n)
{
	double x = stephens(n) * ks, p = 0, sign = 2;

	if (x < 0.2)
		return 1; /* where the series does not converge, p misses 1 by < 1e-12 */
	for (int k = 1; k < 50; k++, sign = -sign)
		p += sign * exp(-2 * k * k * x * x);
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

double pz_pit_ks_floor(double n)
{
	return sqrt(M_PI / 2) * M_LN2 / stephens(n);
}

double pz_pit_ks_noise(double n)
{
	return M_PI / sqrt(12) / stephens(n);
}
