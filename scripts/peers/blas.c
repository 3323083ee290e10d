/* Times matrix products of OpenBLAS.
 *
 *	sgemm MxKxN      C (M x N) = A (M x K) B (K x N): weights times activations
 *	sgemm TN MxKxN   A transposed in memory: the gradient of the activations
 *	sgemm NT MxKxN   B transposed in memory: the gradient of the weights
 *	cgemm ...        the same in complex numbers; NC: B conjugate transposed
 *
 * All in single precision, rows first, one sample a column. */
#include "peer.h"

#include <cblas.h>
#include <unistd.h>

struct product {
	int is_complex, m, k, n;
	CBLAS_TRANSPOSE ta, tb;
	float *a, *b, *c;
};

static void multiply(void *state)
{
	static const float one[2] = {1, 0}, zero[2] = {0, 0};
	struct product *p = state;
	int lda = p->ta == CblasNoTrans ? p->k : p->m;
	int ldb = p->tb == CblasNoTrans ? p->n : p->k;
	if (p->is_complex)
		cblas_cgemm(CblasRowMajor, p->ta, p->tb, p->m, p->n, p->k, one, p->a, lda, p->b, ldb, zero, p->c, p->n);
	else
		cblas_sgemm(CblasRowMajor, p->ta, p->tb, p->m, p->n, p->k, 1, p->a, lda, p->b, ldb, 0, p->c, p->n);
}

/* parse reads the name of a product; 0: not one. */
static int parse(const char *work, struct product *p)
{
	char kind[8], form[8] = "NN";
	if (sscanf(work, "%7s %dx%dx%d", kind, &p->m, &p->k, &p->n) != 4 &&
	    sscanf(work, "%7s %7s %dx%dx%d", kind, form, &p->m, &p->k, &p->n) != 5)
		return 0;
	p->is_complex = !strcmp(kind, "cgemm");
	if ((!p->is_complex && strcmp(kind, "sgemm")) || strlen(form) != 2)
		return 0;
	if (p->m < 1 || p->k < 1 || p->n < 1 || p->m > 16384 || p->k > 16384 || p->n > 16384)
		return 0;
	p->ta = form[0] == 'T' ? CblasTrans : form[0] == 'C' ? CblasConjTrans : CblasNoTrans;
	p->tb = form[1] == 'T' ? CblasTrans : form[1] == 'C' ? CblasConjTrans : CblasNoTrans;
	return 1;
}

static double answer(const char *work, int threads, const char **note)
{
	struct product p;
	if (!parse(work, &p)) {
		*note = "not a work of this peer, which does `sgemm [NT|TN] MxKxN` and `cgemm [NT|TN|NC] MxKxN`";
		return -1;
	}
	openblas_set_num_threads(threads);
	size_t each = p.is_complex ? 2 : 1;
	size_t na = each * (size_t)p.m * (size_t)p.k, nb = each * (size_t)p.k * (size_t)p.n, nc = each * (size_t)p.m * (size_t)p.n;
	p.a = need(aligned_alloc(64, (4 * na + 63) / 64 * 64));
	p.b = need(aligned_alloc(64, (4 * nb + 63) / 64 * 64));
	p.c = need(aligned_alloc(64, (4 * nc + 63) / 64 * 64));
	uniform(p.a, na);
	uniform(p.b, nb);
	double s = seconds_of((struct work){multiply, NULL, &p}, 0.05);
	free(p.a);
	free(p.b);
	free(p.c);
	return s;
}

/* OpenBLAS 0.3.21 takes Sapphire Rapids and later for a Prescott of 2004 and is
 * five times slower than it can be. The core is chosen while the library loads,
 * so the program has to start again with the choice in its environment. */
static void insist_on_core(char **argv)
{
#if defined(__x86_64__)
	const char *core = NULL;
	if (getenv("OPENBLAS_CORETYPE") || strcmp(openblas_get_corename(), "Prescott"))
		return;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
		core = "SkylakeX";
	else if (__builtin_cpu_supports("avx2"))
		core = "Haswell";
	if (core && !setenv("OPENBLAS_CORETYPE", core, 1))
		execv("/proc/self/exe", argv);
#else
	(void)argv;
#endif
}

int main(int argc, char **argv)
{
	(void)argc;
	insist_on_core(argv);
	char description[128], version[32] = "?";
	sscanf(openblas_get_config(), "OpenBLAS %31s", version);
	snprintf(description, sizeof description, "OpenBLAS %s %s", version, openblas_get_corename());
	return serve(description, answer);
}
