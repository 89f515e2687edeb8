#include "net.h"
#include "layer.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

struct deepcheck_net {
    int lanes;
    std::vector<tensor> tensors;
    std::vector<layer> layers;
    std::vector<void *> memory;

    // Zeroed, at the start of a cache line; null where there is none left.
    float *floats(size_t n) {
        void *p = nullptr;
        n = (n * sizeof(float) + 63) / 64 * 64;
        if (posix_memalign(&p, 64, n)) return nullptr;
        memory.push_back(p);
        return static_cast<float *>(std::memset(p, 0, n));
    }

    float *copied(const float *from, size_t n, size_t room) {
        float *p = floats(room);
        if (p) std::memcpy(p, from, n * sizeof(float));
        return p;
    }
};

namespace {

int filled(int n) { return (n + padding - 1) / padding * padding; }

// Makes the tensor i at its first use. The input of the network is read in
// windows, for which its pixels must lie close together.
bool make_tensor(deepcheck_net *net, int i, const int *shape, bool input) {
    tensor &t = net->tensors[i];
    if (t.data) return t.height == shape[0] && t.width == shape[1] && t.channels == shape[2];
    t.height = shape[0];
    t.width = shape[1];
    t.channels = shape[2];
    t.stride = input ? shape[2] : filled(shape[2]);
    t.data = net->floats(static_cast<size_t>(t.height + 2) * (t.width + 2) * t.stride);
    return t.data != nullptr;
}

// Cuts a matrix (rows, columns) into panels of two vectors, the last one of one
// vector where that is all.
float *panels(deepcheck_net *net, const float *from, int rows, int columns) {
    const int all = filled(columns), wide = 2 * net->lanes;
    float *p = net->floats(static_cast<size_t>(rows) * all);
    if (!p) return nullptr;
    for (int c = 0; c < columns; c++) {
        const int first = c / wide * wide, width = all - first < wide ? all - first : wide;
        for (int r = 0; r < rows; r++)
            p[static_cast<long>(first) * rows + static_cast<long>(r) * width + c - first] = from[static_cast<long>(r) * columns + c];
    }
    return p;
}

} // namespace

deepcheck_net *deepcheck_net_new(int tensors, int lanes) {
    deepcheck_net *net = new (std::nothrow) deepcheck_net;
    if (!net) return nullptr;
    net->lanes = lanes;
    net->tensors.assign(tensors, tensor());
    return net;
}

int deepcheck_net_layer(deepcheck_net *net, int in, int out, const int *in_shape, const int *out_shape,
                        int stride, int pad, int window, int skip,
                        const float *depth, const float *depth_bias,
                        const float *point, const float *point_bias, const float *slope) {
    if (!make_tensor(net, in, in_shape, net->layers.empty()) || !make_tensor(net, out, out_shape, false)) return 1;
    layer l = layer();
    l.in = net->tensors[in];
    l.out = net->tensors[out];
    l.step = stride;
    l.pad = pad;
    l.window = window;
    l.skip = skip;
    l.depth_in = l.in.channels * (window ? 9 : 1);
    if (depth) {
        // Depthwise sums run over vectors of channels, windows over whole pixels.
        if (l.in.channels % padding) return 2;
        l.depth = net->copied(depth, 9 * l.in.channels, 9 * l.in.channels);
        l.depth_bias = net->copied(depth_bias, l.in.channels, l.in.channels);
    }
    if (window && l.in.stride != l.in.channels) return 2;
    l.point = panels(net, point, l.depth_in, l.out.channels);
    l.point_bias = net->copied(point_bias, l.out.channels, l.out.stride);
    if (slope) l.slope = net->copied(slope, l.out.channels, l.out.stride);
    // Enough pixels at a time that a panel is used twice while it is near.
    const int pixels = 24;
    l.group = l.out.width < pixels ? pixels / l.out.width : 1;
    l.gathered = net->floats(static_cast<size_t>(l.group) * l.out.width * l.depth_in);
    l.summed = net->floats(static_cast<size_t>(l.group) * l.out.width * l.out.stride);
    if ((depth && (!l.depth || !l.depth_bias)) || !l.point || !l.point_bias || (slope && !l.slope) || !l.gathered || !l.summed)
        return 1;
    net->layers.push_back(l);
    return 0;
}

void deepcheck_net_run(deepcheck_net *net, int in, const unsigned char *pixels, float scale) {
    const tensor &t = net->tensors[in];
    const int n = t.width * t.channels;
    for (int y = 0; y < t.height; y++) {
        float *row = t.at(y, 0);
        for (int i = 0; i < n; i++) row[i] = scale * pixels[static_cast<long>(y) * n + i];
    }
    void (*run)(const layer &) = net->lanes == 16 ? run_layer_16 : net->lanes == 8 ? run_layer_8 : run_layer_4;
    for (const layer &l : net->layers) run(l);
}

void deepcheck_net_read(const deepcheck_net *net, int tensor_index, float *dst) {
    const tensor &t = net->tensors[tensor_index];
    for (int y = 0; y < t.height; y++)
        for (int x = 0; x < t.width; x++, dst += t.channels)
            std::memcpy(dst, t.at(y, x), t.channels * sizeof(float));
}

void deepcheck_net_free(deepcheck_net *net) {
    for (void *p : net->memory) std::free(p);
    delete net;
}

int deepcheck_net_lanes(void) {
#if defined(__x86_64__) && !defined(__clang__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq"))
        return 16;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 8;
#endif
    return 4;
}
