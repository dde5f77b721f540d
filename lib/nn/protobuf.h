/* protobuf.h -- messages of protocol buffers, as ONNX's files are made of
 *
 *      struct pb graph = { 0 }, node = { 0 };
 *      pb_text(&node, 4, "Conv");
 *      pb_message(&graph, 1, &node);                 // moves the node into the graph
 *      if (graph.failed) ...                         // no memory, in any of the calls
 *      pb_release(&graph);
 *
 * Source: protobuf.dev, "Encoding".
 */
#ifndef PZ_NN_PROTOBUF_H
#define PZ_NN_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pb {
	char *bytes;
	size_t size, room;
	bool failed;
};

void pb_integer(struct pb *m, int field, int64_t value);
void pb_float(struct pb *m, int field, float value);
void pb_bytes(struct pb *m, int field, const void *bytes, size_t size);
void pb_text(struct pb *m, int field, const char *text);
/* Adds a message as a field of m, and empties it. */
void pb_message(struct pb *m, int field, struct pb *inner);
void pb_release(struct pb *m);

#endif
