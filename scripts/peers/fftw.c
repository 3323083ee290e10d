/* Times Fourier transforms of FFTW, each written in several ways as one would in
 * C; the fastest counts. Single precision, 64 complex images, FFTW_MEASURE.
 *
 *	fft2 N        forward transform of N x N images
 *	propagate N   N x N images in frames of 2N x 2N: transform, times a transfer
 *	              function, inverse transform, N x N crop */
#include "peer.h"

#include <fftw3.h>
#include <pthread.h>

enum { images = 64, most_threads = 256 };

/* Planning of one transform may take this long; what was found until then is
 * used. */
static const double planning_seconds = 20;

/* ---- work on single images, shared out among threads ---- */

struct job;
typedef void (*each_image)(struct job *j, int image, int thread);

struct job {
	int n, wide, threads, next;
	each_image each;
	fftwf_complex *in, *out, *transfer;
	fftwf_complex *frame[most_threads]; /* one for each thread */
	fftwf_plan plan[4];
};

struct worker {
	struct job *job;
	int thread;
};

static void *work_on(void *arg)
{
	struct worker *w = arg;
	for (;;) {
		int image = __atomic_fetch_add(&w->job->next, 1, __ATOMIC_RELAXED);
		if (image >= images)
			return NULL;
		w->job->each(w->job, image, w->thread);
	}
}

static void image_by_image(void *state)
{
	struct job *j = state;
	pthread_t threads[most_threads];
	struct worker workers[most_threads];
	j->next = 0;
	for (int t = 0; t < j->threads; t++)
		workers[t] = (struct worker){j, t};
	int started = 1;
	while (started < j->threads && !pthread_create(&threads[started], NULL, work_on, &workers[started]))
		started++;
	work_on(&workers[0]);
	for (int t = 1; t < started; t++)
		pthread_join(threads[t], NULL);
}

/* ---- fft2 ---- */

/* In place the images grow with every transform: they are filled anew, outside
 * the time, before each. */
static void refill(void *state)
{
	struct job *j = state;
	uniform((float *)j->in, 2 * (size_t)images * j->n * j->n);
}

static void transform_all(void *state)
{
	struct job *j = state;
	fftwf_execute(j->plan[0]);
}

static void transform_one(struct job *j, int image, int thread)
{
	(void)thread;
	fftwf_complex *x = j->in + (size_t)image * j->n * j->n;
	fftwf_execute_dft(j->plan[0], x, x);
}

/* ---- propagate ---- */

static void times_transfer(fftwf_complex *restrict z, const fftwf_complex *restrict h, size_t n)
{
	float *restrict a = (float *)z;
	const float *restrict b = (const float *)h;
	for (size_t i = 0; i < n; i++) {
		float re = a[2 * i], im = a[2 * i + 1];
		a[2 * i] = re * b[2 * i] - im * b[2 * i + 1];
		a[2 * i + 1] = re * b[2 * i + 1] + im * b[2 * i];
	}
}

static void place(const struct job *j, fftwf_complex *frame, const fftwf_complex *image)
{
	memset(frame, 0, sizeof *frame * j->wide * j->wide);
	for (int y = 0; y < j->n; y++)
		memcpy(frame + (size_t)y * j->wide, image + (size_t)y * j->n, sizeof *frame * j->n);
}

/* crop takes the corner. FFTW leaves the division by the number of pixels to its
 * user; here that factor stands in the transfer function. */
static void crop(const struct job *j, fftwf_complex *image, const fftwf_complex *frame)
{
	for (int y = 0; y < j->n; y++)
		memcpy(image + (size_t)y * j->n, frame + (size_t)y * j->wide, sizeof *frame * j->n);
}

/* One frame a thread, which stays in its cache. */
static void propagate_one(struct job *j, int image, int thread)
{
	fftwf_complex *f = j->frame[thread];
	size_t small = (size_t)j->n * j->n, large = (size_t)j->wide * j->wide;
	place(j, f, j->in + image * small);
	fftwf_execute_dft(j->plan[0], f, f);
	times_transfer(f, j->transfer, large);
	fftwf_execute_dft(j->plan[1], f, f);
	crop(j, j->out + image * small, f);
}

