/* stop.c -- signals that end the process at once, or are noted for an orderly end */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/tool.h"
#include "stop.h"

static volatile sig_atomic_t asked;   /* the signal that asked for a stop; 0: none */
static volatile sig_atomic_t orderly; /* signals are only noted                */
static char line[1024];

static bool ends_well(int number)
{
	return number == SIGTERM || number == SIGUSR1;
}

static void on_stop(int number)
{
	bool first = !asked;

	asked = number;
	if (orderly && (first || ends_well(number)))
		return;
	pz_file_remove_unfinished();
	if (!orderly && write(STDERR_FILENO, line, strlen(line)) < 0)
		_exit(1);
	if (ends_well(number))
		_exit(0);
	signal(number, SIG_DFL);
	raise(number);
}

void stop_at_once(const char *format, ...)
{
	const int all[] = { SIGTERM, SIGUSR1, SIGINT, SIGHUP };
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof line - 1, format, args);
	va_end(args);
	strcpy(line + (n < 0 ? 0 : n > (int)sizeof line - 2 ? (int)sizeof line - 2 : n), "\n");
	orderly = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tool_on_signal(all[i], on_stop);
}

void stop_in_order(void)
{
	orderly = 1;
}

bool stop_asked(void)
{
	return asked;
}

void stop_end(void)
{
	if (!asked || ends_well(asked))
		return;
	signal(asked, SIG_DFL);
	raise(asked);
}
