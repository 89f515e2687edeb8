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
    std::vector<std::vector<int>> readers; // by tensor: the layers that read it
    std::vector<int> outs;                 // by layer: its output tensor
    std::vector<int> rows;                 // by tensor: the rows computed so far in this run
    std::vector<char> kept;                // by tensor: whether all its rows are stored
    std::vector<void *> memory;

    // Returns n zeroed floats, aligned to a cache line; null if memory is short. The net owns
    // them.
    float *floats(size_t n) {
        void *p = nullptr;
        n = (n * sizeof(float) + 63) / 64 * 64;
        if (posix_memalign(&p, 64, n)) return nullptr;
        memory.push_back(p);
        return static_cast<float *>(std::memset(p, 0, n));
    }

    // Returns a copy of the matrix (rows, columns), each row padded with zeros to room floats.
    float *copied(const float *from, size_t rows, size_t columns, size_t room) {
        float *p = floats(rows * room);
        for (size_t r = 0; p && r < rows; r++) std::memcpy(p + r * room, from + r * columns, columns * sizeof(float));
        return p;
    }
};

namespace {

// A tensor of at least wide pixels a row stores only ring rows.
enum { wide = 24, ring = 8 };

int filled(int n) { return (n + padding - 1) / padding * padding; }

// Creates tensor i at its first use; false if memory is short or its shape has changed. The
// pixels of the network's input are not padded, because a window reads them as one run.
bool make_tensor(deepcheck_net *net, int i, const int *shape, bool input) {
    tensor &t = net->tensors[i];
    if (t.data) return t.height == shape[0] && t.width == shape[1] && t.channels == shape[2];
    t.height = shape[0];
    t.width = shape[1];
    t.channels = shape[2];
    t.stride = input ? shape[2] : filled(shape[2]);
    t.ring = t.width < wide || net->kept[i] || t.height <= ring ? t.height + border : ring;
    t.data = net->floats(static_cast<size_t>(t.ring) * t.row());
    return t.data != nullptr;
}

// Returns the matrix (rows, columns), padded with zeros to room rows, as panels of columns:
// two vectors wide each, the last one vector if the number of vectors is odd.
float *panels(deepcheck_net *net, const float *from, int rows, int columns, int room) {
    const int all = filled(columns), pair = 2 * net->lanes;
    float *p = net->floats(static_cast<size_t>(room) * all);
    if (!p) return nullptr;
    for (int c = 0; c < columns; c++) {
        const int first = c / pair * pair, width = all - first < pair ? all - first : pair;
        for (int r = 0; r < rows; r++)
            p[static_cast<long>(first) * room + static_cast<long>(r) * width + c - first] = from[static_cast<long>(r) * columns + c];
    }
    return p;
}

// Reports whether the windows of out pixels stay within n input pixels and the border.
bool within(int n, int out, int step, int pad, int side) {
    return pad <= border_before && (out - 1) * step - pad + side - n <= border_after;
}

// Returns the positions of the pixels of a group; null if memory is short.
const place *places(deepcheck_net *net, const layer &l) {
    const int pixels = l.group * l.out.width, step = l.skip == skip_pool ? 2 : 1;
    place *p = reinterpret_cast<place *>(net->floats((pixels * sizeof(place) + sizeof(float) - 1) / sizeof(float)));
    for (int i = 0; p && i < pixels; i++) {
        const int y = i / l.out.width, x = i % l.out.width;
        p[i].out = y * l.out.row() + static_cast<long>(x) * l.out.stride;
        p[i].skip = y * step * l.in.row() + static_cast<long>(x) * step * l.in.stride;
    }
    return p;
}

} // namespace

deepcheck_net *deepcheck_net_new(int tensors, int lanes) {
    deepcheck_net *net = new (std::nothrow) deepcheck_net;
    if (!net) return nullptr;
    net->lanes = lanes;
    net->tensors.assign(tensors, tensor());
    net->readers.resize(tensors);
    net->rows.resize(tensors);
    net->kept.resize(tensors);
    return net;
}

