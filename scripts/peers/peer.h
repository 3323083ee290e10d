/* The line protocol that every peer speaks (see README.md), its clock, and the
 * loop that repeats a piece of work until it can be timed. */
#ifndef PEER_H
#define PEER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A piece of work: run is timed, prepare (may be NULL) is not and comes before
 * each run. */
struct work {
	void (*run)(void *);
	void (*prepare)(void *);
	void *state;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* seconds_of is the time of one execution: after one that is not timed, as many
 * as take at_least seconds in all, divided by their number. */
static double seconds_of(struct work w, double at_least)
{
	if (w.prepare)
		w.prepare(w.state);
	w.run(w.state);
	double total = 0;
	long n = 0;
	/* Without preparation the clock is read once for a growing number of runs. */
	for (long burst = 1; total < at_least; burst = w.prepare ? 1 : 2 * burst) {
		if (w.prepare)
			w.prepare(w.state);
		double start = now();
		for (long i = 0; i < burst; i++)
			w.run(w.state);
		total += now() - start;
		n += burst;
	}
	return total / (double)n;
}

/* uniform fills v with numbers in [-1, 1), the same in every run. */
static void uniform(float *v, size_t n)
{
	unsigned s = 1;
	for (size_t i = 0; i < n; i++) {
		s = s * 1664525u + 1013904223u;
		v[i] = (float)(s >> 8) / (float)(1 << 23) - 1;
	}
}

/* need ends the peer where memory is missing: there is nothing left to time. */
static void *need(void *p)
{
	if (!p) {
		puts("error: out of memory");
		exit(1);
	}
	return p;
}

/* An answerer times one request. It returns seconds and may set *note to a word
 * on how, or returns a negative number and sets *note to the reason. */
typedef double (*answerer)(const char *work, int threads, const char **note);

static int serve(const char *description, answerer answer)
{
	char line[256];
	puts(description);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\r\n")] = 0;
		char *last = strrchr(line, ' ');
		int threads = last ? atoi(last + 1) : 0;
		const char *note = "";
		double s = -1;
		if (threads < 1) {
			note = "expected a line `WORK THREADS`, as in `sgemm 512x512x512 1`";
		} else {
			*last = 0;
			s = answer(line, threads, &note);
		}
		if (s < 0)
			printf("error: %s\n", note);
		else
			printf("%.9e%s%s\n", s, *note ? " " : "", note);
		fflush(stdout);
	}
	return 0;
}

#endif
