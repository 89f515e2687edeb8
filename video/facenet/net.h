#ifndef DEEPCHECK_NET_H
#define DEEPCHECK_NET_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct deepcheck_net deepcheck_net;

deepcheck_net *deepcheck_net_new(int tensors, int lanes);

// Says that a tensor is to be read after a run; before the layers are added.
void deepcheck_net_keep(deepcheck_net *net, int tensor);

// Adds a layer as facemodel.Layer has it. Pointers are NULL for steps left out; what
// they point to is copied. The layer is refused with 1 where there is no memory or a
// tensor has two shapes, 2 where its windows reach too far past the edge, 3 where they do not lie in runs.
int deepcheck_net_layer(deepcheck_net *net, int in, int out, const int *in_shape, const int *out_shape,
                        int stride, int pad, int window, int skip,
                        const float *depth, const float *depth_bias,
                        const float *point, const float *point_bias, const float *slope);

// Writes bytes (height, width, channels) times scale plus offset to the tensor in,
// and runs all layers.
void deepcheck_net_run(deepcheck_net *net, int in, const unsigned char *pixels, float scale, float offset);

// Copies a tensor that was kept (height, width, channels) to dst.
void deepcheck_net_read(const deepcheck_net *net, int tensor, float *dst);
void deepcheck_net_free(deepcheck_net *net);

// The widest vectors that this processor has and this build knows, in floats.
int deepcheck_net_lanes(void);

#ifdef __cplusplus
}
#endif

#endif
