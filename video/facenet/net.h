#ifndef DEEPCHECK_NET_H
#define DEEPCHECK_NET_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct deepcheck_net deepcheck_net;

// Makes a network of tensors [0, tensors) for vectors of lanes floats; NULL if memory is short.
deepcheck_net *deepcheck_net_new(int tensors, int lanes);

// Keeps a tensor whole, so that it can be read after a run. Call it before adding layers.
void deepcheck_net_keep(deepcheck_net *net, int tensor);

// Adds a layer (facemodel.Layer). Pointers of omitted steps are NULL; the constants are copied.
// Returns 0, or an error: 1 if memory is short or a tensor has two shapes, 2 if windows reach
// too far past the edge, 3 if the pixels of a window's row are not adjacent floats.
int deepcheck_net_layer(deepcheck_net *net, int in, int out, const int *in_shape, const int *out_shape,
                        int stride, int pad, int window, int skip,
                        const float *depth, const float *depth_bias,
                        const float *point, const float *point_bias, const float *slope);

// Sets tensor in to scale * pixels + offset and runs all layers. pixels is (height, width,
// channels).
void deepcheck_net_run(deepcheck_net *net, int in, const unsigned char *pixels, float scale, float offset);

// Copies a kept tensor (height, width, channels) to dst.
void deepcheck_net_read(const deepcheck_net *net, int tensor, float *dst);
void deepcheck_net_free(deepcheck_net *net);

// Returns the widest vectors that both processor and build support, in floats.
int deepcheck_net_lanes(void);

#ifdef __cplusplus
}
#endif

#endif
