/* protobuf.h -- messages of protocol buffers, as ONNX's files are made of
 *
 *      struct pb graph = { 0 }, node = { 0 };
 *      pz_pb_text(&node, 4, "Conv");
 *      pz_pb_message(&graph, 1, &node);                 // moves the node into the graph
 *      if (graph.failed) ...                         // no memory, in any of the calls
 *      pz_pb_release(&graph);
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

void pz_pb_integer(struct pb *m, int field, int64_t value);
void pz_pb_float(struct pb *m, int field, float value);
void pz_pb_bytes(struct pb *m, int field, const void *bytes, size_t size);
void pz_pb_text(struct pb *m, int field, const char *text);
/* Adds a message as a field of m, and empties it. */
void pz_pb_message(struct pb *m, int field, struct pb *inner);
void pz_pb_release(struct pb *m);

#endif