/* The same without the lines that are zero or cropped away: rows, columns,
 * columns back, rows back. */
static void propagate_pruned(struct job *j, int image, int thread)
{
	fftwf_complex *f = j->frame[thread];
	size_t small = (size_t)j->n * j->n, large = (size_t)j->wide * j->wide;
	place(j, f, j->in + image * small);
	fftwf_execute_dft(j->plan[0], f, f);
	fftwf_execute_dft(j->plan[1], f, f);
	times_transfer(f, j->transfer, large);
	fftwf_execute_dft(j->plan[2], f, f);
	fftwf_execute_dft(j->plan[3], f, f);
	crop(j, j->out + image * small, f);
}

/* All images at once through FFTW's own loops and threads. */
static void propagate_all(void *state)
{
	struct job *j = state;
	fftwf_complex *f = j->frame[0];
	size_t small = (size_t)j->n * j->n, large = (size_t)j->wide * j->wide;
	for (int i = 0; i < images; i++)
		place(j, f + i * large, j->in + i * small);
	fftwf_execute(j->plan[0]);
	for (int i = 0; i < images; i++)
		times_transfer(f + i * large, j->transfer, large);
	fftwf_execute(j->plan[1]);
	for (int i = 0; i < images; i++)
		crop(j, j->out + i * small, f + i * large);
}

/* ---- plans ---- */

static fftwf_complex *room(size_t n) { return need(fftwf_alloc_complex(n)); }

static fftwf_plan plane(int n, int howmany, fftwf_complex *in, fftwf_complex *out, int sign)
{
	int size[2] = {n, n};
	return need(fftwf_plan_many_dft(2, size, howmany, in, NULL, 1, n * n, out, NULL, 1, n * n, sign, FFTW_MEASURE));
}

static fftwf_plan lines(int n, int howmany, int stride, int distance, fftwf_complex *x, int sign)
{
	return need(fftwf_plan_many_dft(1, &n, howmany, x, NULL, stride, distance, x, NULL, stride, distance, sign, FFTW_MEASURE));
}

/* A way of doing a work, and what it is called. */
struct way {
	const char *name;
	struct work work;
};

static int ways_of_fft2(int n, int threads, struct way *ways)
{
	size_t all = (size_t)images * n * n;
	fftwf_complex *in = room(all), *out = room(all);
	struct job *j = need(calloc(3, sizeof *j));
	for (int i = 0; i < 3; i++) {
		j[i].n = n;
		j[i].threads = threads;
		j[i].in = in;
		j[i].each = transform_one;
	}
	fftwf_plan_with_nthreads(threads);
	j[0].plan[0] = plane(n, images, in, in, FFTW_FORWARD);
	j[1].plan[0] = plane(n, images, in, out, FFTW_FORWARD);
	fftwf_plan_with_nthreads(1);
	j[2].plan[0] = plane(n, 1, in, in, FFTW_FORWARD);
	ways[0] = (struct way){"in place", {transform_all, refill, &j[0]}};
	ways[1] = (struct way){"out of place", {transform_all, refill, &j[1]}};
	ways[2] = (struct way){"in place, image by image", {image_by_image, refill, &j[2]}};
	return 3;
}

