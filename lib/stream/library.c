/* library.c -- the version of msgpack-c */
#include <msgpack.h>

#include <pz/libraries.h>

const char *pz_stream_library(void)
{
	return "msgpack-c " MSGPACK_VERSION;
}
