#ifndef DEEPCHECK_LAYER_H
#define DEEPCHECK_LAYER_H

// A tensor has a border of one zero pixel on all sides, so that windows need no
// care at the edges: (height+2, width+2, stride), of whose stride floats the
// first channels count.
struct tensor {
    int height, width, channels, stride;
    float *data;

    // The pixel at (y, x), counted without the border.
    float *at(int y, int x) const { return data + (static_cast<long>(y + 1) * (width + 2) + x + 1) * stride; }
};

// A layer's constants are laid out for vectors of so many lanes: channels are
// filled up with zeros to a multiple of padding.
struct layer {
    tensor in, out;
    int step, pad, window, skip;
    int depth_in;           // numbers that the second step sums over
    const float *depth;     // (3, 3, in.channels) or null
    const float *depth_bias;
    const float *point;     // panels of 2·lanes columns, each (depth_in, columns)
    const float *point_bias; // (out.stride)
    const float *slope;     // (out.stride) or null
    float *gathered;        // (group pixels, depth_in)
    float *summed;          // (group pixels, out.stride)
    int group;              // rows at a time
};

enum { skip_none, skip_same, skip_pool };

// Channels are filled up to a multiple of the widest vector.
enum { padding = 16 };

// One for each width of vectors.
void run_layer_4(const layer &l);
void run_layer_8(const layer &l);
void run_layer_16(const layer &l);

#endif