static int ways_of_propagate(int n, int threads, struct way *ways)
{
	int wide = 2 * n;
	size_t small = (size_t)images * n * n, large = (size_t)wide * wide;
	fftwf_complex *in = room(small), *out = room(small), *transfer = room(large), *frames = room(images * large);
	struct job *j = need(calloc(3, sizeof *j));
	for (int i = 0; i < 3; i++) {
		j[i].n = n;
		j[i].wide = wide;
		j[i].threads = threads;
		j[i].in = in;
		j[i].out = out;
		j[i].transfer = transfer;
		j[i].frame[0] = frames;
		for (int t = 0; i < 2 && t < threads; t++)
			j[i].frame[t] = room(large);
	}
	fftwf_plan_with_nthreads(1);
	j[0].each = propagate_one;
	j[0].plan[0] = plane(wide, 1, j[0].frame[0], j[0].frame[0], FFTW_FORWARD);
	j[0].plan[1] = plane(wide, 1, j[0].frame[0], j[0].frame[0], FFTW_BACKWARD);
	fftwf_complex *f = j[1].frame[0];
	j[1].each = propagate_pruned;
	j[1].plan[0] = lines(wide, n, 1, wide, f, FFTW_FORWARD);
	j[1].plan[1] = lines(wide, wide, wide, 1, f, FFTW_FORWARD);
	j[1].plan[2] = lines(wide, wide, wide, 1, f, FFTW_BACKWARD);
	j[1].plan[3] = lines(wide, n, 1, wide, f, FFTW_BACKWARD);
	fftwf_plan_with_nthreads(threads);
	j[2].plan[0] = plane(wide, images, frames, frames, FFTW_FORWARD);
	j[2].plan[1] = plane(wide, images, frames, frames, FFTW_BACKWARD);
	uniform((float *)in, 2 * small);
	uniform((float *)transfer, 2 * large);
	for (size_t i = 0; i < large; i++) {
		transfer[i][0] /= (float)large;
		transfer[i][1] /= (float)large;
	}
	ways[0] = (struct way){"image by image", {image_by_image, NULL, &j[0]}};
	ways[1] = (struct way){"image by image, only lines that matter", {image_by_image, NULL, &j[1]}};
	ways[2] = (struct way){"all images at once", {propagate_all, NULL, &j[2]}};
	return 3;
}

/* What was planned and found fastest for one request; kept for the next. */
struct known {
	char work[256];
	int threads;
	struct way best;
	struct known *next;
};

static struct known *prepare(const char *work, int threads)
{
	struct way ways[4];
	char kind[16];
	int size = 0, n = 0;
	if (sscanf(work, "%15s %d", kind, &size) != 2 || size < 2 || size > 2048)
		return NULL;
	if (!strcmp(kind, "fft2"))
		n = ways_of_fft2(size, threads, ways);
	else if (!strcmp(kind, "propagate"))
		n = ways_of_propagate(size, threads, ways);
	else
		return NULL;
	struct known *k = need(calloc(1, sizeof *k));
	snprintf(k->work, sizeof k->work, "%s", work);
	k->threads = threads;
	/* The shortest of three tries each, in turn: a pause of the machine then does
	 * not decide. */
	const char *only = getenv("LIGHTFAST_PEER_WAY");
	double least = 0;
	for (int i = 0; i < 3 * n; i++) {
		if (only && strcmp(only, ways[i % n].name))
			continue;
		double s = seconds_of(ways[i % n].work, 0.1);
		if (!least || s < least) {
			least = s;
			k->best = ways[i % n];
		}
	}
	return least ? k : NULL;
}

static double answer(const char *work, int threads, const char **note)
{
	static struct known *first;
	if (threads > most_threads) {
		*note = "more threads than this peer knows";
		return -1;
	}
	struct known *k = first;
	while (k && (strcmp(k->work, work) || k->threads != threads))
		k = k->next;
	if (!k) {
		k = prepare(work, threads);
		if (!k) {
			*note = "not a work of this peer, which does `fft2 N` and `propagate N`";
			return -1;
		}
		k->next = first;
		first = k;
	}
	*note = k->best.name;
	return seconds_of(k->best.work, 0.05);
}

int main(void)
{
	char description[64];
	if (!fftwf_init_threads()) {
		puts("error: FFTW cannot start threads");
		return 1;
	}
	fftwf_set_timelimit(planning_seconds);
	snprintf(description, sizeof description, "FFTW %s", fftwf_version + strlen("fftw-"));
	return serve(description, answer);
}