void deepcheck_net_keep(deepcheck_net *net, int i) { net->kept[i] = 1; }

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
    l.skip = skip;
    l.group = 1;
    l.runs = window;
    l.run = window * l.in.channels;
    l.pitch = stride * l.in.stride;
    l.side = depth ? 3 : window;
    const int sums = window * window * l.in.channels;
    if (!within(l.in.height, l.out.height, stride, pad, l.side) || !within(l.in.width, l.out.width, stride, pad, l.side)) return 2;
    // The pixels of a run must be adjacent, without padding.
    if (window > most_runs || (window > 1 && (depth || l.in.stride != l.in.channels))) return 3;
    if (depth) {
        l.depth = net->copied(depth, 9, l.in.channels, l.in.stride);
        l.depth_bias = net->copied(depth_bias, 1, l.in.channels, l.in.stride);
        // Enough pixels at a time to use a panel twice while it is in the cache.
        if (l.out.width < wide) l.group = wide / l.out.width;
        l.gathered = net->floats(static_cast<size_t>(l.group) * l.out.width * l.in.stride);
        l.run = l.pitch = l.in.stride;
    }
    // The ring must hold all rows that a group reads and the two rows of zeros below. The input
    // to add must be contiguous: a group must not wrap around the ring.
    if (l.in.ring < l.in.height && ((l.group - 1) * stride + l.side > ring - border_after || ring % (2 * l.group))) return 2;
    l.point = panels(net, point, sums, l.out.channels, l.runs * l.run);
    l.point_bias = net->copied(point_bias, 1, l.out.channels, l.out.stride);
    if (slope) l.slope = net->copied(slope, 1, l.out.channels, l.out.stride);
    l.places = places(net, l);
    if ((depth && (!l.depth || !l.depth_bias || !l.gathered)) || !l.point || !l.point_bias || (slope && !l.slope) || !l.places) return 1;
    net->readers[in].push_back(static_cast<int>(net->layers.size()));
    net->layers.push_back(l);
    net->outs.push_back(out);
    return 0;
}

namespace {

// Sets row y of a tensor to zero, as part of its border.
void clear(const tensor &t, int y) { std::memset(t.at(y, -border_before), 0, t.row() * sizeof(float)); }

// Notes that rows [0, rows) of tensor i are ready and computes every row of later layers whose
// window is now complete, while its input is still in the cache.
void grow(deepcheck_net *net, int i, int rows) {
    const tensor &t = net->tensors[i];
    net->rows[i] = rows;
    if (rows == t.height && t.ring < t.height)
        for (int y = 0; y < border_after; y++) clear(t, t.height + y);
    for (int reader : net->readers[i]) {
        const layer &l = net->layers[reader];
        const int out = net->outs[reader];
        for (int from = net->rows[out], to; from < l.out.height; from = to) {
            to = from + l.group < l.out.height ? from + l.group : l.out.height;
            int need = (to - 1) * l.step - l.pad + l.side;
            if (l.skip == skip_pool && need < 2 * to) need = 2 * to;
            if (rows < t.height && rows < need) break;
            (net->lanes == 16 ? run_layer_16 : net->lanes == 8 ? run_layer_8 : run_layer_4)(l, from, to);
            grow(net, out, to);
        }
    }
}

} // namespace

void deepcheck_net_run(deepcheck_net *net, int in, const unsigned char *pixels, float scale, float offset) {
    for (size_t i = 0; i < net->tensors.size(); i++) {
        net->rows[i] = 0;
        if (net->tensors[i].ring < net->tensors[i].height) clear(net->tensors[i], -border_before);
    }
    const tensor &t = net->tensors[in];
    const int n = t.width * t.channels;
    for (int y = 0; y < t.height; y++) {
        float *row = t.at(y, 0);
        for (int i = 0; i < n; i++) row[i] = scale * pixels[static_cast<long>(y) * n + i] + offset;
        grow(net, in, y + 1);
    }
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
