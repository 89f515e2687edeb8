#ifndef DEEPCHECK_NET_H
#define DEEPCHECK_NET_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct deepcheck_net deepcheck_net;

// A layer as facemodel.Layer has it. Pointers are NULL for steps left out; what
// they point to is copied.
deepcheck_net *deepcheck_net_new(int tensors, int lanes);
int deepcheck_net_layer(deepcheck_net *net, int in, int out, const int *in_shape, const int *out_shape,
                        int stride, int pad, int window, int skip,
                        const float *depth, const float *depth_bias,
                        const float *point, const float *point_bias, const float *slope);

// Writes bytes (height, width, channels) times scale to the tensor in, runs all
// layers, and is done.
void deepcheck_net_run(deepcheck_net *net, int in, const unsigned char *pixels, float scale);

// Copies a tensor (height, width, channels) to dst.
void deepcheck_net_read(const deepcheck_net *net, int tensor, float *dst);
void deepcheck_net_free(deepcheck_net *net);

// The widest vectors that this processor has and this build knows, in floats.
int deepcheck_net_lanes(void);

#ifdef __cplusplus
}
#endif

#endif
